#include "control_plane/config_builder/overlay_watcher.h"

#include "base/files.h"
#include "base/ids.h"
#include "base/log.h"
#include "control_plane/config_builder/overlay.h"

namespace oc::control_plane {

OverlayWatcher::OverlayWatcher(std::filesystem::path file, OnText on_text, std::chrono::milliseconds every)
    : file_(std::move(file)), on_text_(std::move(on_text)), every_(every), thread_([this] { run(); }) {}

OverlayWatcher::~OverlayWatcher() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void OverlayWatcher::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    lock.lock();
    stopped_.wait_for(lock, every_, [this] { return stopping_; });
  }
}

// The whole file each time: it is small, and neither its time nor its size tells every change.
void OverlayWatcher::look() {
  const auto text = read_file(file_, kMaxOverlayBytes);
  if (!text) {
    if (text.error().text() != last_error_) log::warn("overlay: {}", text.error().text());
    last_error_ = text.error().text();
    return;
  }
  last_error_.clear();
  auto hash = stable_hash(*text);
  if (hash != taken_hash_ && on_text_(*text)) taken_hash_ = std::move(hash);
}

}  // namespace oc::control_plane
