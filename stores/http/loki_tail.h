// WebSocket /loki/api/v1/tail: what is there already, newest `limit` entries from `start`, then each row as it arrives.
#pragma once

#include <condition_variable>
#include <expected>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/http/websocket.h"
#include "base/metrics.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

class TailClient;

// Serves all tails from one thread: rows arrive on the appending thread and are only queued there. Thread-safe.
class TailService {
 public:
  TailService(query::LogReader& reader, const Clock& clock, std::shared_ptr<Counter> dropped);
  ~TailService();  // ends the tails
  TailService(const TailService&) = delete;
  TailService& operator=(const TailService&) = delete;

  // An error when there are too many already.
  Status add(std::shared_ptr<TailClient> client);
  void remove(const std::shared_ptr<TailClient>& client);
  void wake();

  query::LogReader& reader() const { return reader_; }
  const Clock& clock() const { return clock_; }
  Counter& dropped() const { return *dropped_; }
  std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  void run();

  query::LogReader& reader_;
  const Clock& clock_;
  std::shared_ptr<Counter> dropped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<TailClient>> clients_;
  bool woken_ = false;
  std::stop_source stop_;
  std::thread thread_;
};

// Bad parameters are answered with 400 and their error; what shows later closes the connection with it as the reason.
std::expected<std::unique_ptr<http::WebSocketSession>, http::Response> open_tail_session(
    const std::shared_ptr<TailService>& service, const http::Request& request);

}  // namespace oc::stores
