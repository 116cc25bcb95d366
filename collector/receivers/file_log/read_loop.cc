#include "collector/receivers/file_log/read_loop.h"

#include <algorithm>
#include <future>
#include <utility>

#include <malloc.h>
#include <sys/epoll.h>

#include "base/log.h"

namespace oc::collector {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What inotify did not tell is found this often; it only asks for each file's status.
constexpr std::chrono::seconds kReconcileInterval{10};
// With very many files a round takes long: it may use this share of a core.
constexpr int kReconcileShare = 200;
// Polling a network file system is waiting for answers more than work: it may take this share of the thread's time.
constexpr int kPollShare = 20;
constexpr milliseconds kSaveInterval{500};
// How often a pipeline that was full is asked again; settled batches ask earlier.
constexpr milliseconds kBlockedWait{20};
// Folders in which much comes and goes are looked through this often.
constexpr milliseconds kScanInterval{50};
// Files read before events and settled batches are looked at: 4 MiB.
constexpr int kTurnsAtOnce = 16;

}  // namespace

ReadLoop::ReadLoop(const Host& host)
    : host_(host),
      overflows_(host.metrics.counter("onecollector_file_event_overflows_total",
                                      "Times the kernel dropped file events and all files were looked at")),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      open_files_(host.metrics) {
  for (const int fd : {inbox_->descriptor(), watcher_.descriptor()}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
      log::error("file_log: epoll cannot watch descriptor {}", fd);
  }
  next_reconcile_ = steady_clock::now() + kReconcileInterval;
  thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

ReadLoop::~ReadLoop() {
  thread_.request_stop();
  inbox_->post([] {});
  thread_.join();
  for (const auto& [id, source] : sources_) source->save();
}

void ReadLoop::on_loop(std::function<void()> task) {
  std::promise<void> done;
  inbox_->post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void ReadLoop::add(const std::string& source_id, FileSource::Setup setup) {
  inbox_->post([this, source_id, setup = std::move(setup)]() mutable {
    auto& source = sources_[source_id];
    if (!source) source = std::make_shared<FileSource>(host_, source_id, *this, inbox_);
    source->set_up(std::move(setup));
    if (source->polls()) wants_scan_.try_emplace(source.get(), steady_clock::now());
  });
}

void ReadLoop::remove(const std::string& source_id, const void* owner) {
  on_loop([&] {
    const auto found = sources_.find(source_id);
    if (found != sources_.end() && found->second->owner() == owner) found->second->stop_reading();
  });
}

void ReadLoop::set_consumer(const std::string& source_id, const void* owner, std::shared_ptr<LogConsumer> consumer) {
  on_loop([&] {
    const auto found = sources_.find(source_id);
    if (found != sources_.end() && found->second->owner() == owner) found->second->set_consumer(std::move(consumer));
  });
}

void ReadLoop::run_under(const std::string& source_id, const void* owner,
                         std::shared_ptr<const RunningConfig> running) {
  inbox_->post([this, source_id, owner, running = std::move(running)]() mutable {
    const auto found = sources_.find(source_id);
    if (found != sources_.end() && found->second->owner() == owner) found->second->run_under(std::move(running));
  });
}

void ReadLoop::read_again(const std::string& source_id, const void* owner) {
  inbox_->post([this, source_id, owner] {
    const auto found = sources_.find(source_id);
    if (found != sources_.end() && found->second->owner() == owner) found->second->read_again();
  });
}

void ReadLoop::schedule(FileSource& source, const TailedFilePtr& file) {
  if (std::exchange(file->queued, true)) return;
  readable_.push_back({source.weak_from_this(), file});
}

void ReadLoop::schedule_at(FileSource& source, const TailedFilePtr& file, SteadyTime when) {
  timers_.emplace(when, Readable{source.weak_from_this(), file});
}

bool ReadLoop::watch_name(FileSource& source, const std::string& folder, const std::string& name) {
  interests_.add_name(folder, name, source);
  return watcher_.watch(folder);
}

void ReadLoop::unwatch_name(FileSource& source, const std::string& folder, const std::string& name) {
  interests_.remove_name(folder, name, source);
}

bool ReadLoop::watch_folder(FileSource& source, const std::string& folder) {
  interests_.add_folder(folder, source);
  return watcher_.watch(folder);
}

void ReadLoop::run(const std::stop_token& stopping) {
  while (!stopping.stop_requested()) {
    step();
    wait();
  }
  inbox_->run_all();
}

void ReadLoop::step() {
  inbox_->run_all();
  const auto now = steady_clock::now();
  if (!watcher_.poll([this](const auto& event) { on_event(event); })) {
    log::warn("file_log: the kernel dropped file events; looking at all files");
    overflows_->add();
    next_reconcile_ = now;
  }
  scan_sources(now);
  fire_timers(now);
  take_turns();
  save(now);
}

void ReadLoop::wait() {
  auto until = next_reconcile_;
  const auto now = steady_clock::now();
  if (!unsaved_.empty()) until = std::min(until, std::max(next_save_, now + milliseconds(1)));
  if (!timers_.empty()) until = std::min(until, timers_.begin()->first);
  if (!blocked_.empty()) until = std::min(until, ask_again_);
  for (const auto& [source, when] : wants_scan_) until = std::min(until, when);
  if (!readable_.empty()) until = now;
  const auto timeout = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - now));
  epoll_event events[4];
  const int count = ::epoll_wait(poll_.get(), events, 4, static_cast<int>(timeout.count()));
  const bool settled = std::any_of(events, events + std::max(count, 0),
                                   [&](const auto& e) { return e.data.fd == inbox_->descriptor(); });
  if (!settled && steady_clock::now() < ask_again_) return;
  ask_again_ = steady_clock::now() + kBlockedWait;
  for (auto& entry : blocked_) readable_.push_back(std::move(entry));
  blocked_.clear();
}

