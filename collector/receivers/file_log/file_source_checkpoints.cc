// How a source takes up and keeps the offsets of its files.
#include <algorithm>

#include "base/log.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

void FileSource::set_up(Setup setup) {
  const bool first = config_ == nullptr;
  owner_ = setup.owner;
  config_ = std::move(setup.config);
  consumer_ = std::move(setup.consumer);
  storage_ = std::move(setup.storage);
  watermarks_ = std::move(setup.watermarks);
  running_ = std::move(setup.running);
  held_ = std::move(setup.held);
  stopped_ = false;
  polls_ = false;
  if (!ledger_) ledger_ = std::make_unique<SourceLedger>(host_.metrics, source_id_, setup.receiver);
  set_quota();
  if (first) take_up_checkpoints();
  run_under(running_);
  read_again();
  for (const auto& [key, file] : by_key_) {
    file->header.reset();  // the new config may see it differently
    if (!file->begun()) continue;
    file->waits_until = {};
    // The storage may be another one; what waits for the old one to be durable would wait for good.
    if (file->readable) {
      file->disconnect();
      changed(file);
    } else {
      make_durable(file);
    }
    scheduler_.schedule(*this, file);
  }
  take_held();
  scan();
  if (!first) drop_unwanted();
}

// The same quota goes on: a reload is no way around it.
void FileSource::set_quota() {
  if (quota_ && quota_->bytes_per_second() == config_->quota) return;
  quota_.reset();  // its metrics make way
  if (config_->quota > 0) quota_ = std::make_unique<ReadQuota>(host_.metrics, source_id_, config_->quota);
}

void FileSource::run_under(std::shared_ptr<const RunningConfig> running) {
  running_ = std::move(running);
  for (const auto& [key, file] : by_key_)
    if (file->begun()) file->begin_config(running_->hash);
}

void FileSource::read_again() {
  for (const auto& [key, file] : by_key_)
    if (file->begun() && file->read_again(running_->reread)) begin_again(file);
}

// The checkpoint that says so may come later: until it is durable, a restart does the same once more.
void FileSource::begin_again(const TailedFilePtr& file) {
  log::info("file_log: {}: {} is read again from byte {} on", source_id_, file->path, file->position());
  file->disconnect();
  file->waited = false;
  if (file->rotated && !std::exchange(file->catching_up, true)) ++catching_up_;
  if (!file->rotated) ledger_->acknowledged_offset(file->acknowledged());
  changed(file);
  scheduler_.schedule(*this, file);
}

// After a new config: what it does not name any more is left where it is; its checkpoint stays.
void FileSource::drop_unwanted() {
  std::vector<TailedFilePtr> unwanted;
  for (const auto& [path, file] : by_path_)
    if (!file->rotated && !config_->wants(path)) unwanted.push_back(file);
  for (const auto& file : unwanted) {
    by_path_.erase(file->path);
    by_key_.erase(file->key);
    file->ended = file->keep_checkpoint = true;
    retired_[file.get()] = file;
    if (!file->has_unsettled()) forget(file);
  }
}

void FileSource::take_up_checkpoints() {
  if (!storage_) return;
  checkpoints_lost_ = storage_->lost_values();
  for (const auto& [key, value] : storage_->read(checkpoint_prefix(source_id_))) {
    auto checkpoint = decode_checkpoint(key, value);
    if (!checkpoint) {
      log::error("file_log: {}; the file is read from its beginning", checkpoint.error().text());
      checkpoints_lost_ = true;
      continue;
    }
    known_paths_.insert(checkpoint->path);
    unmatched_.push_back(std::move(*checkpoint));
  }
  std::ranges::sort(unmatched_, std::greater(), &Checkpoint::begun_ns);
  std::erase_if(unmatched_, [&](const Checkpoint& checkpoint) { return take_up(checkpoint); });
  if (is_one_path()) catch_up_on_missed(config_->include[0].literal_path());
}

