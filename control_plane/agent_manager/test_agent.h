// For tests: an agent on a real WebSocket that says what it is told, right or wrong, and keeps what it hears.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/http/websocket.h"
#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/custom_messages.h"
#include "contracts/opamp/instance_uid.h"
#include "contracts/opamp/messages.h"

namespace oc::control_plane {

class TestAgent {
 public:
  using Message = contracts::opamp::ServerToAgent;
  static constexpr const char* kId = "0b2f6f3e-0000-4000-8000-000000000001";

  explicit TestAgent(std::uint16_t port, std::string id = kId) : uid_(*contracts::opamp::uid_from_uuid(id)) {
    http::WebSocketClient::Callbacks callbacks;
    callbacks.on_open = [this](auto peer) {
      std::lock_guard lock(mutex_);
      peer_ = std::move(peer);
      changed_.notify_all();
    };
    callbacks.on_message = [this](std::string_view bytes, bool) { take(bytes); };
    callbacks.on_close = [this](const Error&) {
      std::lock_guard lock(mutex_);
      peer_.reset();
      ++closes_;
      changed_.notify_all();
    };
    client_.emplace(http::WebSocketClient::Options{fmt::format("ws://127.0.0.1:{}/v1/opamp", port), {}}, callbacks);
    wait([this] { return peer_ != nullptr; });
  }

  // The full state, as at the start of a connection.
  contracts::opamp::AgentToServer full_state(const std::string& applied_hash = {}) {
    auto message = bare();
    message.capabilities = contracts::opamp::kReportsStatus | contracts::opamp::kAcceptsRemoteConfig |
                           contracts::opamp::kReportsRemoteConfig;
    contracts::opamp::AgentDescription about;
    about.identifying = {{"service.name", "onecollector-agent"}, {"service.version", "0.1.0"}};
    about.non_identifying = {
        {"host.name", "web-1"},
        {"onecollector.collector.kind", "native"},
        {"onecollector.collector.storage_directory", "/data/storage"},
        {"onecollector.discovery.overflows", "2"},
        {"onecollector.discovery.proposed", R"([{"path":"/srv/a.log","process":"java","pid":7},{"path":"no path"}])"},
        {"onecollector.notes", "[\"13133 belongs to otelcol (pid 12)\"]"}};
    message.description = about;
    message.health = contracts::opamp::ComponentHealth{true, 0, "", "running", 0, {{"collector", {true}}}};
    if (!applied_hash.empty()) message.remote_config_status = applied(applied_hash);
    return message;
  }
  contracts::opamp::AgentToServer bare() {
    contracts::opamp::AgentToServer message;
    message.instance_uid = uid_;
    message.sequence_num = ++sequence_num_;
    return message;
  }
  static contracts::opamp::RemoteConfigStatus applied(const std::string& hash) {
    return {hash, contracts::opamp::RemoteConfigState::kApplied, ""};
  }

  void send(const contracts::opamp::AgentToServer& message) { send_bytes(encode(message)); }
  void send_bytes(std::string bytes) {
    std::shared_ptr<http::WebSocketPeer> peer;
    {
      std::lock_guard lock(mutex_);
      peer = peer_;
    }
    if (peer) peer->send_binary(std::move(bytes));
  }
  void send_custom(std::string_view capability, std::string type, const Json& data) {
    auto message = bare();
    message.custom_message = contracts::opamp::CustomMessage{std::string(capability), std::move(type), data.dump()};
    send(message);
  }
  void send_snapshot(std::uint64_t sequence, const std::vector<model::DiscoveredLogSource>& sources) {
    send_custom(contracts::kSourcesCapability, "snapshot",
                to_json(contracts::SourcesSnapshot{sequence, sources, contracts::set_hash(sources)}));
  }
  void send_ledger(const std::string& source_id, std::uint64_t bytes) {
    send_custom(contracts::kSourcesCapability, "ledger",
                to_json(contracts::SourcesLedger{{{source_id, bytes, 0, bytes, 1}}}));
  }
  void report(const contracts::opamp::RemoteConfigStatus& status) {
    auto message = bare();
    message.remote_config_status = status;
    send(message);
  }

  // The next message that fits, those before it are dropped; nullopt after 10 s, which only a failure lasts.
  std::optional<Message> next(const std::function<bool(const Message&)>& fits) {
    std::optional<Message> found;
    wait([&] {
      while (!found && !messages_.empty()) {
        if (fits(messages_.front())) found = messages_.front();
        messages_.pop_front();
      }
      return found.has_value();
    });
    return found;
  }
  std::optional<contracts::opamp::RemoteConfig> next_config() {
    const auto message = next([](const Message& m) { return m.remote_config.has_value(); });
    return message ? message->remote_config : std::nullopt;
  }
  std::optional<Json> next_custom(const std::string& type) {
    const auto message = next([&](const Message& m) { return m.custom_message && m.custom_message->type == type; });
    return message ? std::optional(*parse_json(message->custom_message->data)) : std::nullopt;
  }
  bool wait_for_close() {
    return wait([this] { return closes_ > 0; });
  }

 private:
  void take(std::string_view bytes) {
    auto message = contracts::opamp::decode_server_to_agent(bytes);
    std::lock_guard lock(mutex_);
    if (message) messages_.push_back(std::move(*message));
    changed_.notify_all();
  }
  bool wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }

  const std::string uid_;
  std::uint64_t sequence_num_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<http::WebSocketPeer> peer_;
  std::deque<Message> messages_;
  int closes_ = 0;
  std::optional<http::WebSocketClient> client_;  // last: its callbacks use all of the above
};

}  // namespace oc::control_plane
