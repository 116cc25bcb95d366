#include "base/http/lane_pool.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>

namespace oc::http {

namespace {

// A suspended caller. The work guard keeps its event loop alive, which otherwise sees nothing left to do.
template <typename Completion>
class Waiting {
 public:
  explicit Waiting(Completion completion)
      : completion_(std::move(completion)), guard_(asio::get_associated_executor(completion_)) {}
  void resume(std::optional<Response> response) {
    asio::post(guard_.get_executor(), [completion = std::move(completion_), response = std::move(response)]() mutable {
      std::move(completion)(std::move(response));
    });
  }

 private:
  Completion completion_;
  asio::executor_work_guard<asio::associated_executor_t<Completion>> guard_;
};

}  // namespace

LanePool::LanePool(std::size_t threads, std::size_t max_queued) : queue_(max_queued) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      while (auto job = queue_.pop()) (*job)();
    });
  }
}

asio::awaitable<std::optional<Response>> LanePool::run(Work work) {
  auto start = [this](auto completion, Work job) {
    auto waiting = std::make_shared<Waiting<decltype(completion)>>(std::move(completion));
    if (!queue_.try_push([waiting, job = std::move(job)] { waiting->resume(job()); })) waiting->resume(std::nullopt);
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::optional<Response>)>(
      std::move(start), asio::use_awaitable, std::move(work));
}

void LanePool::stop() {
  queue_.close();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

}  // namespace oc::http
