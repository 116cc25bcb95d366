// What becomes of a source's files once they are read, and of the source once it is stopped.
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

namespace {
// A file without a name is kept open this long after its last growth: a writer that still holds it may go on.
constexpr std::chrono::seconds kUnnamedLinger{5};
constexpr std::chrono::milliseconds kUnnamedPoll{250};
// How long a rotated or deleted file's unfinished last line waits where force_flush_period is 0: nobody will end it.
constexpr std::chrono::milliseconds kLastLineWait{500};
}  // namespace

void FileSource::at_end(const TailedFilePtr& file) {
  const auto now = std::chrono::steady_clock::now();
  if (file->unfinished_end() > 0) {
    const bool joins = file->waits_for_more() && config_->operators;
    Duration wait = joins ? config_->operators->flush_after() : config_->force_flush_period;
    if (wait.count() == 0 && (file->rotated || config_->delete_after_read)) wait = kLastLineWait;
    if (wait.count() > 0 && now - file->unfinished_since >= wait) {
      file->cut_unfinished();
      make_durable(file);
      if (file->readable) scheduler_.schedule(*this, file);
      return;
    }
    if (wait.count() > 0) scheduler_.schedule_at(*this, file, file->unfinished_since + wait);
  }
  caught_up(*file);
  tell_damage(*file);
  if (!file->unnamed) return delete_read(file);
  if (file->unfinished_end() == 0 && now - file->last_growth >= kUnnamedLinger) {
    end(file);
  } else {
    scheduler_.schedule_at(*this, file, now + kUnnamedPoll);
  }
}

void FileSource::caught_up(TailedFile& file) {
  if (!std::exchange(file.catching_up, false) || --catching_up_ > 0 || !is_one_path()) return;
  for (const auto& [path, newer] : by_path_) scheduler_.schedule(*this, newer);
}

// Nothing more comes from it: it is forgotten once its batches are settled.
void FileSource::end(const TailedFilePtr& file) {
  file->ended = true;
  if (held_) held_->note_read(file->key);  // it may have been opened there after we did
  file->fd.reset();
  caught_up(*file);
  leave_path(file);
  remember_ended(file);
  if (const auto at = by_key_.find(file->key); at != by_key_.end() && at->second == file) by_key_.erase(at);
  retired_[file.get()] = file;
  if (!file->has_unsettled()) forget(file);
}

void FileSource::on_settled(const TailedFilePtr& file, const Settled& settled) {
  ledger_->settled(settled.acknowledged, settled.left_out);
  ledger_->last_error(settled.error);
  if (settled.epoch != file->epoch()) return;  // its bytes are read again
  file->settled(settled.range);
  changed(file);
  if (!file->rotated) ledger_->acknowledged_offset(file->acknowledged());
  if (!file->ended) return delete_read(file);
  if (!file->has_unsettled()) forget(file);
}

// Everything that is in it is delivered, or was declared dropped.
bool FileSource::is_done(const TailedFile& file) const {
  const auto status = file.fd ? status_of_descriptor(file.fd.get()) : std::nullopt;
  if (!file.begun() || !status || file.unfinished_end() > 0) return false;
  if (file.unzipped) return file.zipped_size == status->size && file.acknowledged() >= file.position();
  return file.acknowledged() >= status->size;
}

void FileSource::delete_read(const TailedFilePtr& file) {
  if (!config_->delete_after_read || file->unnamed || !file->waited || !is_done(*file)) return;
  if (::unlink(file->path.c_str()) != 0) {
    const auto reason = std::error_code(errno, std::generic_category()).message();
    if (std::uint64_t unsaid = 0; log_limit_.allow(std::chrono::steady_clock::now(), unsaid))
      log::warn("file_log: {}: {} was read and cannot be deleted: {}; {} more since the last such line", source_id_,
                file->path, reason, unsaid);
    return;
  }
  end(file);
}

bool FileSource::goes_on_after_cut(const TailedFilePtr& file) {
  using OnTruncate = FileLogConfig::OnTruncate;
  const auto status = status_of_descriptor(file->fd.get());
  if (config_->on_truncate == OnTruncate::kReadWholeFile || !status) return false;
  if (!has_fingerprint(file->fd.get(), file->first_bytes)) return false;
  if (config_->on_truncate == OnTruncate::kReadNew && status->size < file->position()) {
    replace_content(file, status->size);
    return true;
  }
  file->forget_tail();
  if (status->size > file->position()) scheduler_.schedule(*this, file);
  return true;
}

void FileSource::on_returned(const TailedFilePtr& file, int epoch, LogBatchPtr batch) {
  if (epoch != file->epoch()) return;
  file->returned.push_back(std::move(batch));
  scheduler_.schedule(*this, file);
}

void FileSource::stop_reading() {
  stopped_ = true;
  save();
  scheduler_.wants_save(*this);
}

bool FileSource::finished() const {
  const auto settled = [](const auto& entry) { return !entry.second->has_unsettled(); };
  return stopped_ && std::ranges::all_of(by_key_, settled) && std::ranges::all_of(retired_, settled);
}

}  // namespace oc::collector
