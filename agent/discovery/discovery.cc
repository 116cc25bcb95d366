#include "agent/discovery/discovery.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <time.h>

#include "agent/discovery/docker/container_news.h"
#include "agent/discovery/docker/engine_layout.h"
#include "agent/discovery/docker/files_inside.h"
#include "agent/discovery/folder_tree.h"
#include "agent/discovery/journal/published_journal.h"
#include "agent/discovery/process/process_files.h"
#include "agent/discovery/source_catalog.h"
#include "agent/wake_event.h"
#include "base/log.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kReconcileEvery = 30s;  // for what inotify cannot tell: network file systems, writes through hard links
constexpr int kReconcileShare = 300;   // …and in a large tree after 300 times its processor time: a third of a percent
constexpr auto kPollEvery = 2s;        // folders of whose changes the kernel does not tell
constexpr int kPollShare = 100;        // …and many of them after 100 times: one percent of a core
constexpr auto kProcessesEvery = 5s;   // whether there is news of them, a look at one file's inode
constexpr auto kHoldPause = 50ms;      // between two looks at the kernel's queue, which holds 16,384 events
constexpr auto kListingPause = 50ms;   // at least, after a listing
constexpr int kDutyCycle = 20;         // …and twenty times its processor time: listing takes at most 5 % of a core
constexpr auto kLedgerDelay = 200ms;   // a burst of writes is one look
constexpr auto kLedgerEvery = 1s;      // while a file is being written
constexpr std::size_t kMaxUnreadableNotes = 5;  // in full; the rest is in the count

// Of this thread. What it waits for, a busy disk say, costs nobody anything.
std::chrono::nanoseconds processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

class DiscoveryThread final : public Discovery {
 public:
  DiscoveryThread(FolderTree tree, SourceCatalog catalog, ProcessFiles processes, DiscoveryListener& listener,
                  const std::vector<std::string>& sockets, bool native_collector, std::optional<JournalOptions> journal)
      : tree_(std::move(tree)),
        catalog_(std::move(catalog)),
        listener_(listener),
        native_collector_(native_collector),
        process_files_(std::move(processes)),
        containers_(sockets.empty() ? nullptr : std::make_unique<ContainerNews>(sockets, wake_)),
        journal_(std::move(journal), wake_),
        thread_([this] { run(); }) {}
  ~DiscoveryThread() override {
    stopping_ = true;
    wake_.set();
    thread_.join();
  }
  void delivered(const std::map<std::string, std::uint64_t>& offsets_by_source) override {
    {
      const std::lock_guard lock(delivered_mutex_);
      for (const auto& [id, offset] : offsets_by_source) delivered_[id] = offset;
    }
    wake_.set();
  }

 private:
  void run() {
    for (const auto& folder : catalog_.container_folders()) want_containers(folder);
    for (const auto& [path, said] : catalog_.named_by_processes()) process_files_.remember(path, said);
    list_named_files();
    reconcile();
    while (!stopping_) {
      wait();
      if (stopping_) return;
      take_containers();
      take_delivered();
      if (journal_.has_news()) publish({});
      const auto now = Steady::now();
      if (now >= reconcile_at_) {
        reconcile();
      } else if (tree_.watches().holds_changes() && now >= listing_not_before_) {
        list_changed();
      } else if (now >= poll_at_) {
        list_unwatched();
      } else if (now >= processes_at_) {
        look_at_processes();
      } else if (expiry_at_ && now >= *expiry_at_) {
        take_over();
      }
      if (written_ && now >= ledger_at_) read_ends();
    }
  }

  // Sleeps until something is due. A descriptor whose news is not due yet is not waited on: a busy log wakes nobody.
  void wait() {
    const auto now = Steady::now();
    auto until = std::min({reconcile_at_, poll_at_, processes_at_});
    if (expiry_at_) until = std::min(until, *expiry_at_);
    const bool listen_structure = now >= hold_not_before_;
    const bool listen_writes = !written_ && now >= ledger_not_before_;
    if (!listen_structure) until = std::min(until, hold_not_before_);
    if (tree_.watches().holds_changes()) until = std::min(until, listing_not_before_);
    if (!listen_writes) until = std::min(until, written_ ? ledger_at_ : ledger_not_before_);
    const auto structure = listen_structure ? tree_.watches().structure_fds() : std::array{-1, -1};
    std::array<pollfd, 4> fds{{{wake_.fd(), POLLIN, 0},
                               {structure[0], POLLIN, 0},
                               {structure[1], POLLIN, 0},
                               {listen_writes ? tree_.watches().writes_fd() : -1, POLLIN, 0}}};
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    ::poll(fds.data(), fds.size(), static_cast<int>(std::max<decltype(timeout)>(0, timeout)));
    if (fds[0].revents != 0) wake_.clear();
    if (fds[1].revents != 0 || fds[2].revents != 0) hold_changes();
    if (fds[3].revents != 0) {
      written_ = true;
      const bool busy = Steady::now() < ledger_not_before_ + kLedgerEvery;  // the burst goes on
      ledger_at_ = Steady::now() + (busy ? 0ms : kLedgerDelay);
    }
  }

