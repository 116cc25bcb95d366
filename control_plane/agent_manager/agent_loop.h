// The thread behind AgentManager: takes events, keeps timers, answers agents.
#pragma once

#include <atomic>
#include <map>
#include <thread>

#include "contracts/opamp/messages.h"
#include "control_plane/agent_manager/agent_events.h"
#include "control_plane/agent_manager/agent_manager.h"
#include "control_plane/agent_manager/agent_table.h"
#include "control_plane/agent_manager/config_deployment.h"
#include "control_plane/agent_manager/source_messages.h"
#include "control_plane/agent_manager/source_registration.h"

namespace oc::control_plane {

class AgentManager::Loop {
 public:
  Loop(const Parts& parts, AgentRequests& requests);
  ~Loop() { stop(); }
  void stop();

  AgentEventQueue& events() { return events_; }
  ConnectionId next_connection() { return ++last_connection_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Timer { kRegister, kSnapshotMissing, kFlushTouches };
  struct TimerEntry {
    Timer timer;
    std::string agent_id;
  };

  void run();
  std::chrono::milliseconds until_next_timer() const;
  void set_timer(std::chrono::milliseconds after, Timer timer, const std::string& agent_id);
  void fire_timers();
  void fire(const TimerEntry& entry);

  void handle(ConnectionOpened& opened);
  void handle(BytesReceived& received);
  void handle(ConnectionClosed& closed);
  void handle(ProbeWanted& wanted);
  void handle(DeploymentWanted& wanted);
  void handle(RequestWanted& wanted);

  Status process(ConnectionId id, Connection& connection, const contracts::opamp::AgentToServer& message);
  Result<ManagedAgent*> agent_for(const Connection& connection, const std::string& instance_uid);
  Status take_report(ManagedAgent& agent, const contracts::opamp::AgentToServer& message);
  Status record_config_status(ManagedAgent& agent, const contracts::opamp::RemoteConfigStatus& status);
  void greet(ManagedAgent& agent, bool needs_full_state);
  Status save_record(ManagedAgent& agent);
  void sign_of_life(ManagedAgent& agent);
  void refuse(Connection& connection, const Error& error);
  void schedule_registration(ManagedAgent& agent, std::chrono::milliseconds after);
  void register_sources(ManagedAgent& agent);
  void publish(const ManagedAgent& agent);
  void tell_connection(ManagedAgent& agent);

  const Parts parts_;
  AgentRequests& requests_;
  AgentEventQueue events_;
  std::atomic<bool> stopping_{false};
  std::atomic<ConnectionId> last_connection_{0};
  AgentTable table_;
  SourceRegistration registration_;
  ConfigDeployment deployment_;
  SourceMessages source_messages_;
  std::shared_ptr<Gauge> connected_;
  std::shared_ptr<Counter> bad_messages_, overflows_;
  std::multimap<Time, TimerEntry> timers_;
  bool flush_pending_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace oc::control_plane
