#include "control_plane/agent_manager/agent_loop.h"

#include "base/ids.h"
#include "base/log.h"
#include "contracts/opamp/instance_uid.h"
#include "control_plane/agent_manager/agent_report.h"
#include "control_plane/agent_manager/opamp_session.h"
#include "control_plane/event_bus/event_types.h"

namespace oc::control_plane {

namespace opamp = contracts::opamp;
using std::chrono::milliseconds;

namespace {

// A full disk, a locked database: not worth trying more often.
constexpr milliseconds kRetryRegistration{1'000};
// An agent sends its snapshot by itself when it connects; one that did not by now is asked.
constexpr milliseconds kSnapshotGrace{1'000};
// Heartbeats come every 30 s; last_seen on disk may be that old.
constexpr milliseconds kFlushTouches{30'000};
constexpr milliseconds kLongestWait{3'600'000};
// Snapshots may be large; more of them waiting would be memory, fewer would hold up heartbeats.
constexpr std::size_t kQueuedEvents = 256;

// For an agent that is busy with one before, above the request's own time.
constexpr milliseconds kAnswerMargin{10'000};

constexpr int kBadRequest = 1;  // ServerErrorResponseType
constexpr int kUnavailable = 2;

constexpr std::uint64_t kServerCapabilities =
    opamp::kAcceptsStatus | opamp::kOffersRemoteConfig | opamp::kAcceptsEffectiveConfig;

}  // namespace

AgentManager::Loop::Loop(const Parts& parts, AgentRequests& requests)
    : parts_(parts),
      requests_(requests),
      events_(kQueuedEvents),
      registration_(parts.registry, parts.metrics),
      deployment_(parts.configs, parts.metrics),
      source_messages_(parts.fleet, parts.listeners, requests, parts.metrics),
      connected_(parts.metrics.gauge("onecollector_agents_connected", "Agents with an open OpAMP connection")),
      bad_messages_(parts.metrics.counter("onecollector_opamp_refused_messages_total", "Messages that were not OpAMP")),
      overflows_(
          parts.metrics.counter("onecollector_discovery_overflows_total",
                                "Times an agent's queue of file events overflowed and it listed everything again")),
      thread_([this] { run(); }) {}

void AgentManager::Loop::stop() {
  stopping_ = true;
  events_.close();
  if (thread_.joinable()) thread_.join();
}

void AgentManager::Loop::run() {
  while (true) {
    auto event = events_.pop_for(until_next_timer());
    if (event)
      std::visit([this](auto& kind) { handle(kind); }, *event);
    else if (stopping_)
      break;
    fire_timers();
  }
  if (auto flushed = parts_.registry.flush_touches(); !flushed) log::warn("last_seen: {}", flushed.error().text());
}

milliseconds AgentManager::Loop::until_next_timer() const {
  if (timers_.empty()) return kLongestWait;
  const auto left = std::chrono::ceil<milliseconds>(timers_.begin()->first - std::chrono::steady_clock::now());
  return std::clamp(left, milliseconds(0), kLongestWait);
}

void AgentManager::Loop::set_timer(milliseconds after, Timer timer, const std::string& agent_id) {
  timers_.emplace(std::chrono::steady_clock::now() + after, TimerEntry{timer, agent_id});
}

void AgentManager::Loop::fire_timers() {
  while (!timers_.empty() && timers_.begin()->first <= std::chrono::steady_clock::now()) {
    const auto entry = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    fire(entry);
  }
}

void AgentManager::Loop::fire(const TimerEntry& entry) {
  if (entry.timer == Timer::kFlushTouches) {
    flush_pending_ = false;
    if (auto flushed = parts_.registry.flush_touches(); !flushed) log::warn("last_seen: {}", flushed.error().text());
    return;
  }
  auto* agent = table_.agent(entry.agent_id);
  if (agent == nullptr) return;
  if (entry.timer == Timer::kRegister)
    register_sources(*agent);
  else if (agent->peer && !agent->set.known())
    source_messages_.ask_for_snapshot(*agent, "no snapshot since the connection was made");
}

void AgentManager::Loop::handle(ConnectionOpened& opened) { table_.open(opened.connection, std::move(opened.peer)); }

void AgentManager::Loop::handle(BytesReceived& received) {
  auto* connection = table_.connection(received.connection);
  if (connection == nullptr) return;  // refused before, its last messages were still under way
  auto message = opamp::decode_agent_to_server(received.bytes);
  auto processed = message ? process(received.connection, *connection, *message)
                           : Status(std::unexpected(std::move(message).error()));
  if (processed) return;
  refuse(*connection, processed.error());
  ConnectionClosed closed{received.connection};
  handle(closed);
}

void AgentManager::Loop::handle(ConnectionClosed& closed) {
  auto* agent = table_.close(closed.connection);
  if (agent == nullptr) return;
  connected_->set(static_cast<double>(table_.connected()));
  log::info("agent {} ({}) has disconnected", agent->facts.agent_id, agent->facts.host_name);
  requests_.agent_lost(agent->facts.agent_id);
  tell_connection(*agent);
  publish(*agent);
}

void AgentManager::Loop::handle(ProbeWanted& wanted) {
  if (auto* agent = table_.agent(wanted.agent_id)) source_messages_.send_probe(*agent, wanted.test_id);
}

void AgentManager::Loop::handle(DeploymentWanted& wanted) {
  auto* agent = table_.agent(wanted.agent_id);
  if (agent == nullptr) return;
  const bool again = agent->facts.config_state == ConfigState::kFailed;
  if (auto offered = deployment_.offer_desired(*agent, again); !offered)
    log::error("agent {}: {}", wanted.agent_id, offered.error().text());
  publish(*agent);
}

void AgentManager::Loop::handle(RequestWanted& wanted) {
  auto* agent = table_.agent(wanted.agent_id);
  if (agent == nullptr || !agent->peer) return requests_.agent_lost(wanted.agent_id);
  source_messages_.send_request(*agent, wanted.request);
}

Result<ManagedAgent*> AgentManager::Loop::agent_for(const Connection& connection, const std::string& instance_uid) {
  const auto agent_id = opamp::uuid_from_uid(instance_uid);
  if (!connection.agent_id.empty() && connection.agent_id != agent_id)
    return permanent("a connection belongs to one instance_uid");
  auto* agent = table_.agent(agent_id);
  if (agent == nullptr) {
    agent = table_.add(instance_uid);
    if (agent == nullptr) return retryable(fmt::format("{} agents are known already", AgentTable::kMaxAgents));
    if (auto loaded = deployment_.load(*agent); !loaded) {
      table_.forget(agent_id);
      return std::unexpected(std::move(loaded).error());
    }
  }
  return agent;
}

Status AgentManager::Loop::process(ConnectionId id, Connection& connection, const opamp::AgentToServer& message) {
  OC_TRY_ASSIGN(ManagedAgent* const agent, agent_for(connection, message.instance_uid));
  const bool first = agent->connection != id;
  if (first) {
    table_.attach(*agent, id, connection);
    connected_->set(static_cast<double>(table_.connected()));
    set_timer(kSnapshotGrace, Timer::kSnapshotMissing, agent->facts.agent_id);
  }
  const auto effect = apply_report(*agent, message);
  overflows_->add(effect.overflows);
  if (first || effect.needs_full_state) greet(*agent, effect.needs_full_state);
  if (effect.settings_changed) schedule_registration(*agent, milliseconds(0));
  sign_of_life(*agent);
  const auto taken = take_report(*agent, message);
  publish(*agent);
  tell_connection(*agent);
  return taken;
}

// An agent has no name before it has described itself. One that only came by another connection was never away.
void AgentManager::Loop::tell_connection(ManagedAgent& agent) {
  const auto& facts = agent.facts;
  if (agent.told_connected == facts.connected || !agent.described) return;
  const auto type = facts.connected ? event_types::kAgentConnected : event_types::kAgentDisconnected;
  const auto published = parts_.bus.publish({{std::string(type), facts.agent_id, {{"host_name", facts.host_name}}}});
  if (!published) return log::warn("{} of agent {}: {}", type, facts.agent_id, published.error().text());
  agent.told_connected = facts.connected;
}

Status AgentManager::Loop::take_report(ManagedAgent& agent, const opamp::AgentToServer& message) {
  if (agent.described) OC_TRY(save_record(agent));
  if (message.remote_config_status) OC_TRY(record_config_status(agent, *message.remote_config_status));
  if (message.custom_message) {
    OC_TRY_ASSIGN(const bool changed, source_messages_.handle(agent, *message.custom_message));
    if (changed) schedule_registration(agent, milliseconds(0));
  }
  if (message.disconnect) {
    agent.facts.connected = false;
    log::info("agent {} says good-bye", agent.facts.agent_id);
  }
  return {};
}

Status AgentManager::Loop::record_config_status(ManagedAgent& agent, const opamp::RemoteConfigStatus& status) {
  OC_TRY_ASSIGN(const bool settled, deployment_.record_status(agent, status));
  publish(agent);
  if (settled)
    for (auto* listener : parts_.listeners) listener->config_settled(agent.facts.agent_id);
  return {};
}

void AgentManager::Loop::greet(ManagedAgent& agent, bool needs_full_state) {
  opamp::ServerToAgent message;
  message.instance_uid = agent.instance_uid;
  message.capabilities = kServerCapabilities;
  if (needs_full_state) message.flags = opamp::kReportFullState;
  message.custom_capabilities =
      std::vector<std::string>{std::string(contracts::kSourcesCapability), std::string(contracts::kProbeCapability),
                               std::string(contracts::kCollectorCapability)};
  agent.peer->send_binary(opamp::encode(message));
}

Status AgentManager::Loop::save_record(ManagedAgent& agent) {
  const auto& facts = agent.facts;
  if (!agent.record.agent_id.empty() && agent.record.host_name == facts.host_name &&
      agent.record.version == facts.version)
    return {};
  const Nanos now = parts_.clock.wall_ns();
  const AgentRecord record{facts.agent_id, facts.host_name, facts.version, now, now};
  OC_TRY(parts_.registry.save_agent(record));
  agent.record = record;
  log::info("agent {} ({}, version {}) is connected", facts.agent_id, facts.host_name, facts.version);
  return {};
}

void AgentManager::Loop::sign_of_life(ManagedAgent& agent) {
  agent.facts.last_seen_ns = parts_.clock.wall_ns();
  if (parts_.registry.touch(agent.facts.agent_id)) {
    log::info("agent {} is back: its sources are registered again", agent.facts.agent_id);
    agent.set.mark_all_changed();
    schedule_registration(agent, milliseconds(0));
  }
  if (std::exchange(flush_pending_, true)) return;
  set_timer(kFlushTouches, Timer::kFlushTouches, "");
}

void AgentManager::Loop::refuse(Connection& connection, const Error& error) {
  bad_messages_->add();
  log::warn("refusing an OpAMP connection: {}", error.text());
  opamp::ServerToAgent message;
  message.error = opamp::ErrorResponse{error.retryable() ? kUnavailable : kBadRequest, error.text()};
  connection.peer->send_binary(opamp::encode(message));
  connection.peer->close(error.retryable() ? "unavailable" : "bad request");
}

void AgentManager::Loop::schedule_registration(ManagedAgent& agent, milliseconds after) {
  if (!std::exchange(agent.change_pending, true)) set_timer(after, Timer::kRegister, agent.facts.agent_id);
}

void AgentManager::Loop::register_sources(ManagedAgent& agent) {
  agent.change_pending = false;
  // Without its description or its sources there is nothing to register: they bring us here again.
  if (!agent.described || !agent.set.known() || agent.record.agent_id.empty()) return;
  const auto kind =
      agent.set.changes().upserted.empty() && !agent.set.changes().removed.empty() ? SetChange::kGone : SetChange::kAny;
  if (auto done = registration_.register_changes(agent); !done) {
    log::error("agent {}: {}", agent.facts.agent_id, done.error().text());
    if (done.error().retryable()) return schedule_registration(agent, kRetryRegistration);
  }
  if (auto offered = deployment_.offer_desired(agent); !offered)
    log::error("agent {}: {}", agent.facts.agent_id, offered.error().text());
  publish(agent);
  for (auto* listener : parts_.listeners) listener->sources_changed(agent.facts.agent_id, kind);
}

void AgentManager::Loop::publish(const ManagedAgent& agent) { parts_.fleet.set_agent(agent.facts); }

AgentManager::AgentManager(const Parts& parts) : fleet_(parts.fleet), loop_(std::make_unique<Loop>(parts, requests_)) {}
AgentManager::~AgentManager() = default;
void AgentManager::stop() { loop_->stop(); }

std::unique_ptr<http::WebSocketSession> AgentManager::new_session() {
  return std::make_unique<OpampSession>(loop_->next_connection(), loop_->events());
}

void AgentManager::send_probe(const std::string& agent_id, const std::string& test_id) {
  loop_->events().push(ProbeWanted{agent_id, test_id});
}

void AgentManager::deploy(const std::string& agent_id) { loop_->events().push(DeploymentWanted{agent_id}); }

Result<Json> AgentManager::request(const std::string& agent_id, contracts::CollectorRequest request,
                                   std::stop_token stop) {
  const auto agent = fleet_.agent(agent_id);
  if (!agent || !agent->connected)
    return retryable(fmt::format("agent {} is not connected", agent_id), "`onecollector agents` lists them");
  const auto id = request.request_id = random_uuid();
  const auto timeout = milliseconds(request.timeout_ms) + kAnswerMargin;
  requests_.open(agent_id, id);
  loop_->events().push(RequestWanted{agent_id, std::move(request)});
  return requests_.wait(id, timeout, std::move(stop));
}

}  // namespace oc::control_plane
