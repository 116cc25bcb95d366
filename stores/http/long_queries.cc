#include "stores/http/long_queries.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace oc::stores {

bool Places::take(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const auto number = asked_++;
  waiting_.push_back(number);
  const bool taken =
      changed_.wait_until(lock, cancelled, deadline, [&] { return free_ > 0 && waiting_.front() == number; });
  if (taken) --free_;
  std::erase(waiting_, number);
  changed_.notify_all();  // another may be the first now
  return taken;
}

void Places::give_back() {
  const std::lock_guard lock(mutex_);
  ++free_;
  changed_.notify_all();
}

bool Places::are_taken() const {
  const std::lock_guard lock(mutex_);
  return free_ == 0 || !waiting_.empty();
}

bool Places::others_wait() const {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty();
}

std::uint64_t Places::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::chrono::nanoseconds LongQueries::thread_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

LongQueries::Turn::~Turn() {
  stop_running();
  if (under_way_) all_.under_way_.give_back();
}

void LongQueries::Turn::stop_running() {
  if (std::exchange(running_, false)) all_.running_.give_back();
}

// The processor's time is never more than what went by, which is quicker to tell.
bool LongQueries::Turn::is_short() const {
  return std::chrono::steady_clock::now() - began_ < all_.options_.short_time ||
         thread_time() - used_before_ < all_.options_.short_time;
}

bool LongQueries::Turn::may_go_on() const {
  return running_ &&
         (std::chrono::steady_clock::now() - turn_began_ < all_.options_.turn || !all_.running_.others_wait());
}

void LongQueries::Turn::wait(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) {
  if (!under_way_) {
    if (is_short()) return;
    if (all_.under_way_.are_taken()) all_.waited_->add();
    under_way_ = all_.under_way_.take(cancelled, deadline);
  }
  if (!under_way_ || may_go_on()) return;
  stop_running();
  running_ = all_.running_.take(cancelled, deadline);
  turn_began_ = std::chrono::steady_clock::now();
}

}  // namespace oc::stores