  // However long listing is not due: what happens elsewhere on a marked file system must not fill the kernel's queue.
  void hold_changes() {
    tree_.watches().hold_changes();
    hold_not_before_ = Steady::now() + kHoldPause;
  }

  void want_containers(const std::string& folder) {
    if (!container_folders_.insert(folder).second) return;
    for (const auto& pattern : log_patterns(folder)) {
      short_lived_.push_back(pattern);
      if (const auto wanted = tree_.want(folder, pattern); !wanted) log::error("{}", wanted.error().text());
    }
    listener_.on_short_lived(short_lived_);
  }

  void take_containers() {
    auto now = containers_ ? containers_->take() : std::nullopt;
    if (!now) return;
    if (!native_collector_) leave_out_for_official(*now);
    if (!journal_.is_read()) leave_out_of_journal(*now);
    journal_.set_containers(*now);
    container_notes_ = container_notes(*now);
    catalog_.set_containers(*now);
    files_inside_.set_containers(*now);
    const auto start = processor_time();
    list_named_files();
    for (const auto& folder : now->folders) want_containers(folder);
    tree_.list_again(now->folders);
    listed(start);
  }

  void list_everything() {
    const auto start = processor_time();
    (void)tree_.watches().take_changed_folders();  // listing everything answers them all
    tree_.list_everything();
    listed(start);
    const auto now = Steady::now();
    reconcile_at_ = now + std::max<Steady::duration>(kReconcileEvery, kReconcileShare * (processor_time() - start));
  }

  // Its own cadence bounds what it costs: what changes next is found at once.
  void reconcile() {
    list_everything();
    listing_not_before_ = Steady::now() + kListingPause;
    if (poll_at_ != Steady::time_point::max()) poll_at_ = Steady::now() + kPollEvery;
  }

  void list_changed() {
    const auto start = processor_time();
    const auto changes = tree_.watches().take_changed_folders();
    if (changes.overflowed) return after_overflow();
    tree_.list_again(changes.paths);
    listed(start);
  }

  void after_overflow() {
    log::warn("the kernel's queue of file events overflowed ({} times so far): all folders are listed again",
              ++overflows_);
    list_everything();
  }

  void list_unwatched() {
    const auto start = processor_time();
    tree_.list_again(tree_.unwatched());
    list_named_files();
    listed(start);
  }

  bool names_files() const { return files_inside_.wanted() || process_files_.wanted(); }

  void list_named_files() {
    if (!names_files() && !named_files_) return;
    auto files = files_inside_.list();
    files.merge(process_files_.list());
    catalog_.set_named_files(std::move(files));
    named_files_ = names_files();
  }

  void look_at_processes() {
    processes_at_ = process_files_.enabled() ? Steady::now() + kProcessesEvery : Steady::time_point::max();
    if (!process_files_.refresh()) return;
    const auto start = processor_time();
    list_named_files();
    listed(start);
  }

  void listed(std::chrono::nanoseconds start) {
    take_over();
    const auto now = Steady::now();
    const Steady::duration took = processor_time() - start;
    listing_not_before_ = now + std::max<Steady::duration>(kListingPause, kDutyCycle * took);
    const bool polls = names_files() || !tree_.unwatched().empty();
    poll_at_ = polls ? now + std::max<Steady::duration>(kPollEvery, kPollShare * took) : Steady::time_point::max();
  }

  void take_delivered() {
    std::map<std::string, std::uint64_t> delivered;
    {
      const std::lock_guard lock(delivered_mutex_);
      delivered.swap(delivered_);
    }
    if (delivered.empty()) return;
    catalog_.set_delivered(delivered);
    journal_.set_delivered(delivered);
    expiry_at_ = catalog_.next_expiry();
  }

  void take_over() {
    catalog_.reconcile(tree_);
    const auto ledger = catalog_.observe_changed();
    publish(ledger);
    expiry_at_ = catalog_.next_expiry();
  }

  void read_ends() {
    const auto written = tree_.watches().take_written_files();
    written_ = false;
    ledger_not_before_ = Steady::now() + kLedgerEvery;
    if (written.overflowed) {
      after_overflow();
      ledger_not_before_ = std::max(ledger_not_before_, listing_not_before_);  // overflowing for long costs no more
      return;
    }
    publish(catalog_.observe(written.paths));
  }

