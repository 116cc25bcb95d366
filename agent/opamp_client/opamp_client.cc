#include "agent/opamp_client/opamp_client.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "agent/opamp_client/agent_state.h"
#include "agent/opamp_client/probe_file.h"
#include "agent/opamp_client/source_reporter.h"
#include "base/http/websocket.h"
#include "base/log.h"
#include "contracts/opamp/instance_uid.h"

namespace oc::agent {
namespace {

using namespace contracts::opamp;
using Steady = std::chrono::steady_clock;

// What a control plane that does not read may cost us; until then news only replaces news.
constexpr std::size_t kMaxQueuedBytes = 16 << 20;
constexpr std::chrono::milliseconds kBackPressurePause{500};
// A probe is one line; nobody has that many under way.
constexpr std::size_t kMaxProbes = 100;

class Client final : public OpampClient {
 public:
  Client(Options options, ProbeFile probe)
      : options_(std::move(options)),
        probe_(std::move(probe)),
        state_(uid_from_uuid(options_.agent_id).value_or(std::string(16, '\0'))),
        sender_([this] { run(); }),
        socket_(std::in_place, socket_options(),
                http::WebSocketClient::Callbacks{
                    [this](std::shared_ptr<http::WebSocketPeer> peer) { on_open(std::move(peer)); },
                    [this](std::string_view message, bool) { on_message(message); },
                    [this](const Error& why) { on_close(why); }}) {}

  ~Client() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    sender_.join();
    socket_.reset();
  }

  void set_description(AgentDescription description) override { set(std::move(description)); }
  void set_health(ComponentHealth health) override { set(std::move(health)); }
  void set_effective_config(ConfigMap config) override { set(std::move(config)); }
  void set_remote_config_status(RemoteConfigStatus status) override { set(std::move(status)); }

  void update_sources(std::vector<model::DiscoveredLogSource> upserted, std::vector<std::string> removed) override {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(probe_told_, true)) upserted.push_back(probe_.source());
    sources_.update(std::move(upserted), removed);
    wake_.notify_all();
  }
  void report_ledger(std::vector<contracts::LedgerEntry> entries) override {
    const std::lock_guard lock(mutex_);
    sources_.ledger(std::move(entries));
    wake_.notify_all();
  }
  void report_collector(contracts::CollectorReport report) override {
    const std::lock_guard lock(mutex_);
    sources_.collector(std::move(report));
    wake_.notify_all();
  }

 private:
  http::WebSocketClient::Options socket_options() const {
    return {.url = options_.url, .headers = {{"Authorization", "Bearer " + options_.token}}};
  }
  template <typename Part>
  void set(Part part) {
    const std::lock_guard lock(mutex_);
    state_.set(std::move(part));
    wake_.notify_all();
  }

  // Network thread.
  void on_open(std::shared_ptr<http::WebSocketPeer> peer) {
    const std::lock_guard lock(mutex_);
    log::info("connected to the control plane at {}", options_.url);
    peer_ = std::move(peer);
    told_unreachable_ = false;
    server_custom_capabilities_.reset();
    state_.report_everything();
    sources_.resync();
    heartbeat_at_ = Steady::now() + options_.heartbeat_every;
    wake_.notify_all();
  }
  void on_close(const Error& why) {
    const std::lock_guard lock(mutex_);
    peer_.reset();
    if (!std::exchange(told_unreachable_, true))
      log::warn("no connection to the control plane at {}: {}; trying again", options_.url, why.text());
  }
  void on_message(std::string_view bytes) {
    auto message = decode_server_to_agent(bytes);
    if (!message) return log::warn("the control plane sent what is no OpAMP message: {}", message.error().text());
    if (message->error) log::warn("the control plane refused a message: {}", message->error->message);
    if (message->remote_config && options_.on_remote_config)
      options_.on_remote_config(*std::move(message->remote_config));
    const auto& custom = message->custom_message;
    if (custom && custom->capability == contracts::kCollectorCapability && options_.on_collector_request)
      return on_collector_request(*custom);
    const std::lock_guard lock(mutex_);
    if (message->flags & kReportFullState) {
      state_.report_everything();
      sources_.resync();
    }
    if (message->custom_capabilities) server_custom_capabilities_ = std::move(message->custom_capabilities);
    if (message->custom_message) on_custom(*message->custom_message);
    wake_.notify_all();
  }
  void on_collector_request(const CustomMessage& message) {
    const auto json = parse_json(message.data);
    auto request = json ? contracts::collector_request_from_json(*json)
                        : Result<contracts::CollectorRequest>(std::unexpected(json.error()));
    if (!request) return log::warn("custom message {}: {}", message.type, request.error().text());
    options_.on_collector_request(*std::move(request), [this](const auto& answer) { answer_request(answer); });
  }
  // Lost when there is no connection: whoever asked over it is gone as well.
  void answer_request(const contracts::CollectorAnswer& answer) {
    const std::lock_guard lock(mutex_);
    send({std::string(contracts::kCollectorCapability), std::string(contracts::CollectorAnswer::kType),
          contracts::to_json(answer).dump(-1, ' ', false, Json::error_handler_t::replace)});
  }
  void on_custom(const CustomMessage& message) {
    const auto json = parse_json(message.data);
    if (!json) return log::warn("custom message {}: {}", message.type, json.error().text());
    if (message.capability == contracts::kSourcesCapability && message.type == "ack") {
      const auto sequence = json->is_object() ? json->find("sequence") : json->end();
      if (sequence != json->end() && sequence->is_number_unsigned())
        sources_.acknowledged(sequence->get<std::uint64_t>());
    } else if (message.capability == contracts::kSourcesCapability && message.type == "resync") {
      sources_.resync();
    } else if (message.capability == contracts::kProbeCapability && message.type == "write") {
      auto write = contracts::from_json<contracts::ProbeWrite>(*json);
      if (!write) return log::warn("custom message write: {}", write.error().text());
      if (probes_.size() < kMaxProbes) probes_.push_back(std::move(write->test_id));
    }
  }

