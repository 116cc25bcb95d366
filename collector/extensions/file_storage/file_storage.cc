#include "collector/extensions/file_storage/file_storage.h"

#include <fmt/format.h>

#include "base/log.h"

namespace oc::collector {

namespace {
// A full disk is looked at again this often; nothing is lost meanwhile, offsets only lag behind.
constexpr std::chrono::seconds kRetryInterval{1};
// What stop() waits for a last sync; a disk that takes longer is stuck.
constexpr std::chrono::milliseconds kStopTimeout{1'000};
// Appended at once. What is larger together goes in parts: on a disk that is nearly full some of it fits.
constexpr std::size_t kGroupBytes = 1 << 20;
// Receivers take up their offsets within moments of a start. One that a reload brings much later is new.
constexpr std::chrono::seconds kLostFor{60};
// A rewrite that failed needs room for a copy; asked for again after this.
constexpr std::chrono::seconds kRewriteRetry{10};
}  // namespace

FileStorage::FileStorage(FileStorageConfig config, MetricRegistry* metrics)
    : config_(std::move(config)), metrics_(metrics) {
  if (!metrics_) return;
  const MetricLabels labels{{"directory", config_.directory}};
  failed_writes_ = metrics_->counter("onecollector_file_storage_failed_writes_total",
                                     "Times the storage's file could not be written; it is tried again", labels);
  waiting_ = metrics_->gauge("onecollector_file_storage_waiting_writes",
                             "Values that are not in the storage's file yet", labels);
}

void FileStorage::count_loaded(const KeyValueLog& log) {
  if (!metrics_) return;
  const MetricLabels labels{{"directory", config_.directory}};
  metrics_
      ->counter("onecollector_file_storage_damaged_bytes_total", "Bytes of the storage's file that could not be read",
                labels)
      ->add(log.damaged_bytes());
  metrics_
      ->counter("onecollector_file_storage_cut_bytes_total",
                "Bytes of an unfinished or damaged record at the end of the storage's file", labels)
      ->add(log.cut_bytes());
}

Status FileStorage::start() {
  const std::filesystem::path directory = config_.directory;
  if (config_.create_directory) {
    OC_TRY(ensure_directory(directory, config_.permissions));
  } else if (!std::filesystem::is_directory(directory)) {
    return permanent(fmt::format("file_storage: the directory {} does not exist", config_.directory),
                     "create it, or set create_directory: true");
  }
  // Local first: a start that fails must leave the directory to whoever has it next.
  OC_TRY_ASSIGN(FileLock lock, FileLock::acquire(directory / "lock"));
  OC_TRY_ASSIGN(KeyValueLog log, KeyValueLog::open(directory / "storage.ockv", config_.fsync));
  count_loaded(log);
  lost_at_ = log.damaged_bytes() + log.cut_bytes() > 0 ? std::optional(Clock::now()) : std::nullopt;
  {
    const std::lock_guard guard(mutex_);
    auto loaded = log.take_loaded();
    // After a stop(): receivers went on writing, and the writer appends it now.
    for (const auto& key : dirty_) {
      const auto value = values_.find(key);
      if (value == values_.end())
        loaded.erase(key);
      else
        loaded.insert_or_assign(key, value->second);
    }
    values_ = std::move(loaded);
  }
  lock_ = std::move(lock);
  log_ = std::move(log);
  writer_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
  return {};
}

void FileStorage::stop() {
  if (!writer_.joinable()) return;
  if (!flush(kStopTimeout))
    log::error(
        "file_storage: {}: the last offsets could not be saved; after a restart files are read from the ones before",
        config_.directory);
  writer_.request_stop();
  writer_.join();
  log_.reset();
  lock_.reset();
}

std::vector<std::pair<std::string, std::string>> FileStorage::read(std::string_view key_prefix) const {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> found;
  for (auto at = values_.lower_bound(key_prefix); at != values_.end() && at->first.starts_with(key_prefix); ++at)
    found.emplace_back(*at);
  return found;
}

bool FileStorage::lost_values() const { return lost_at_ && Clock::now() - *lost_at_ < kLostFor; }

void FileStorage::apply(const std::vector<Write>& writes) {
  for (const auto& write : writes) {
    if (write.value) {
      values_.insert_or_assign(write.key, *write.value);
    } else {
      values_.erase(write.key);
    }
  }
}

void FileStorage::write(std::vector<Write> writes, std::function<void()> durable) {
  std::lock_guard lock(mutex_);
  apply(writes);
  Pending pending{.keys = {}, .durable = std::move(durable)};
  for (auto& write : writes)
    if (dirty_.insert(write.key).second) pending.keys.push_back(std::move(write.key));
  if (pending.keys.empty() && !pending.durable) return;
  count_waiting();
  pending_.push_back(std::move(pending));
  changed_.notify_all();
}

bool FileStorage::flush(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return pending_.empty() && !writing_; });
}

