// Work that other threads hand to a loop's thread; a descriptor becomes readable when there is some.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/files.h"

namespace oc::collector {

class TaskInbox {
 public:
  TaskInbox();
  // From any thread.
  void post(std::function<void()> task);
  // From the loop's thread: runs what was posted, in order.
  void run_all();
  int descriptor() const { return wake_.get(); }

 private:
  UniqueFd wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
};

}  // namespace oc::collector
