// Probes under way: asks an agent to write a line with a UUID, and the store for that line. One thread, no waiting:
// step() does what is due.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "base/metrics.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/verification/log_store_client.h"
#include "control_plane/verification/verification_board.h"

namespace oc::control_plane {

// A probe that is not found by then has failed (DESIGN section 4).
inline constexpr std::chrono::milliseconds kProbeLimit{30'000};

class ProbeRunner {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using SendProbe = std::function<void(const std::string& agent_id, const std::string& test_id)>;
  using OnResult = std::function<void(const std::string& agent_id, const model::VerificationResult& result)>;
  struct Parts {
    LogStoreClient& store;
    const FleetState& fleet;
    MetricRegistry& metrics;
    const Clock& clock;
    SendProbe send_probe;
    OnResult on_result;
    std::chrono::milliseconds limit = kProbeLimit;
  };
  explicit ProbeRunner(Parts parts);

  // One at a time for each agent: while one is under way, nothing happens.
  void start(const std::string& agent_id, Time now);
  // A fresh one in place of whatever is under way, which went through another config.
  void restart(const std::string& agent_id, Time now);
  bool under_way(const std::string& agent_id) const { return runs_.contains(agent_id); }
  void written(const std::string& agent_id, const contracts::ProbeWritten& written, Time now);
  // Returns what the store answered, if it was asked.
  std::optional<Status> step(Time now);
  std::optional<Time> next_due() const;

 private:
  struct Run {
    std::string test_id;
    Time deadline;
    Time next_poll;
    std::chrono::milliseconds pause{};
    Nanos written_at_ns = 0;  // 0: not written yet
    std::string last_problem;
  };
  std::optional<Status> poll(const std::string& agent_id, Run& run, Time now);
  void finish_found(const std::string& agent_id, const Run& run, const std::map<std::string, std::string>& labels);
  void finish_failed(const std::string& agent_id, const Run& run, std::string reason);
  void report(const std::string& agent_id, model::VerificationResult result);
  std::string label_problem(const std::string& agent_id, const std::map<std::string, std::string>& labels) const;

  Parts parts_;
  std::map<std::string, Run> runs_;  // by agent
  std::shared_ptr<Counter> found_, failed_;
  std::shared_ptr<Gauge> latency_;
};

}  // namespace oc::control_plane
