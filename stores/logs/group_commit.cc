#include "stores/logs/group_commit.h"

namespace oc::stores {

GroupCommit::GroupCommit(CommitGroup commit_group)
    : commit_group_(std::move(commit_group)), thread_([this] { run(); }) {}

Status GroupCommit::commit(PendingAppend& append) {
  std::unique_lock lock(mutex_);
  if (stopping_) return retryable("the store is stopping");
  waiting_.push_back(&append);
  work_.notify_one();
  finished_.wait(lock, [&] { return append.done; });
  return append.status;
}

void GroupCommit::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void GroupCommit::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::vector<PendingAppend*> group;
    group.swap(waiting_);
    lock.unlock();
    const Status status = commit_group_(group);
    lock.lock();
    for (PendingAppend* append : group) {
      append->status = status;
      append->done = true;
    }
    finished_.notify_all();
  }
}

}  // namespace oc::stores
