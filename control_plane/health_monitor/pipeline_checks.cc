#include "control_plane/health_monitor/pipeline_checks.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

std::string_view to_string(HealthState state) {
  switch (state) {
    case HealthState::kGood:
      return "good";
    case HealthState::kWarning:
      return "warning";
    case HealthState::kFailing:
      return "failing";
    case HealthState::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Json to_json(const HealthResult& result) {
  return {{"check", result.check},
          {"state", to_string(result.state)},
          {"reason", result.reason},
          {"figures", result.figures},
          {"checked_at", to_rfc3339(result.checked_at_ns)}};
}

namespace {

HealthResult result_of(const HealthCheck& check, HealthState state, std::string reason, const Clock& clock) {
  return {std::string(check.name()), state, std::move(reason), Json::object(), clock.wall_ns()};
}

std::string sources_text(std::size_t count) {
  return fmt::format("{} source{}", with_thousands(count), count == 1 ? "" : "s");
}

struct PushErrors {
  std::size_t reporting = 0, failing = 0;
  std::map<std::string, std::size_t> sources_by_error;
  std::uint64_t refused_records = 0;

  void add(const contracts::CollectorSourceReport& report) {
    ++reporting;
    for (const auto& [reason, records] : report.dropped)
      if (kind_of_drop(reason) == DropKind::kRefused) refused_records += records;
    if (report.last_error.empty()) return;
    ++failing;
    ++sources_by_error[report.last_error];
  }
  // The error of most sources.
  const std::string& main_error() const {
    return std::ranges::max_element(sources_by_error, {}, [](const auto& entry) { return entry.second; })->first;
  }
};

}  // namespace

Result<HealthResult> LokiPushErrorsCheck::check() {
  PushErrors errors;
  fleet_.for_each_source([&](const std::string&, const SourceFacts& facts) {
    if (facts.collector) errors.add(*facts.collector);
  });
  auto result = result_of(*this, HealthState::kGood, "the sinks take what is sent", clock_);
  if (errors.reporting == 0) {
    result = result_of(*this, HealthState::kUnknown, "no collector has reported figures yet", clock_);
  } else if (errors.failing > 0) {
    const auto state = errors.failing == errors.reporting ? HealthState::kFailing : HealthState::kWarning;
    result = result_of(*this, state,
                       fmt::format("{} cannot be sent: {}", sources_text(errors.failing), errors.main_error()), clock_);
  } else if (errors.refused_records > 0) {
    result = result_of(*this, HealthState::kWarning,
                       fmt::format("sinks refused {} records", with_thousands(errors.refused_records)), clock_);
  }
  result.figures = {
      {"sources", errors.reporting}, {"failing_sources", errors.failing}, {"refused_records", errors.refused_records}};
  return result;
}

Result<HealthResult> QueueBackpressureCheck::check() {
  std::size_t reporting = 0, behind = 0;
  std::uint64_t waiting_bytes = 0;
  std::string worst;
  std::uint64_t worst_bytes = 0;
  fleet_.for_each_source([&](const std::string&, const SourceFacts& facts) {
    if (!facts.collector || !facts.ledger) return;
    ++reporting;
    const auto done = std::max(facts.collector->acknowledged_offset, facts.ledger->start_offset);
    const auto end = facts.ledger->last_newline_end;
    const auto waiting = end > done ? end - done : 0;
    waiting_bytes += waiting;
    if (waiting > kBacklogBytes) ++behind;
    if (waiting <= worst_bytes) return;
    worst_bytes = waiting;
    worst = facts.source.log_path;
  });
  auto result = result_of(*this, HealthState::kGood, "collectors keep up with the logs", clock_);
  if (reporting == 0)
    result = result_of(*this, HealthState::kUnknown, "no collector has reported figures yet", clock_);
  else if (behind > 0)
    result = result_of(*this, HealthState::kWarning,
                       fmt::format("{} more than {} MiB behind, most of all {}: {} bytes",
                                   sources_text(behind) + (behind == 1 ? " is" : " are"), kBacklogBytes >> 20, worst,
                                   with_thousands(worst_bytes)),
                       clock_);
  result.figures = {{"sources", reporting}, {"sources_behind", behind}, {"waiting_bytes", waiting_bytes}};
  return result;
}

Result<HealthResult> EndToEndSampleLogCheck::check() {
  const auto probe = probe_();
  if (!probe)
    return result_of(*this, HealthState::kUnknown, "no probe was answered yet, or the sink cannot be asked for it",
                     clock_);
  const bool good = probe->log_found && probe->labels_correct;
  auto result =
      result_of(*this, good ? HealthState::kGood : HealthState::kFailing,
                good ? fmt::format("found in {:.0f} ms", probe->latency_seconds * 1000) : probe->reason, clock_);
  result.checked_at_ns = probe->verified_at_ns;
  result.figures = {{"latency_seconds", probe->latency_seconds}, {"test_id", probe->test_id}};
  return result;
}

}  // namespace oc::control_plane
