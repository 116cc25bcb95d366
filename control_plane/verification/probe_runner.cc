#include "control_plane/verification/probe_runner.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"

namespace oc::control_plane {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstProbePause{5};
constexpr milliseconds kLongestProbePause{100};
// Clocks of agent and store may differ, and a collector may take its own time for a line's.
constexpr Nanos kSearchMargin = 300'000'000'000;

std::shared_ptr<Counter> probe_counter(MetricRegistry& metrics, const char* result) {
  return metrics.counter("onecollector_probes_total", "Probe lines sent through the pipeline", {{"result", result}});
}

}  // namespace

ProbeRunner::ProbeRunner(Parts parts)
    : parts_(std::move(parts)),
      found_(probe_counter(parts_.metrics, "found")),
      failed_(probe_counter(parts_.metrics, "failed")),
      latency_(
          parts_.metrics.gauge("onecollector_probe_latency_seconds", "From writing the last probe to finding it")) {}

void ProbeRunner::start(const std::string& agent_id, Time now) {
  if (runs_.contains(agent_id)) return;
  Run run;
  run.test_id = random_uuid();
  run.deadline = now + parts_.limit;
  run.next_poll = run.deadline;
  run.pause = kFirstProbePause;
  run.last_problem = "the agent did not write the probe line";
  parts_.send_probe(agent_id, run.test_id);
  runs_.emplace(agent_id, std::move(run));
}

void ProbeRunner::restart(const std::string& agent_id, Time now) {
  runs_.erase(agent_id);
  start(agent_id, now);
}

void ProbeRunner::written(const std::string& agent_id, const contracts::ProbeWritten& written, Time now) {
  const auto at = runs_.find(agent_id);
  if (at == runs_.end() || at->second.test_id != written.test_id) return;
  if (!written.error.empty()) {
    finish_failed(agent_id, at->second, "the agent could not write the probe line: " + written.error);
    runs_.erase(at);
    return;
  }
  at->second.written_at_ns = written.written_at_ns;
  at->second.next_poll = now + kFirstProbePause;
  at->second.last_problem = "the probe line was written, but the store does not have it";
}

std::optional<Status> ProbeRunner::step(Time now) {
  std::optional<Status> asked;
  for (auto at = runs_.begin(); at != runs_.end();) {
    auto& [agent_id, run] = *at;
    if (run.written_at_ns != 0 && run.next_poll <= now) {
      if (auto answer = poll(agent_id, run, now)) asked = std::move(answer);
    }
    if (run.test_id.empty()) {  // found
      at = runs_.erase(at);
    } else if (run.deadline <= now) {
      finish_failed(agent_id, run, run.last_problem);
      at = runs_.erase(at);
    } else {
      ++at;
    }
  }
  return asked;
}

std::optional<Status> ProbeRunner::poll(const std::string& agent_id, Run& run, Time now) {
  const Nanos wall = parts_.clock.wall_ns();
  const auto found = parts_.store.find_probe(run.test_id, std::min(run.written_at_ns, wall) - kSearchMargin,
                                             std::max(run.written_at_ns, wall) + kSearchMargin);
  run.next_poll = now + run.pause;
  run.pause = std::min(run.pause * 2, kLongestProbePause);
  if (!found && !found.error().retryable()) {
    run.last_problem = found.error().message + ": the proof ends at the sink's acknowledgement";
    run.deadline = now;
    return Status();
  }
  if (!found) {
    run.last_problem = "store unreachable: " + found.error().message;
    return Status(std::unexpected(found.error()));
  }
  if (*found) {
    finish_found(agent_id, run, **found);
    run.test_id.clear();
  } else {
    run.last_problem = "the probe line was written, but the store does not have it";
  }
  return Status();
}

std::optional<ProbeRunner::Time> ProbeRunner::next_due() const {
  std::optional<Time> due;
  for (const auto& [agent, run] : runs_) {
    const auto next = std::min(run.next_poll, run.deadline);
    if (!due || next < *due) due = next;
  }
  return due;
}

void ProbeRunner::finish_found(const std::string& agent_id, const Run& run,
                               const std::map<std::string, std::string>& labels) {
  model::VerificationResult result;
  result.test_id = run.test_id;
  result.log_found = true;
  result.latency_seconds = static_cast<double>(std::max<Nanos>(0, parts_.clock.wall_ns() - run.written_at_ns)) / 1e9;
  result.reason = label_problem(agent_id, labels);
  result.labels_correct = result.reason.empty();
  found_->add();
  latency_->set(result.latency_seconds);
  report(agent_id, std::move(result));
}

void ProbeRunner::finish_failed(const std::string& agent_id, const Run& run, std::string reason) {
  model::VerificationResult result;
  result.test_id = run.test_id;
  result.reason = std::move(reason);
  failed_->add();
  report(agent_id, std::move(result));
}

void ProbeRunner::report(const std::string& agent_id, model::VerificationResult result) {
  result.verified_at_ns = parts_.clock.wall_ns();
  parts_.on_result(agent_id, result);
}

// The probe stands for every source: what it lacks, they lack.
std::string ProbeRunner::label_problem(const std::string& agent_id,
                                       const std::map<std::string, std::string>& labels) const {
  std::map<std::string, std::string> expected = {{"service_name", "onecollector-probe"}};
  if (const auto agent = parts_.fleet.agent(agent_id); agent && !agent->host_name.empty())
    expected["host_name"] = agent->host_name;
  parts_.fleet.for_each_source([&](const std::string& id, const SourceFacts& facts) {
    if (facts.agent_id == agent_id && facts.source.source_type == model::SourceType::kProbe) expected["source_id"] = id;
  });
  for (const auto& [name, value] : expected) {
    const auto at = labels.find(name);
    if (at == labels.end()) return fmt::format("label {} is missing", name);
    if (at->second != value) return fmt::format("label {} is \"{}\", registered is \"{}\"", name, at->second, value);
  }
  return {};
}

}  // namespace oc::control_plane
