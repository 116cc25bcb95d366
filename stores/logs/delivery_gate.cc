#include "stores/logs/delivery_gate.h"

#include <algorithm>

namespace oc::stores {

DeliveryGate::Pass DeliveryGate::enter(std::set<FileKey> files) {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [&] { return std::ranges::none_of(files, [&](const FileKey& f) { return inside_.contains(f); }); });
  inside_.insert(files.begin(), files.end());
  return Pass(*this, std::move(files));
}

DeliveryGate::Pass::~Pass() {
  {
    std::lock_guard lock(gate_.mutex_);
    for (const FileKey& file : files_) gate_.inside_.erase(file);
  }
  gate_.left_.notify_all();
}

}  // namespace oc::stores
