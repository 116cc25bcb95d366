#include "collector/extensions/file_storage/file_storage.h"

#include <fmt/format.h>

#include "base/log.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {
// A full disk is looked at again this often; nothing is lost meanwhile, offsets only lag behind.
constexpr std::chrono::seconds kRetryInterval{1};
// What stop() waits for a last sync; a disk that takes longer is stuck.
constexpr std::chrono::milliseconds kStopTimeout{1'000};
}  // namespace

Status FileStorage::start() {
  const std::filesystem::path directory = config_.directory;
  if (config_.create_directory) {
    OC_TRY(ensure_directory(directory, 0750));
  } else if (!std::filesystem::is_directory(directory)) {
    return permanent(fmt::format("file_storage: the directory {} does not exist", config_.directory),
                     "create it, or set create_directory: true");
  }
  // Local first: a start that fails must leave the directory to whoever has it next.
  OC_TRY_ASSIGN(FileLock lock, FileLock::acquire(directory / "lock"));
  OC_TRY_ASSIGN(KeyValueLog log, KeyValueLog::open(directory / "storage.ockv", config_.fsync));
  if (metrics_)
    metrics_
        ->counter("onecollector_file_storage_damaged_bytes_total", "Bytes of the storage's file that could not be read",
                  {{"directory", config_.directory}})
        ->add(log.damaged_bytes());
  {
    const std::lock_guard guard(mutex_);
    values_ = log.take_loaded();
    writing_ = false;
    // After a stop(): receivers went on writing, and the writer appends it now.
    for (const auto& pending : pending_) apply(pending.writes);
  }
  lock_ = std::move(lock);
  log_ = std::move(log);
  writer_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
  return {};
}

void FileStorage::stop() {
  if (!writer_.joinable()) return;
  if (!flush(kStopTimeout)) log::error("file_storage: {}: the last offsets could not be saved", config_.directory);
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
  pending_.push_back({std::move(writes), std::move(durable)});
  changed_.notify_all();
}

bool FileStorage::flush(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return pending_.empty() && !writing_; });
}

void FileStorage::run(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stopping, [&] { return !pending_.empty(); })) {
    std::deque<Pending> group;
    group.swap(pending_);
    writing_ = true;
    lock.unlock();
    while (true) {
      const auto appended = append(group);
      if (appended) break;
      log::error("file_storage: {}; trying again", appended.error().text());
      std::unique_lock waiting(mutex_);
      if (changed_.wait_for(waiting, stopping, kRetryInterval, [] { return false; }); stopping.stop_requested()) return;
    }
    for (const auto& pending : group)
      if (pending.durable) pending.durable();
    lock.lock();
    writing_ = false;
    changed_.notify_all();
  }
}

Status FileStorage::append(const std::deque<Pending>& group) {
  std::vector<Write> writes;
  for (const auto& pending : group) writes.insert(writes.end(), pending.writes.begin(), pending.writes.end());
  OC_TRY(log_->append(writes));
  KeyValueLog::Values live;
  {
    std::lock_guard lock(mutex_);
    if (!log_->wants_rewrite(values_)) return {};
    live = values_;  // may hold writes that are still pending: they will be appended once more, which changes nothing
  }
  // The records are safe in the old file; a rewrite that fails is tried again after a later append.
  if (auto rewritten = log_->rewrite(live); !rewritten) log::warn("file_storage: {}", rewritten.error().text());
  return {};
}

ExtensionFactory file_storage_factory() {
  return {
      .type = "file_storage",
      .aliases = {},
      .parse = [](const ComponentId& id, const ConfigValue& value) -> Result<std::shared_ptr<const ComponentConfig>> {
        auto config = std::make_shared<FileStorageConfig>();
        ConfigReader reader(value, id.text());
        reader.text("directory", config->directory);
        reader.boolean("create_directory", config->create_directory);
        reader.boolean("fsync", config->fsync);
        reader.not_supported({"timeout", "compaction", "directory_permissions", "recreate"});
        OC_TRY(reader.finish());
        return config;
      },
      .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig> config,
                 const Host& host) -> std::shared_ptr<Extension> {
        return std::make_shared<FileStorage>(static_cast<const FileStorageConfig&>(*config), &host.metrics);
      }};
}

}  // namespace oc::collector
