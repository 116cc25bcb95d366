// What the agent tells the control plane of its sources: the set and its changes, the ledger, the collector's figures.
// Keeps the sequence of io.onecollector.sources.v1; knows nothing of connections or threads, its owner locks.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/custom_messages.h"
#include "contracts/opamp/messages.h"

namespace oc::agent {

class SourceReporter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The first call makes the set complete; before it there is nothing to tell.
  void update(std::vector<model::DiscoveredLogSource> upserted, const std::vector<std::string>& removed);
  // Figures of sources that are not in the set are dropped.
  void ledger(std::vector<contracts::LedgerEntry> entries);
  void collector(contracts::CollectorReport report);

  // A new connection, or the control plane lost track: everything is told again.
  void resync();
  void acknowledged(std::uint64_t sequence);

  // What is due now, in order. The connection must be up, for what is taken counts as sent.
  std::vector<contracts::opamp::CustomMessage> take_due(Time now);
  // When something will be due; nullopt: not before something changes.
  std::optional<Time> next_due() const;
  // nullopt before the first snapshot.
  std::optional<contracts::opamp::CustomMessage> heartbeat() const;

 private:
  contracts::opamp::CustomMessage snapshot(Time now);
  contracts::opamp::CustomMessage delta(Time now);
  void take_figures(std::vector<contracts::opamp::CustomMessage>& out);
  std::string current_set_hash() const;

  bool complete_ = false;
  bool snapshot_due_ = true;
  std::uint64_t sequence_ = 0, acknowledged_ = 0;
  Time last_sent_;
  std::map<std::string, model::DiscoveredLogSource> sources_;
  std::set<std::string> upserted_, removed_;
  std::map<std::string, contracts::LedgerEntry> ledger_;
  std::map<std::string, contracts::CollectorSourceReport> collector_;
  std::map<std::string, std::uint64_t> left_out_;  // of all sources together
  std::set<std::string> ledger_due_, collector_due_;
  bool left_out_due_ = false;
  std::string set_hash_;
};

}  // namespace oc::agent
