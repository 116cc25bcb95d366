#include "agent/supervisor/official_metrics.h"

#include <algorithm>
#include <map>

#include "base/metrics.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::agent {
namespace {

namespace names = contracts::metric_names;

// Since 0.149 the receiver of files has the second name.
constexpr std::string_view kFileReceivers[] = {"filelog/", "file_log/"};

std::string text_of(const MetricSample& sample, const std::string& label) {
  const auto found = sample.labels.find(label);
  return found == sample.labels.end() ? std::string() : found->second;
}

// Prometheus allows no dots.
std::string hash_label() {
  std::string label(kConfigHashAttribute);
  std::ranges::replace(label, '.', '_');
  return label;
}

// Versions and settings of the reader append the type.
bool is_counter(const MetricSample& sample, std::string_view name) {
  std::string_view named = sample.name;
  if (named.ends_with("_total")) named.remove_suffix(std::string_view("_total").size());
  return named == name;
}

std::uint64_t records_of(const MetricSample& sample) {
  return sample.value >= 0 && sample.value < 1.8e19 ? static_cast<std::uint64_t>(sample.value) : 0;
}

// They hand on later, or not at all what the receiver then keeps.
bool leaves_nothing_out(std::string_view processor) {
  const auto type = processor.substr(0, processor.find('/'));
  return type == "batch" || type == "memory_limiter";
}

void take_processor_figure(std::map<std::string, std::int64_t>& balance, const MetricSample& sample) {
  const bool in = is_counter(sample, names::kProcessorIncoming), out = is_counter(sample, names::kProcessorOutgoing);
  if ((!in && !out) || text_of(sample, "otel_signal") != "logs") return;
  const auto processor = text_of(sample, "processor");
  if (leaves_nothing_out(processor)) return;
  const auto items = static_cast<std::int64_t>(records_of(sample));
  balance[processor] += in ? items : -items;
}

std::string source_of_receiver(std::string_view receiver) {
  for (const auto prefix : kFileReceivers)
    if (receiver.starts_with(prefix)) return std::string(receiver.substr(prefix.size()));
  return {};
}

void take_exporter_figure(ExporterFigures& exporters, const MetricSample& sample) {
  const auto records = records_of(sample);
  if (is_counter(sample, names::kExporterSent)) exporters.sent += records;
  if (is_counter(sample, names::kExporterSendFailed)) exporters.failed += records;
  if (is_counter(sample, names::kExporterEnqueueFailed)) exporters.failed += records;
  if (sample.name == names::kExporterQueueSize) exporters.queued += records;
}

}  // namespace

CollectorMetrics read_official_metrics(std::string_view prometheus_text) {
  CollectorMetrics out;
  const auto hash = hash_label();
  std::map<std::string, std::uint64_t> accepted;
  std::map<std::string, std::int64_t> kept_back;
  for (const auto& sample : parse_prometheus_text(prometheus_text)) {
    if (auto running = text_of(sample, hash); !running.empty()) out.config_hashes.insert(std::move(running));
    take_exporter_figure(out.exporters, sample);
    take_processor_figure(kept_back, sample);
    if (!is_counter(sample, names::kReceiverAccepted)) continue;
    if (auto source = source_of_receiver(text_of(sample, "receiver")); !source.empty())
      accepted[std::move(source)] += records_of(sample);
  }
  for (const auto& [source, records] : accepted)
    out.report.sources.push_back({.source_id = source, .emitted = records});
  for (const auto& [processor, items] : kept_back)
    if (items > 0) out.report.left_out[processor] = static_cast<std::uint64_t>(items);
  return out;
}

}  // namespace oc::agent