// Finds the file of a checkpoint: at its path; under another name in its folder; or, where its bytes were cut from it,
// as a copy of them.
bool FileSource::take_up(const Checkpoint& checkpoint) {
  const auto at_path = config_->status(checkpoint.path);
  const bool same_inode = at_path && at_path->regular && may_be_same_file(checkpoint.key, at_path->key);
  if (same_inode && !by_key_.contains(at_path->key) &&
      holds(checkpoint, config_->open(checkpoint.path), at_path->size)) {
    adopt(checkpoint, checkpoint.path, *at_path, checkpoint.path != checkpoint.first_path);
    return true;
  }
  bool found = false;
  const auto try_path = [&](const std::string& path, bool copy) {
    const auto status = config_->status(path);
    if (!status || !status->regular || by_key_.contains(status->key)) return;
    if (!copy && !may_be_same_file(checkpoint.key, status->key)) return;
    if (copy && checkpoint.fingerprint.bytes == 0) return;
    if (!holds(checkpoint, config_->open(path), status->size)) return;
    adopt(checkpoint, path, *status, true);
    found = true;
  };
  for (const auto& path : {checkpoint.path, config_->real_path(checkpoint.path)})
    list_folder(folder_of(path), [&](const char* name, std::uint64_t inode) {
      if (inode == checkpoint.key.inode) try_path(sibling(path, name), false);
      return !found;
    });
  if (found || !same_inode) return found;
  for (const auto& path : possible_copies(checkpoint.path))
    if (!found) try_path(path, true);
  return found;
}

void FileSource::adopt(const Checkpoint& checkpoint, const std::string& path, const FileStatus& status, bool rotated) {
  auto file = std::make_shared<TailedFile>(status.key, checkpoint.first_path);
  file->path = path;
  file->rotated = rotated;
  file->resume(checkpoint);
  const bool again = file->read_again(running_->reread);
  // Before anything is skipped: what the sink knows beyond the checkpoint may have been read under this config.
  file->begin_config(running_->hash, true);
  // A config that takes others back reads whatever they may have left out, also beyond the checkpoint; the sink drops
  // what it holds.
  if (!running_->reread.empty()) file->distrust_sink_until(status.size);
  for (const auto& watermark : watermarks_)
    if (watermark.file_id == checkpoint.file_id) file->skip(watermark.settled());
  if (again) log::info("file_log: {}: {} is read again from byte {} on", source_id_, path, file->position());
  if (rotated && status.size > file->acknowledged()) {
    file->catching_up = true;
    ++catching_up_;
  }
  file->last_growth = std::chrono::steady_clock::now();
  by_key_[status.key] = file;
  moved_to(file, path);
  if (held_) held_->note_read(status.key);
  if (!rotated) ledger_->acknowledged_offset(file->acknowledged());
  make_durable(file);
  scheduler_.schedule(*this, file);
}

// Once the checkpoint is durable the file may be read (on).
void FileSource::make_durable(const TailedFilePtr& file) {
  file->disconnect();
  if (!storage_) {
    file->readable = true;
    return;
  }
  storage_->write({{checkpoint_key(source_id_, file->file_id), encode_checkpoint(file->checkpoint(source_id_))}},
                  [inbox = inbox_, source = weak_from_this(), weak_file = std::weak_ptr(file)] {
                    inbox->post([source, weak_file] {
                      const auto to = source.lock();
                      const auto durable = weak_file.lock();
                      if (!to || !durable) return;
                      durable->readable = true;
                      to->scheduler_.schedule(*to, durable);
                    });
                  });
}

void FileSource::changed(const TailedFilePtr& file) {
  if (!std::exchange(file->dirty, true)) changed_.push_back(file);
  scheduler_.wants_save(*this);
}

void FileSource::save() {
  std::vector<Storage::Write> writes;
  for (const auto& file : std::exchange(changed_, {}))
    if (std::exchange(file->dirty, false) && file->begun() && !(file->ended && !file->has_unsettled()))
      writes.push_back({checkpoint_key(source_id_, file->file_id), encode_checkpoint(file->checkpoint(source_id_))});
  if (storage_ && !writes.empty()) storage_->write(std::move(writes), {});
}

void FileSource::forget(const TailedFilePtr& file) {
  if (storage_ && file->begun()) {
    const auto key = checkpoint_key(source_id_, file->file_id);
    if (file->keep_checkpoint) {
      storage_->write({{key, encode_checkpoint(file->checkpoint(source_id_))}}, {});
    } else {
      storage_->write({{key, std::nullopt}}, {});
    }
  }
  retired_.erase(file.get());
}

}  // namespace oc::collector
