#include "agent/discovery/docker/log_catcher.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/discovery/docker/engine_events.h"
#include "agent/discovery/docker/engine_layout.h"

namespace oc::agent {

namespace {

// An engine tells of a container within seconds, or never: what was caught is let go then, and its disk space with it.
constexpr std::chrono::seconds kKept{120};
// As many as the collector holds, see docs/containers.md.
constexpr std::size_t kMaxCaught = 4'096;
constexpr std::uint32_t kMask = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::size_t kReadBytes = 64 << 10;

}  // namespace

LogCatcher::LogCatcher(std::string folder)
    : folder_(std::move(folder)), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  watch(folder_);
  thread_ = std::thread([this] { run(); });
}

LogCatcher::~LogCatcher() {
  stop_.set();
  thread_.join();
}

void LogCatcher::run() {
  std::array<pollfd, 2> fds{{{stop_.fd(), POLLIN, 0}, {inotify_ ? inotify_.get() : -1, POLLIN, 0}}};
  while (fds[0].revents == 0) {
    ::poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) read_events();
  }
}

void LogCatcher::read_events() {
  alignas(struct inotify_event) std::array<char, kReadBytes> buffer;
  const auto got = ::read(inotify_.get(), buffer.data(), buffer.size());
  for (ssize_t at = 0; at < got;) {
    const auto* event = reinterpret_cast<const struct inotify_event*>(buffer.data() + at);
    at += static_cast<ssize_t>(sizeof(*event) + event->len);
    const auto found = watched_.find(event->wd);
    if ((event->mask & IN_Q_OVERFLOW) != 0)
      list(folder_);
    else if (found != watched_.end() && (event->mask & IN_IGNORED) != 0)
      watched_.erase(found);
    else if (found != watched_.end() && event->len > 0)
      appeared(found->second + "/" + event->name);
  }
}

// A folder on the way to a container's log is watched, and looked into for what was there before the watch.
void LogCatcher::appeared(const std::string& path) {
  const auto id = path.substr(folder_.size() + 1, path.find('/', folder_.size() + 1) - folder_.size() - 1);
  std::vector<std::string> logs{default_log_path(folder_, id)};
  if (!is_podman_folder(folder_)) logs.push_back(local_log_path(folder_, id));
  const auto lies_below = [&](const std::string& log) { return log.starts_with(path + "/"); };
  if (std::ranges::find(logs, path) != logs.end())
    keep(id, open_log(path));
  else if (std::ranges::any_of(logs, lies_below) && watch(path))
    list(path);
}

// false: it is gone already, or the kernel has no more watches.
bool LogCatcher::watch(const std::string& path) {
  const int descriptor = ::inotify_add_watch(inotify_.get(), path.c_str(), kMask);
  if (descriptor >= 0) watched_[descriptor] = path;
  return descriptor >= 0;
}

void LogCatcher::list(const std::string& path) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error))
    appeared(entry->path().string());
}

void LogCatcher::keep(const std::string& container_id, std::shared_ptr<const OpenLog> log) {
  if (!log) return;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  while (!order_.empty() && (order_.size() >= kMaxCaught || order_.front().first + kKept < now)) {
    caught_.erase(order_.front().second);
    order_.pop_front();
  }
  const auto [entry, is_new] = caught_.try_emplace(container_id, log);
  if (is_new)
    order_.emplace_back(now, container_id);
  else if (entry->second)  // else it was handed out: a listing and an event may both tell of one log
    entry->second = std::move(log);
}

std::shared_ptr<const OpenLog> LogCatcher::take(const std::string& container_id) {
  const std::lock_guard lock(mutex_);
  const auto found = caught_.find(container_id);
  if (found == caught_.end()) return nullptr;
  return std::exchange(found->second, nullptr);
}

}  // namespace oc::agent
