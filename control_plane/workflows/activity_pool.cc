#include "control_plane/workflows/activity_pool.h"

namespace oc::control_plane {

ActivityPool::ActivityPool(ActivityRunner& runner, std::size_t threads, std::size_t most_orders, Ended ended)
    : runner_(runner), ended_(std::move(ended)), orders_(most_orders) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ActivityPool::~ActivityPool() {
  orders_.close();
  for (auto& thread : threads_) thread.join();
}

void ActivityPool::work() {
  while (auto order = orders_.pop()) {
    auto output =
        order->stop.stop_requested()
            ? Result<Json>(retryable("stopped before it began"))
            : runner_.attempt(*order->activity, order->input, {order->stop, order->run_id, order->attempt}).output;
    ended_(std::move(order->run_id), std::move(output));
  }
}

}  // namespace oc::control_plane
