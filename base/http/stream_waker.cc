#include "base/http/stream_waker.h"

namespace oc::http {

void StreamWaker::wake() {
  std::lock_guard lock(mutex_);
  if (!timer_ || std::exchange(posted_, true)) return;
  asio::post(timer_->get_executor(), [self = shared_from_this()] { self->woken(); });
}

void StreamWaker::woken() {
  std::lock_guard lock(mutex_);
  posted_ = false;
  woken_ = true;
  if (timer_) timer_->cancel();
}

asio::awaitable<bool> StreamWaker::wait(std::shared_ptr<StreamWaker> self, std::chrono::milliseconds timeout) {
  if (!self->woken_) {
    self->timer_->expires_after(timeout);
    co_await self->timer_->async_wait(kAwait);
  }
  co_return std::exchange(self->woken_, false);
}

void StreamWaker::detach() {
  std::lock_guard lock(mutex_);
  timer_.reset();
}

}  // namespace oc::http