void FileStorage::run(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stopping, [&] { return !pending_.empty(); })) {
    std::vector<Write> writes;
    auto group = take_group(writes);
    writing_ = true;
    lock.unlock();
    const auto appended = writes.empty() ? Status() : append(writes);
    if (appended) {
      succeeded();
      for (const auto& pending : group)
        if (pending.durable) pending.durable();
      group.clear();  // what the callbacks hold may write here, too
    } else {
      failed(appended.error());
    }
    lock.lock();
    writing_ = false;
    if (!appended) put_back(std::move(group));
    count_waiting();
    if (appended) {
      changed_.notify_all();
      continue;
    }
    if (changed_.wait_for(lock, stopping, kRetryInterval, [] { return false; }); stopping.stop_requested()) return;
  }
}

void FileStorage::count_waiting() {
  if (waiting_) waiting_->set(static_cast<double>(dirty_.size()));
}

FileStorage::Group FileStorage::take_group(std::vector<Write>& writes) {
  Group group;
  for (std::size_t bytes = 0; !pending_.empty() && bytes < kGroupBytes; pending_.pop_front()) {
    group.push_back(std::move(pending_.front()));
    for (const auto& key : group.back().keys) {
      if (dirty_.erase(key) == 0) continue;  // put back, and written again since
      const auto value = values_.find(key);
      writes.push_back({key, value == values_.end() ? std::nullopt : std::optional(value->second)});
      bytes += key.size() + (writes.back().value ? writes.back().value->size() : 0);
    }
  }
  return group;
}

void FileStorage::put_back(Group group) {
  for (auto& pending : group) dirty_.insert(pending.keys.begin(), pending.keys.end());
  pending_.insert(pending_.begin(), std::move_iterator(group.begin()), std::move_iterator(group.end()));
}

Status FileStorage::append(const std::vector<Write>& writes) {
  const auto appended = log_->append(writes);
  if (appended) {
    rewrite_if_large();
    return {};
  }
  // A file of many dead records may be what fills the disk.
  KeyValueLog::Values live;
  {
    const std::lock_guard lock(mutex_);
    if (!log_->mostly_dead(values_)) return appended;
    live = values_;
  }
  return log_->rewrite(live) ? Status() : appended;
}

// The records are safe in the old file; a rewrite that fails is tried again after a later append.
void FileStorage::rewrite_if_large() {
  KeyValueLog::Values live;
  {
    const std::lock_guard lock(mutex_);
    if (Clock::now() < next_rewrite_ || !log_->wants_rewrite(values_)) return;
    live = values_;  // may hold writes that are still pending: they will be appended once more, which changes nothing
  }
  const auto rewritten = log_->rewrite(live);
  if (rewritten) return;
  next_rewrite_ = Clock::now() + kRewriteRetry;
  log::warn("file_storage: the file goes on growing: {}", rewritten.error().text());
}

void FileStorage::failed(const Error& error) {
  if (failed_writes_) failed_writes_->add();
  in_trouble_ = true;
  std::uint64_t others = 0;
  if (!trouble_limit_.allow(Clock::now(), others)) return;
  log::error(
      "file_storage: {}; what was read goes on to its exporters, offsets are saved later, new files and pushed data "
      "wait; trying again every second ({} tries left out of the log)",
      error.text(), others);
}

void FileStorage::succeeded() {
  if (!in_trouble_.exchange(false)) return;
  log::info("file_storage: {} can be written again", config_.directory);
}

ExtensionFactory file_storage_factory() {
  return {.type = "file_storage",
          .aliases = {},
          .parse = parse_file_storage_config,
          .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig> config,
                     const Host& host) -> std::shared_ptr<Extension> {
            return std::make_shared<FileStorage>(static_cast<const FileStorageConfig&>(*config), &host.metrics);
          }};
}

}  // namespace oc::collector
