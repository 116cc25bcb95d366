// The threads of one lane and the queue in front of them. Private to base/http.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/http/asio.h"
#include "base/http/message.h"

namespace oc::http {

class LanePool {
 public:
  using Work = std::function<Response()>;  // must not throw

  LanePool(std::size_t threads, std::size_t max_queued);
  ~LanePool() { stop(); }
  // Runs `work` on a thread of the pool while the caller's thread goes on; resumes the caller on its own executor.
  // nullopt: the queue is full or the pool has stopped; `work` was not run.
  asio::awaitable<std::optional<Response>> run(Work work);
  // Finishes what is queued, then joins. Idempotent; not to be called from `work`.
  void stop();

 private:
  BoundedQueue<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
};

}  // namespace oc::http
