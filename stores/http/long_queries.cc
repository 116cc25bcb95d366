#include "stores/http/long_queries.h"

#include <algorithm>
#include <ctime>

namespace oc::stores {

std::chrono::nanoseconds LongQueries::thread_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

bool LongQueries::take_place(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const auto number = asked_++;
  waiting_.push_back(number);
  const auto is_next = [&] { return free_ > 0 && waiting_.front() == number; };
  if (!is_next()) waited_->add();
  const bool taken = changed_.wait_until(lock, cancelled, deadline, is_next);
  if (taken) --free_;
  std::erase(waiting_, number);
  changed_.notify_all();  // another may be the first now
  return taken;
}

void LongQueries::give_back() {
  const std::lock_guard lock(mutex_);
  ++free_;
  changed_.notify_all();
}

LongQueries::Turn::~Turn() {
  if (has_place_) all_.give_back();
}

// The processor's time is never more than what went by, which is quicker to tell.
bool LongQueries::Turn::is_short() const {
  return std::chrono::steady_clock::now() - began_ < all_.short_time_ ||
         thread_time() - used_before_ < all_.short_time_;
}

void LongQueries::Turn::wait(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) {
  if (!has_place_ && !is_short()) has_place_ = all_.take_place(cancelled, deadline);
}

}  // namespace oc::stores
