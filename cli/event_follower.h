// Follows GET /api/v1/events on a thread of its own, and goes on after the last event when the connection breaks.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/http/client.h"
#include "base/http/event_stream.h"
#include "cli/api_client.h"

namespace oc::cli {

class EventFollower {
 public:
  // Called on the follower's thread.
  struct Callbacks {
    std::function<void(const Json& event)> on_event;
    std::function<void(const std::string& what)> on_trouble;  // once a break, and once it is over
    std::function<void(const Error& error)> on_refused;       // it ends: the server does not want us, or none is there
  };
  // `after`: nullopt begins with what is to come. `more_parameters` begins with "&" or is empty.
  EventFollower(const ClientOptions& client, std::optional<std::int64_t> after, std::string more_parameters,
                Callbacks callbacks);
  ~EventFollower() { stop(); }
  // Ends it; what it was refused with, if it was. Idempotent.
  std::optional<Error> stop();

 private:
  void run(const std::stop_token& stop);
  Result<http::Response> listen();
  // False: it makes no sense to try again.
  bool settle(const Result<http::Response>& ended, const std::stop_token& stop);
  bool refuse(Error error);
  void on_connected();
  void on_event(const http::ServerSentEvent& sent);

  const std::string url_;
  const std::string more_parameters_;
  const Callbacks callbacks_;
  http::Client http_;
  std::optional<std::int64_t> last_;
  bool connected_before_ = false;
  bool broken_ = false;
  std::mutex mutex_;
  std::condition_variable_any pause_;
  bool ended_ = false;
  std::optional<Error> refused_;  // read after the thread has ended
  std::jthread thread_;           // last: starts when all else is there
};

}  // namespace oc::cli
