// The agent's end of OpAMP over WebSocket: says what changed since the last message, everything after a (re)connect or
// when asked to, and a heartbeat every 30 s. Setters may be called from any thread and never block on the network.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/collector_requests.h"
#include "contracts/opamp/custom_messages.h"
#include "contracts/opamp/messages.h"

namespace oc::agent {

class ProbeFile;

class OpampClient {
 public:
  struct Options {
    std::string url;  // ws://host:port/v1/opamp
    std::string token;
    std::string agent_id;  // a UUID; its 16 bytes are the instance_uid
    std::chrono::milliseconds heartbeat_every{30'000};
    // From the network thread; must be short.
    std::function<void(contracts::opamp::RemoteConfig)> on_remote_config;
    // Likewise. The answer may be given later, from any thread, as long as the client lives.
    using AnswerRequest = std::function<void(const contracts::CollectorAnswer&)>;
    std::function<void(contracts::CollectorRequest, AnswerRequest)> on_collector_request;
  };
  // `probe` is used by the client's thread from now on; its source is part of the set once the first sources are there.
  static std::unique_ptr<OpampClient> start(Options options, ProbeFile probe);
  virtual ~OpampClient() = default;  // says goodbye, closes, joins

  virtual void set_description(contracts::opamp::AgentDescription description) = 0;
  virtual void set_health(contracts::opamp::ComponentHealth health) = 0;
  virtual void set_effective_config(contracts::opamp::ConfigMap config) = 0;
  virtual void set_remote_config_status(contracts::opamp::RemoteConfigStatus status) = 0;

  virtual void update_sources(std::vector<model::DiscoveredLogSource> upserted, std::vector<std::string> removed) = 0;
  virtual void report_ledger(std::vector<contracts::LedgerEntry> entries) = 0;
  virtual void report_collector(contracts::CollectorReport report) = 0;
};

}  // namespace oc::agent
