#include "stores/http/loki_tail.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "query/logql/limits.h"
#include "query/logql/parser.h"
#include "stores/http/encoding_flags.h"
#include "stores/http/loki_parameters.h"
#include "stores/http/query_string_check.h"
#include "stores/http/tail_client.h"

namespace oc::stores {

namespace {

constexpr std::size_t kMaxTails = 10;  // Loki's max_concurrent_tail_requests
constexpr int kMaxDelaySeconds = 5;    // Loki's maxDelayForInTailing
// How late a delayed row, or one for a client that reads again, may go out.
constexpr std::chrono::milliseconds kPollInterval{100};

Result<std::chrono::milliseconds> delay_parameter(const http::Request& request) {
  OC_TRY_ASSIGN(const auto seconds, integer_parameter(request, "delay_for", 0));
  if (seconds < 0) return permanent(fmt::format("delay_for value {} is out of range [0, 4294967295]", seconds));
  if (seconds > kMaxDelaySeconds) return permanent(fmt::format("delay_for can't be greater than {}", kMaxDelaySeconds));
  return std::chrono::milliseconds(seconds * 1000);
}

Result<TailRequest> parse_tail_request(const http::Request& request, Nanos now_ns) {
  TailRequest tail;
  OC_TRY(check_query_string(request));
  OC_TRY_ASSIGN(tail.query, query::parse_query(request.parameter("query").value_or("")));
  OC_TRY_ASSIGN(tail.limit, limit_parameter(request));
  tail.limit = std::min(tail.limit, query::kMaxLimit);
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  tail.start_ns = bounds.start_ns;
  OC_TRY_ASSIGN(tail.delay, delay_parameter(request));
  tail.flags = encoding_flags(request);
  return tail;
}

class TailSession final : public http::WebSocketSession {
 public:
  TailSession(std::shared_ptr<TailService> service, TailRequest request)
      : service_(std::move(service)), request_(std::move(request)) {}

  void on_open(std::shared_ptr<http::WebSocketPeer> peer) override {
    client_ = std::make_shared<TailClient>(*service_, std::move(request_), peer);
    if (const auto added = service_->add(client_); !added) peer->fail(added.error().message);
  }
  void on_message(std::string_view, bool) override {}  // a tail has nothing to be told
  void on_close() override {
    if (client_ != nullptr) service_->remove(client_);
    client_.reset();
  }

 private:
  std::shared_ptr<TailService> service_;
  TailRequest request_;
  std::shared_ptr<TailClient> client_;
};

}  // namespace

TailService::TailService(query::LogReader& reader, const Clock& clock, std::shared_ptr<Counter> dropped)
    : reader_(reader), clock_(clock), dropped_(std::move(dropped)), thread_([this] { run(); }) {}

TailService::~TailService() {
  {
    std::lock_guard lock(mutex_);
    stop_.request_stop();
  }
  changed_.notify_all();
  thread_.join();
}

Status TailService::add(std::shared_ptr<TailClient> client) {
  std::lock_guard lock(mutex_);
  if (clients_.size() >= kMaxTails) {
    return permanent(fmt::format("max concurrent tail requests limit exceeded, count > limit ({} > {})",
                                 clients_.size() + 1, kMaxTails));
  }
  clients_.push_back(std::move(client));
  woken_ = true;
  changed_.notify_one();
  return {};
}

void TailService::remove(const std::shared_ptr<TailClient>& client) {
  std::lock_guard lock(mutex_);
  std::erase(clients_, client);
}

void TailService::wake() {
  std::lock_guard lock(mutex_);
  if (woken_) return;
  woken_ = true;
  changed_.notify_one();
}

void TailService::run() {
  std::unique_lock lock(mutex_);
  while (!stop_.stop_requested()) {
    const auto due = [this] { return woken_ || stop_.stop_requested(); };
    if (clients_.empty()) {
      changed_.wait(lock, due);
    } else {
      changed_.wait_for(lock, kPollInterval, due);
    }
    woken_ = false;
    auto clients = clients_;
    lock.unlock();
    for (const auto& client : clients) {
      if (client->started()) {
        client->send_due();
      } else if (const auto started = client->start(); !started) {
        client->fail(started.error().message);
      }
    }
    clients.clear();  // the last hold on a client that left: outside the lock, as it ends a subscription
    lock.lock();
  }
}

std::expected<std::unique_ptr<http::WebSocketSession>, http::Response> open_tail_session(
    const std::shared_ptr<TailService>& service, const http::Request& request) {
  auto tail = parse_tail_request(request, service->clock().wall_ns());
  if (!tail) return std::unexpected(http::Response::text(tail.error().message + "\n", 400));
  return std::make_unique<TailSession>(service, std::move(*tail));
}

}  // namespace oc::stores
