#include "collector/receivers/task_inbox.h"

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace oc::collector {

TaskInbox::TaskInbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void TaskInbox::post(std::function<void()> task) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  // A full counter (EAGAIN) is readable already.
  const std::uint64_t one = 1;
  if (first && ::write(wake_.get(), &one, sizeof one) < 0) return;
}

void TaskInbox::run_all() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    if (tasks_.empty()) return;
    tasks.swap(tasks_);
    std::uint64_t count = 0;
    if (::read(wake_.get(), &count, sizeof count) < 0) count = 0;
  }
  for (auto& task : tasks) task();
}

}  // namespace oc::collector
