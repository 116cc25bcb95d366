// Many appenders, one disk: whatever waits is written and synced together by one thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace oc::stores {

struct PendingAppend {
  std::string record;
  std::uint64_t record_checksum = 0;
  Status status;  // set by commit()

 private:
  friend class GroupCommit;
  bool done = false;
};

class GroupCommit {
 public:
  // Called on the committing thread with one group after the other; its status is every member's.
  using CommitGroup = std::function<Status(std::span<PendingAppend* const>)>;
  explicit GroupCommit(CommitGroup commit_group);
  ~GroupCommit() { stop(); }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Returns when the append is durable, or failed. Thread-safe.
  Status commit(PendingAppend& append);
  // Commits what waits, refuses what comes later.
  void stop();

 private:
  void run();

  CommitGroup commit_group_;
  std::mutex mutex_;
  std::condition_variable work_, finished_;
  std::vector<PendingAppend*> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace oc::stores
