#include "collector/receivers/file_log/held_files.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

namespace oc::collector {

namespace {

using std::chrono::steady_clock;

// A source reaches its collector within a second or two of its first line; a control plane that is started again takes
// longer. Beyond this a deleted file's room on the disk is given back.
constexpr std::chrono::seconds kHeldUnread{120};
// Whoever reads it by its name opens it here within milliseconds of losing that name.
constexpr std::chrono::seconds kHeldRead{10};
// A fifth of the 20,000 descriptors that hosts commonly allow.
constexpr std::size_t kMaxHeld = 4096;
constexpr std::string_view kTooMany = "4096 files are held open";
// What inotify did not tell is found this often.
constexpr std::chrono::milliseconds kReconcile{10'000};

}  // namespace

HeldFiles::HeldFiles(MetricRegistry& metrics)
    : held_gauge_(metrics.gauge("onecollector_held_files", "Files held open until they are read")),
      not_held_(metrics.counter("onecollector_held_files_refused_total", "Files not held, because of the limit")),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Status HeldFiles::watch(const void* owner, std::vector<Glob> patterns) {
  if (!wake_) return retryable("no descriptor is left to watch files with");
  const std::lock_guard lock(mutex_);
  patterns_[owner] = std::move(patterns);
  if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  ::eventfd_write(wake_.get(), 1);
  return {};
}

// What is held stays for its time: a reload must not let go of what nobody has read yet.
void HeldFiles::unwatch(const void* owner) {
  const std::lock_guard lock(mutex_);
  patterns_.erase(owner);
  ::eventfd_write(wake_.get(), 1);
}

std::vector<HeldFiles::File> HeldFiles::take_unread(const std::string& path) {
  const auto at_path = status_of_path(path);
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::uint64_t, FileKey>> found;
  for (const auto& [key, held] : held_)
    if (held.path == path && !held.read && !(at_path && at_path->key == key)) found.emplace_back(held.order, key);
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.first; });
  std::vector<File> files;
  for (const auto& [order, key] : found) files.push_back({key, std::move(held_.extract(key).mapped().fd)});
  return files;
}

void HeldFiles::note_read(const FileKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = held_.find(key); found != held_.end()) found->second.read = true;
}

std::optional<UniqueFd> HeldFiles::open(const FileKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(key);
  if (found == held_.end()) return std::nullopt;
  UniqueFd fd(::fcntl(found->second.fd.get(), F_DUPFD_CLOEXEC, 0));
  return fd ? std::optional(std::move(fd)) : std::nullopt;
}

std::vector<Glob> HeldFiles::patterns() const {
  const std::lock_guard lock(mutex_);
  std::vector<Glob> all;
  for (const auto& [owner, patterns] : patterns_) all.insert(all.end(), patterns.begin(), patterns.end());
  return all;
}

void HeldFiles::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { ::eventfd_write(wake_.get(), 1); });
  while (!stop.stop_requested()) {
    look();
    std::array<pollfd, 2> fds{{{wake_.get(), POLLIN, 0}, {watcher_.descriptor(), POLLIN, 0}}};
    while (!look_again_ && ::poll(fds.data(), fds.size(), static_cast<int>(kReconcile.count())) > 0) {
      eventfd_t ignored = 0;
      if (fds[0].revents != 0 && ::eventfd_read(wake_.get(), &ignored) == 0) break;
      const bool all_told = watcher_.poll([this](const auto& event) { on_event(event); });
      if (!all_told) log::warn("held_files: the kernel dropped file events; looking at all folders");
      look_again_ |= !all_told;
    }
  }
}

// Watches first and lists then, so that nothing falls in between.
void HeldFiles::look() {
  look_again_ = false;
  watched_ = patterns();
  for (const auto& glob : watched_)
    glob.walk({.on_folder = [&](const std::string& folder) { watcher_.watch(folder); },
               .on_match = [&](const std::string& path) { hold(path); }});
  note_gone(steady_clock::now());
}

void HeldFiles::on_event(const DirectoryWatcher::Event& event) {
  if (event.content) return;
  if (event.is_folder || event.folder_gone) {
    look_again_ = true;
    return;
  }
  const auto path = std::string(event.folder) + "/" + std::string(event.name);
  if (std::ranges::any_of(watched_, [&](const Glob& glob) { return glob.matches(path); })) hold(path);
}

void HeldFiles::hold(const std::string& path) {
  auto fd = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  const auto status = fd ? status_of_descriptor(fd->get()) : std::nullopt;
  const std::lock_guard lock(mutex_);
  if (!fd && fd.error().retryable()) return refuse(path, fd.error().text());  // no descriptor is left, for example
  if (!status || !status->regular || held_.contains(status->key)) return;
  if (!make_room()) return refuse(path, kTooMany);
  held_[status->key] = {.path = path, .fd = std::move(*fd), .order = next_order_++};
  held_gauge_->set(static_cast<double>(held_.size()));
}

// Files that are gone give way to one that came, the oldest first.
bool HeldFiles::make_room() {
  if (held_.size() < kMaxHeld) return true;
  const auto oldest = std::ranges::min_element(
      held_, {}, [](const auto& entry) { return std::pair(!entry.second.gone_since.has_value(), entry.second.order); });
  if (!oldest->second.gone_since) return false;
  if (!oldest->second.read) refuse(oldest->second.path, kTooMany);
  held_.erase(oldest);
  return true;
}

void HeldFiles::refuse(const std::string& path, std::string_view reason) {
  not_held_->add();
  std::uint64_t others = 0;
  if (log_limit_.allow(steady_clock::now(), others))
    log::warn(
        "held_files: {} is not held open, nor were {} others: {}; what is in them is lost if they are deleted before "
        "they "
        "are read",
        path, others, reason);
}

void HeldFiles::note_gone(steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (auto entry = held_.begin(); entry != held_.end();) {
    auto& [key, held] = *entry;
    const auto at_path = status_of_path(held.path);
    if (at_path && at_path->key == key)
      held.gone_since.reset();
    else if (!held.gone_since)
      held.gone_since = now;
    const bool over = held.gone_since && now - *held.gone_since >= (held.read ? kHeldRead : kHeldUnread);
    entry = over ? held_.erase(entry) : std::next(entry);
  }
  held_gauge_->set(static_cast<double>(held_.size()));
}

}  // namespace oc::collector
