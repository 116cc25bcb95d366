#include "agent/supervisor/collector_metrics.h"

#include <map>

#include "base/metrics.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::agent {
namespace {

namespace names = contracts::metric_names;

// Counts come as floating point; what is no count is none.
std::uint64_t count_of(double value) { return value >= 0 && value < 1.8e19 ? static_cast<std::uint64_t>(value) : 0; }

std::string label(const MetricSample& sample, const char* name) {
  const auto found = sample.labels.find(name);
  return found == sample.labels.end() ? std::string() : found->second;
}

void take_source_figure(contracts::CollectorSourceReport& source, const MetricSample& sample) {
  const auto count = count_of(sample.value);
  if (sample.name == names::kSourceReadBytes) source.read_bytes = count;
  if (sample.name == names::kSourceEmitted) source.emitted = count;
  if (sample.name == names::kSourceAcknowledged) source.acknowledged = count;
  if (sample.name == names::kSourceAcknowledgedOffset) source.acknowledged_offset = count;
  if (sample.name == names::kSourceDropped && count > 0) source.dropped[label(sample, "reason")] = count;
  if (sample.name == names::kSourceLeftOutBytes && count > 0) source.left_out_bytes[label(sample, "reason")] = count;
  if (sample.name == names::kSourceLastError && sample.value > 0) source.last_error = label(sample, "error");
}

}  // namespace

CollectorMetrics read_collector_metrics(std::string_view prometheus_text) {
  CollectorMetrics out;
  std::map<std::string, contracts::CollectorSourceReport> sources;
  for (const auto& sample : parse_prometheus_text(prometheus_text)) {
    if (sample.name == names::kConfigInfo && sample.value > 0) {
      out.config_hashes.insert(label(sample, "hash"));
    } else if (sample.name == names::kConfigReloads && label(sample, "result") != "success") {
      out.failed_reloads += count_of(sample.value);
    } else if (sample.name.starts_with("onecollector_source_")) {
      const std::string id = label(sample, "source_id");
      if (id.empty()) continue;
      auto& source = sources[id];
      source.source_id = id;
      take_source_figure(source, sample);
    }
  }
  for (auto& [id, source] : sources) out.report.sources.push_back(std::move(source));
  return out;
}

}  // namespace oc::agent