  void publish(const std::vector<contracts::LedgerEntry>& ledger) {
    ledger_.insert(ledger_.end(), ledger.begin(), ledger.end());
    auto update = catalog_.take_update();
    if (!update) {
      // Nothing is told that is not kept; the next listing tries again.
      if (!save_failed_) log::error("the inventory of sources cannot be kept: {}", update.error().text());
      save_failed_ = true;
      return;
    }
    save_failed_ = false;
    ledger_.insert(ledger_.end(), update->ledger.begin(), update->ledger.end());
    journal_.add_to(*update, ledger_, [this](std::string_view name) { return catalog_.source_named(name); });
    // A file is often found before its first bytes are written, and they are waited for: they are told soon.
    if (!update->upserted.empty()) ledger_not_before_ = std::min(ledger_not_before_, Steady::now() + kLedgerDelay / 2);
    if (!update->empty() || !published_) listener_.on_sources(std::move(update->upserted), std::move(update->removed));
    published_ = true;
    if (!ledger_.empty()) listener_.on_ledger(std::exchange(ledger_, {}));
    publish_notes();
  }

  void publish_notes() {
    DiscoveryNotes now{.notes = tree_.notes(), .left_out = {}, .overflows = overflows_};
    auto& notes = now.notes;
    using Lists = std::initializer_list<const std::vector<std::string>*>;
    for (const auto* list : Lists{&container_notes_, &files_inside_.notes(), &journal_.notes()})
      notes.insert(notes.end(), list->begin(), list->end());
    if (overflows_ > 0)
      notes.push_back(fmt::format("the kernel's queue of file events overflowed {} times", overflows_));
    std::size_t unreadable = 0;
    for (const auto& [path, file] : catalog_.left_out()) {
      const auto count = ++now.left_out[std::string(to_string(file.reason))];
      if (file.reason == LeftOut::kUnreadable && ++unreadable <= kMaxUnreadableNotes)
        notes.push_back(fmt::format("{} is left out: {}", path, file.detail));
      if (file.reason == LeftOut::kTooMany && count == 1)
        notes.push_back(
            fmt::format("more than {} log files: {} and others are left out ({})", kMaxSources, path, file.detail));
    }
    for (auto& note : process_files_.notes()) notes.push_back(std::move(note));
    now.proposed = process_files_.proposed([this](const auto& path) { return catalog_.knows(path); });
    if (now == notes_) return;
    notes_ = now;
    listener_.on_notes(std::move(now));
  }

  FolderTree tree_;
  SourceCatalog catalog_;
  DiscoveryListener& listener_;
  const bool native_collector_;
  Steady::time_point processes_at_, reconcile_at_, poll_at_ = Steady::time_point::max();
  Steady::time_point hold_not_before_, listing_not_before_, ledger_not_before_, ledger_at_;
  std::optional<Steady::time_point> expiry_at_;
  bool written_ = false;
  bool published_ = false, save_failed_ = false;
  std::uint64_t overflows_ = 0;
  std::vector<contracts::LedgerEntry> ledger_;  // not told yet
  DiscoveryNotes notes_;                        // as told last
  std::set<std::string> container_folders_;
  std::vector<std::string> short_lived_, container_notes_;
  FilesInside files_inside_;
  ProcessFiles process_files_;
  bool named_files_ = false;  // some were, at the last list
  std::mutex delivered_mutex_;
  std::map<std::string, std::uint64_t> delivered_;  // not told to the catalog yet
  WakeEvent wake_;
  const std::unique_ptr<ContainerNews> containers_;  // nullptr: not looked for
  PublishedJournal journal_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

Result<std::unique_ptr<Discovery>> Discovery::start(DiscoveryOptions options, const contracts::DataDirectory& directory,
                                                    DiscoveryListener& listener, const Clock& clock) {
  OC_TRY_ASSIGN(auto filter, PathFilter::make(options.filesystem));
  OC_TRY_ASSIGN(auto catalog,
                SourceCatalog::open(
                    {options.agent_id, directory.agent() / "inventory", options.backfill, options.limits}, clock));
  const auto own = real_path(directory.root());
  FolderTree tree(std::move(filter), own ? *own : directory.root().string(),
                  FolderWatches(changes_unseen_at, std::move(options.marks)));
  OC_TRY_ASSIGN(auto processes, ProcessFiles::make(options.processes, directory.process_logs()));
  std::optional<JournalOptions> journal;
  if (options.journald.enabled)
    journal = JournalOptions{.agent_id = options.agent_id,
                             .directory = options.journald.directory,
                             .inventory_file = directory.agent() / "journal",
                             .backfill = options.backfill,
                             .backfill_age = options.limits.backfill_age,
                             .tells_delivered = options.native_collector};
  return std::make_unique<DiscoveryThread>(std::move(tree), std::move(catalog), std::move(processes), listener,
                                           options.engine_sockets, options.native_collector, std::move(journal));
}

}  // namespace oc::agent
