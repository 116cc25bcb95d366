// The threads that make attempts for the engine.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "control_plane/activities/activity_runner.h"
#include "control_plane/workflows/workflow_run.h"

namespace oc::control_plane {

class ActivityPool {
 public:
  // `ended` is called on a pool thread, once an order.
  using Ended = std::function<void(std::string run_id, Result<Json> output)>;
  ActivityPool(ActivityRunner& runner, std::size_t threads, std::size_t most_orders, Ended ended);
  ~ActivityPool();  // makes what was ordered, then ends
  void order(AttemptOrder order) { orders_.push(std::move(order)); }

 private:
  void work();

  ActivityRunner& runner_;
  const Ended ended_;
  BoundedQueue<AttemptOrder> orders_;
  std::vector<std::thread> threads_;
};

}  // namespace oc::control_plane