void ReadLoop::take_turns() {
  const FileSource* full = nullptr;  // one file of it was told to wait: its others, thousands maybe, need not ask
  for (int turn = 0; turn < kTurnsAtOnce && !readable_.empty();) {
    const auto entry = std::move(readable_.front());
    readable_.pop_front();
    const auto source = entry.source.lock();
    entry.file->queued = false;
    if (!source) continue;
    if (source.get() == full) {
      entry.file->queued = true;
      blocked_.push_back(entry);
      continue;
    }
    ++turn;
    has_read_ = true;
    const auto result = source->take_turn(entry.file);
    if (result == FileSource::Turn::kBlocked) full = source.get();
    if (result == FileSource::Turn::kIdle || std::exchange(entry.file->queued, true)) continue;
    (result == FileSource::Turn::kMore ? readable_ : blocked_).push_back(entry);
  }
}

void ReadLoop::on_event(const DirectoryWatcher::Event& event) {
  const std::string folder(event.folder), name(event.name);
  const bool rescan = event.folder_gone || (event.is_folder && !event.content);
  const std::string path = folder == "/" ? "/" + name : folder + "/" + name;
  for (auto* source : event.folder_gone ? interests_.in_folder(folder) : interests_.in_name(folder, name)) {
    if (rescan) {
      wants_scan_.try_emplace(source, steady_clock::now());
    } else if (!source->stopped()) {
      source->on_event(path, event);
    }
  }
}

void ReadLoop::fire_timers(SteadyTime now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto due = std::move(timers_.extract(timers_.begin()).mapped());
    if (const auto source = due.source.lock()) schedule(*source, due.file);
  }
}

void ReadLoop::scan_sources(SteadyTime now) {
  if (now >= next_reconcile_) {
    for (const auto& [id, source] : sources_)
      if (!source->stopped()) source->scan();
    next_reconcile_ = std::max(now + kReconcileInterval, now + kReconcileShare * (steady_clock::now() - now));
    open_files_.close_idle();
    buffer_.release();
    blocks_.release_kept();
    // What a hundred thousand files left behind when they were read; it takes milliseconds, so not while others are.
    if (!std::exchange(has_read_, false)) ::malloc_trim(0);
    return;
  }
  std::vector<FileSource*> due;
  for (const auto& [source, when] : wants_scan_)
    if (when <= now) due.push_back(source);
  for (auto* source : due) {
    wants_scan_.erase(source);
    if (source->stopped()) continue;
    source->scan();
  }
  // Ten thousand files on a network file system take longer than one: they are looked at less often.
  const auto pause = kPollShare * (steady_clock::now() - now);
  for (auto* source : due)
    if (!source->stopped() && source->polls())
      wants_scan_[source] = now + std::max<Duration>({source->poll_interval(), kScanInterval, pause});
}

void ReadLoop::save(SteadyTime now) {
  if (now < next_save_ || unsaved_.empty()) return;
  next_save_ = now + kSaveInterval;
  for (auto* source : std::exchange(unsaved_, {})) {
    source->save();
    if (source->finished()) {
      drop(source->shared_from_this());
    } else if (source->stopped()) {
      unsaved_.insert(source);  // asked again until its last batch is settled
    }
  }
}

void ReadLoop::drop(const SourcePtr& source) {
  for (const auto& folder : interests_.remove(*source)) watcher_.unwatch(folder);
  wants_scan_.erase(source.get());
  unsaved_.erase(source.get());
  sources_.erase(source->id());
}

}  // namespace oc::collector
