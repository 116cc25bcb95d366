#include "stores/http/loki_tail.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "query/logql/limits.h"
#include "query/logql/parser.h"
#include "stores/http/loki_parameters.h"
#include "stores/http/tail_client.h"

namespace oc::stores {

namespace {

constexpr std::size_t kMaxTails = 10;  // Loki's max_concurrent_tail_requests
constexpr int kMaxDelaySeconds = 5;    // Loki's maxDelayForInTailing
// How late a delayed row, or one for a client that reads again, may go out.
constexpr std::chrono::milliseconds kPollInterval{100};

Result<std::chrono::milliseconds> delay_parameter(const http::Request& request) {
  const auto value = request.parameter("delay_for");
  if (!value || value->empty()) return std::chrono::milliseconds(0);
  int seconds = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (error != std::errc() || end != value->data() + value->size() || seconds < 0) {
    return permanent(fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", *value));
  }
  if (seconds > kMaxDelaySeconds) return permanent(fmt::format("delay_for can't be greater than {}", kMaxDelaySeconds));
  return std::chrono::milliseconds(seconds * 1000);
}

Result<TailRequest> parse_tail_request(const http::Request& request, Nanos now_ns) {
  TailRequest tail;
  OC_TRY_ASSIGN(tail.log, query::parse_log_query(request.parameter("query").value_or("")));
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  tail.start_ns = bounds.start_ns;
  OC_TRY_ASSIGN(tail.limit, limit_parameter(request));
  if (tail.limit > query::kMaxLimit) return permanent(fmt::format("limit must be at most {}", query::kMaxLimit));
  OC_TRY_ASSIGN(tail.delay, delay_parameter(request));
  tail.categorized = wants_categorized_labels(request);
  return tail;
}

class TailSession final : public http::WebSocketSession {
 public:
  TailSession(std::shared_ptr<TailService> service, Result<TailRequest> request)
      : service_(std::move(service)), request_(std::move(request)) {}

  void on_open(std::shared_ptr<http::WebSocketPeer> peer) override {
    if (!request_) {
      peer->close(request_.error().message);
      return;
    }
    client_ = std::make_shared<TailClient>(*service_, std::move(*request_), peer);
    if (const auto added = service_->add(client_); !added) peer->close(added.error().message);
  }
  void on_message(std::string_view, bool) override {}  // a tail has nothing to be told
  void on_close() override {
    if (client_ != nullptr) service_->remove(client_);
    client_.reset();
  }

 private:
  std::shared_ptr<TailService> service_;
  Result<TailRequest> request_;
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
        client->close(started.error().message);
      }
    }
    clients.clear();  // the last hold on a client that left: outside the lock, as it ends a subscription
    lock.lock();
  }
}

std::unique_ptr<http::WebSocketSession> open_tail_session(const std::shared_ptr<TailService>& service,
                                                          const http::Request& request) {
  return std::make_unique<TailSession>(service, parse_tail_request(request, service->clock().wall_ns()));
}

}  // namespace oc::stores
