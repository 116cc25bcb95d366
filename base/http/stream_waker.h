// Lets a stream's producer, on any thread, wake the connection that sends it. Private to base/http.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "base/http/asio.h"

namespace oc::http {

class StreamWaker : public std::enable_shared_from_this<StreamWaker> {
 public:
  explicit StreamWaker(const asio::any_io_executor& executor) : timer_(std::in_place, executor) {}

  // Any thread; nothing after detach(). Many calls before the connection looks are one.
  void wake();
  // The rest on the network thread. True: woken since the last call; false: the time is over.
  static asio::awaitable<bool> wait(std::shared_ptr<StreamWaker> self, std::chrono::milliseconds timeout);
  // From here on nothing reaches the event loop, which may end.
  void detach();

 private:
  void woken();

  std::mutex mutex_;  // guards timer_'s presence and posted_
  std::optional<asio::steady_timer> timer_;
  bool posted_ = false;
  bool woken_ = false;  // network thread
};

// Ends the waker with the scope that sends.
class WakerScope {
 public:
  explicit WakerScope(std::shared_ptr<StreamWaker> waker) : waker_(std::move(waker)) {}
  ~WakerScope() { waker_->detach(); }
  WakerScope(const WakerScope&) = delete;
  WakerScope& operator=(const WakerScope&) = delete;

 private:
  std::shared_ptr<StreamWaker> waker_;
};

}  // namespace oc::http
