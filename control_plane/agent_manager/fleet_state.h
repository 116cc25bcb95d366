// What is known of every agent and source right now: written by the agent manager's one thread, read by REST handlers
// and by verification. Thread-safe; readers get copies.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/custom_messages.h"
#include "contracts/opamp/proposed_log.h"
#include "control_plane/config_builder/otel_config_builder.h"

namespace oc::control_plane {

enum class ConfigState { kNone, kApplying, kApplied, kFailed };
std::string_view to_string(ConfigState state);

struct AgentFacts {
  std::string agent_id;
  std::string host_name;
  std::string version;
  bool connected = false;
  bool snapshot_known = false;
  bool healthy = false;
  std::string status;  // in the agent's words
  Nanos last_seen_ns = 0;

  std::int64_t config_version = 0;  // the newest artifact; 0: none yet
  std::string config_hash;
  ConfigState config_state = ConfigState::kNone;
  std::string config_error;
  std::int64_t applied_version = 0;   // the newest that was reported as applied
  std::string effective_config_hash;  // of what the agent says runs

  CollectorSettings collector;
  bool collector_healthy = false;
  std::string collector_error;
  std::vector<std::string> notes;
  std::vector<contracts::ProposedLog> proposed_logs;
  std::uint64_t discovery_overflows = 0;  // since the agent's start
};

struct SourceFacts {
  std::string agent_id;
  model::DiscoveredLogSource source;
  std::int64_t config_version = 0;  // that brought its receiver block; 0: in none
  std::string service_name;         // as its receiver block gives it; what people set is in it
  std::optional<contracts::LedgerEntry> ledger;
  std::optional<contracts::CollectorSourceReport> collector;
};

class FleetState {
 public:
  void set_agent(const AgentFacts& agent);
  // `upserted` are ids in `sources`, the agent's whole set; their ledger and collector report are kept.
  void update_sources(const std::string& agent_id, const std::map<std::string, model::DiscoveredLogSource>& sources,
                      const std::set<std::string>& upserted, const std::set<std::string>& removed);
  struct Rendered {
    std::int64_t config_version = 0;
    std::string service_name;
  };
  void set_rendered(const std::map<std::string, Rendered>& rendered_by_source);
  // Entries of unknown sources are left out: a source is reported before its ledger.
  void set_ledger(const std::string& agent_id, const std::vector<contracts::LedgerEntry>& entries);
  void set_collector(const std::string& agent_id, const contracts::CollectorReport& report);

  std::vector<AgentFacts> agents() const;
  std::optional<AgentFacts> agent(const std::string& agent_id) const;
  std::optional<SourceFacts> source(const std::string& source_id) const;
  // By component, of all sources of the agent together; a native collector tells it by source instead.
  std::map<std::string, std::uint64_t> left_out(const std::string& agent_id) const;
  // Waits until the agent's facts pass `until`; nullopt when the time is over, or a stop is asked for.
  std::optional<AgentFacts> wait_for_agent(const std::string& agent_id,
                                           const std::function<bool(const AgentFacts&)>& until,
                                           std::chrono::milliseconds timeout, std::stop_token stop) const;
  // Under the lock: `visit` must be short and must not call back.
  void for_each_source(const std::function<void(const std::string& source_id, const SourceFacts&)>& visit) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;  // agents_
  std::map<std::string, AgentFacts> agents_;
  std::map<std::string, SourceFacts> sources_;
  std::map<std::string, std::map<std::string, std::uint64_t>> left_out_;  // by agent
};

enum class SetChange { kAny, kGone };  // of the sources; gone: some went, nothing else

// Who wants to hear of it. Called from the agent manager's thread: must be short.
class FleetListener {
 public:
  virtual ~FleetListener() = default;
  virtual void sources_changed(const std::string& agent_id, SetChange change) = 0;
  virtual void config_settled(const std::string& agent_id) = 0;  // applied, or failed
  virtual void ledger_moved(const std::vector<contracts::LedgerEntry>& entries) = 0;
  virtual void collector_reported(const std::string& agent_id) = 0;
  virtual void probe_written(const std::string& agent_id, const contracts::ProbeWritten& written) = 0;
};

}  // namespace oc::control_plane