  // The sender thread.
  void run() {
    std::unique_lock lock(mutex_);
    if (const auto ledger = probe_.ledger()) probe_ledger_ = *ledger;
    while (!stopping_) {
      write_probes(lock);
      send_due();
      const auto until = next_due();
      if (until == Steady::time_point::max()) {
        wake_.wait(lock);
      } else if (until > Steady::now()) {
        wake_.wait_until(lock, until);
      }
    }
    if (!peer_) return;
    AgentToServer goodbye = state_.next_message();
    goodbye.disconnect = true;
    peer_->send_binary(encode(goodbye));
  }

  // Lets go of the lock while it writes: the disk may be slow.
  void write_probes(std::unique_lock<std::mutex>& lock) {
    while (!probes_.empty() && !stopping_) {
      const std::string id = std::move(probes_.front());
      probes_.pop_front();
      lock.unlock();
      const auto written = probe_.write(id);
      const auto ledger = probe_.ledger();
      lock.lock();
      if (ledger) sources_.ledger({*ledger});
      const contracts::ProbeWritten answer{id, written.value_or(0), written ? "" : written.error().text()};
      send({std::string(contracts::kProbeCapability), "written", contracts::to_json(answer).dump()});
    }
  }

  void send_due() {
    if (!peer_ || peer_->queued_bytes() > kMaxQueuedBytes) return;
    if (state_.has_news()) peer_->send_binary(encode(state_.next_message()));
    if (probe_told_ && probe_ledger_) sources_.ledger({*std::exchange(probe_ledger_, std::nullopt)});
    if (server_takes(contracts::kSourcesCapability))
      for (auto& message : sources_.take_due(Steady::now())) send(std::move(message));
    if (Steady::now() >= heartbeat_at_) send_heartbeat();
  }
  void send_heartbeat() {
    heartbeat_at_ = Steady::now() + options_.heartbeat_every;
    AgentToServer message = state_.next_message();
    if (server_takes(contracts::kSourcesCapability)) message.custom_message = sources_.heartbeat();
    peer_->send_binary(encode(message));
  }
  void send(CustomMessage custom) {
    if (!peer_) return;
    AgentToServer message = state_.next_message();
    message.custom_message = std::move(custom);
    peer_->send_binary(encode(message));
  }

  // A server that has said nothing of custom capabilities is given the benefit of the doubt.
  bool server_takes(std::string_view capability) const {
    return !server_custom_capabilities_ ||
           std::ranges::find(*server_custom_capabilities_, capability) != server_custom_capabilities_->end();
  }
  Steady::time_point next_due() const {
    if (!peer_) return Steady::time_point::max();
    if (peer_->queued_bytes() > kMaxQueuedBytes) return Steady::now() + kBackPressurePause;
    if (!probes_.empty() || state_.has_news()) return Steady::time_point();
    const auto sources = server_takes(contracts::kSourcesCapability) ? sources_.next_due() : std::nullopt;
    return sources ? std::min(*sources, heartbeat_at_) : heartbeat_at_;
  }

  const Options options_;
  ProbeFile probe_;  // written by the sender thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  AgentState state_;
  SourceReporter sources_;
  std::shared_ptr<http::WebSocketPeer> peer_;
  std::optional<std::vector<std::string>> server_custom_capabilities_;
  std::deque<std::string> probes_;
  std::optional<contracts::LedgerEntry> probe_ledger_;
  Steady::time_point heartbeat_at_;
  bool probe_told_ = false, told_unreachable_ = false, stopping_ = false;
  std::thread sender_;
  std::optional<http::WebSocketClient> socket_;  // last: its callbacks use all of the above
};

}  // namespace

std::unique_ptr<OpampClient> OpampClient::start(Options options, ProbeFile probe) {
  return std::make_unique<Client>(std::move(options), std::move(probe));
}

}  // namespace oc::agent
