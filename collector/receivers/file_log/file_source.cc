// How a source reads its files and hears what became of their records.
#include "collector/receivers/file_log/file_source.h"

#include <filesystem>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/log.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/record_fields.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace {

namespace otlp = contracts::otlp;

// A file without a name is kept open this long after its last growth: a writer that still holds it may go on.
constexpr std::chrono::seconds kUnnamedLinger{5};
constexpr std::chrono::milliseconds kUnnamedPoll{250};
// How long a rotated or deleted file's unfinished last line waits where force_flush_period is 0: nobody will end it.
constexpr std::chrono::milliseconds kLastLineWait{500};
constexpr std::chrono::seconds kRetryRead{1};

// The way back of a file's batches: to the loop's thread.
class ToLoop final : public DeliveryListener {
 public:
  ToLoop(std::shared_ptr<TaskInbox> inbox, std::weak_ptr<FileSource> source, const TailedFilePtr& file)
      : inbox_(std::move(inbox)), source_(std::move(source)), file_(file), epoch_(file->epoch()) {}

  void on_settled(const LogBatch& batch, std::uint64_t dropped, std::string_view reason) override {
    FileSource::Settled settled{.epoch = epoch_, .range = batch.range, .left_out = batch.lost()};
    std::uint64_t lost = 0;
    for (const auto& part : settled.left_out) lost += part.records;
    settled.acknowledged = batch.records.size() - std::min<std::uint64_t>(lost, batch.records.size());
    settled.left_out.insert(settled.left_out.end(), batch.left_out.begin(), batch.left_out.end());
    if (dropped > 0) settled.error = reason;
    inbox_->post([source = source_, file = file_, settled = std::move(settled)] {
      const auto to = source.lock();
      const auto of = file.lock();
      if (to && of) to->on_settled(of, settled);
    });
  }
  void on_returned(LogBatchPtr batch) override {
    inbox_->post([source = source_, file = file_, epoch = epoch_, batch = std::move(batch)] {
      const auto to = source.lock();
      const auto of = file.lock();
      if (to && of) to->on_returned(of, epoch, batch);
    });
  }
  void on_trouble(std::string_view reason) override {
    inbox_->post([source = source_, reason = std::string(reason)] {
      if (const auto to = source.lock()) to->on_trouble(reason);
    });
  }

 private:
  const std::shared_ptr<TaskInbox> inbox_;
  const std::weak_ptr<FileSource> source_;
  const std::weak_ptr<TailedFile> file_;
  const int epoch_;
};

constexpr std::size_t kNameBufferBytes = 16 << 10;  // of a group with many members

// The number, where it has no name.
std::string user_name(uid_t id) {
  std::string buffer(kNameBufferBytes, '\0');
  passwd entry{}, *found = nullptr;
  return ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->pw_name
                                                                                      : std::to_string(id);
}
std::string group_name(gid_t id) {
  std::string buffer(kNameBufferBytes, '\0');
  group entry{}, *found = nullptr;
  return ::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->gr_name
                                                                                      : std::to_string(id);
}

void add_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value) {
  otlp::append_string_attribute(out, field, otlp::to_valid_utf8(key), otlp::to_valid_utf8(value));
}

}  // namespace

FileSource::FileSource(const Host& host, std::string source_id, ReadScheduler& scheduler,
                       std::shared_ptr<TaskInbox> inbox)
    : host_(host), source_id_(std::move(source_id)), scheduler_(scheduler), inbox_(std::move(inbox)) {}

FileSource::~FileSource() = default;

std::shared_ptr<const LogStream> FileSource::make_stream(const TailedFile& file) const {
  auto stream = std::make_shared<LogStream>();
  stream->source_id = source_id_;
  stream->file_id = file.file_id;
  stream->with_record_offset = config_->include_record_offset;
  constexpr auto kResource = static_cast<std::uint32_t>(otlp::Resource::attributes);
  constexpr auto kRecord = static_cast<std::uint32_t>(otlp::LogRecord::attributes);
  for (const auto& [key, value] : config_->resource) add_attribute(stream->resource_attributes, kResource, key, value);
  for (const auto& [key, value] : config_->attributes) add_attribute(stream->record_attributes, kRecord, key, value);
  const auto& path = config_->inside_container.empty() ? file.record_path : config_->inside_container;
  if (config_->include_file_path) add_attribute(stream->record_attributes, kRecord, "log.file.path", path);
  if (config_->include_file_name)
    add_attribute(stream->record_attributes, kRecord, "log.file.name", std::filesystem::path(path).filename().string());
  add_file_attributes(file, stream->record_attributes);
  if (file.header) stream->record_attributes += file.header->record_attributes;
  return stream;
}

// What has to be asked for, as it is now.
void FileSource::add_file_attributes(const TailedFile& file, std::string& out) const {
  constexpr auto kRecord = static_cast<std::uint32_t>(otlp::LogRecord::attributes);
  const auto& path = file.place();
  if (config_->include_real_name) add_attribute(out, kRecord, "log.file.name_resolved", name_of(path));
  if (config_->include_real_path) add_attribute(out, kRecord, "log.file.path_resolved", path);
  struct stat status{};
  if (!(config_->include_permissions || config_->include_owner || config_->include_group) || !file.fd ||
      ::fstat(file.fd.get(), &status) != 0)
    return;
  if (config_->include_permissions)
    add_attribute(out, kRecord, "log.file.permissions", fmt::format("{:o}", status.st_mode & 07777));
  if (config_->include_owner) add_attribute(out, kRecord, "log.file.owner.name", user_name(status.st_uid));
  if (config_->include_group) add_attribute(out, kRecord, "log.file.owner.group.name", group_name(status.st_gid));
}

bool FileSource::open(const TailedFilePtr& file) {
  if (file->fd) return true;
  auto opened = config_->open(file->path);
  const auto status = opened ? status_of_descriptor(opened->get()) : std::nullopt;
  if (status && status->key == file->key) {
    if (config_->lock && ::flock(opened->get(), LOCK_EX | LOCK_NB) != 0) {
      scheduler_.schedule_at(*this, file, std::chrono::steady_clock::now() + kRetryRead);
      return false;
    }
    file->fd = std::move(*opened);
  } else if (auto held = held_ ? held_->open(file->key) : std::nullopt) {
    file->fd = *std::move(held);
  } else {
    if (opened) return false;
    if (config_->status(file->path) || config_->hides(file->path)) cannot_open(file->path, opened.error());
    scheduler_.schedule_at(*this, file, std::chrono::steady_clock::now() + kRetryRead);
    return false;
  }
  scheduler_.opened(file);
  return true;
}

void FileSource::cannot_open(const std::string& path, const Error& error) {
  ledger_->open_failed();
  ledger_->last_error(error.message);
  std::uint64_t others = 0;
  if (log_limit_.allow(std::chrono::steady_clock::now(), others))
    log::warn("file_log: {}: {}; {} is read when that changes ({} failures left out of the log)", source_id_,
              error.text(), name_of(path), others);
}

// The first bytes are there: gives the file its id. False: it is still empty.
bool FileSource::begin(const TailedFilePtr& file) {
  if (file->begun()) return true;
  if (waits_as_copy(file)) return false;
  const auto first = fingerprint(file->fd.get(), static_cast<std::uint32_t>(config_->fingerprint_bytes));
  if (!first || first->bytes == 0) return false;
  unzip(*file);
  if (file->unzipped && take_over_original(file)) return false;
  file->first_bytes = *first;
  file->begin(random_hex(8));
  file->begin_config(running_->hash);
  make_durable(file);
  return file->readable;
}

void FileSource::connect(const TailedFilePtr& file) {
  file->stream = make_stream(*file);
  file->listener = std::make_shared<ToLoop>(inbox_, weak_from_this(), file);
}

bool FileSource::is_one_path() const { return config_->include.size() == 1 && config_->include[0].is_literal(); }

// A file that took another's place is read after it.
bool FileSource::waits_for_older(const TailedFile& file) const {
  return catching_up_ > 0 && !file.rotated && is_one_path();
}

// True also where there is none to be waited for.
bool FileSource::has_header(TailedFile& file) const {
  if (config_->header && !file.header) {
    std::string bytes(FileHeader::kMostBytes, '\0');
    const auto got = file.read_at(bytes.data(), bytes.size(), 0);
    if (got > 0) file.header = config_->header->read(std::string_view(bytes).substr(0, static_cast<std::size_t>(got)));
  }
  return !config_->header || file.header;
}

bool FileSource::send_returned(TailedFile& file) {
  std::size_t sent = 0;
  for (; sent < file.returned.size() && consumer_->ready(); ++sent) consumer_->consume(std::move(file.returned[sent]));
  file.returned.erase(file.returned.begin(), file.returned.begin() + static_cast<std::ptrdiff_t>(sent));
  return file.returned.empty();
}

// Files of a source that is over its quota are open by now: none of them can go unread.
bool FileSource::waits_for_quota(const TailedFilePtr& file) {
  if (!quota_) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now < file->waits_until) return true;
  const auto until = quota_->wait_until(now);
  if (!until) return false;
  file->waits_until = *until;
  scheduler_.schedule_at(*this, file, *until);
  return true;
}

void FileSource::count_read(std::uint64_t bytes, std::uint64_t records) {
  ledger_->read(bytes, records);
  if (quota_) quota_->took(bytes, std::chrono::steady_clock::now());
}

// What was returned went through the operators before it was sent the first time.
void FileSource::hand_on(const TailedFilePtr& file, TailedFile::Read read) {
  const auto range = read.batch->range;
  if (config_->include_record_number || config_->bodies_are_bytes)
    add_record_fields(*read.batch, {config_->include_record_number, read.records_before, config_->bodies_are_bytes});
  if (file->header) leave_out_header(*read.batch, file->header->end, config_->header_reason);
  if (!config_->operators) {
    count_read(range.end - range.start, read.batch->records.size());
    return consumer_->consume(std::move(read.batch));
  }
  const auto memory = read.batch->memory;  // `read.seen` lies there
  auto done = config_->operators->run(std::move(read.batch), read.ends);
  count_read(done.taken_until - range.start, done.records);
  if (done.taken_until != range.end && !file->give_back(read, done.taken_until)) {
    file->cut_unfinished();
    make_durable(file);
  }
  for (auto& part : done.parts) consumer_->consume(std::move(part));
}

FileSource::Turn FileSource::take_turn(const TailedFilePtr& file) {
  if (stopped_) return Turn::kIdle;
  if (!send_returned(*file)) return Turn::kBlocked;
  if (file->ended || waits_for_older(*file)) return Turn::kIdle;
  if (file->begun() && !file->readable) return Turn::kIdle;  // its durable id will wake it
  if (!consumer_->ready()) return Turn::kBlocked;
  if (!open(file)) {
    const auto status = config_->status(file->path);
    if (status && status->key == file->key) return Turn::kIdle;
    const std::string path = file->path;
    lose_path(file);
    if (status && config_->wants(path)) see(path);
    return Turn::kIdle;
  }
  if (!begin(file)) {
    if (!file->begun()) at_end(file);
    return Turn::kIdle;
  }
  if (waits_for_quota(file)) return Turn::kIdle;
  // A file truncated and written again to the same length looks the same at its end, not at its beginning.
  if (std::exchange(file->waited, false)) {
    if (!has_fingerprint(file->fd.get(), file->first_bytes)) {
      replace_content(file);
      return Turn::kIdle;
    }
    file->last_written = std::chrono::steady_clock::now();
  }
  if (!has_header(*file)) {
    at_end(file);
    return Turn::kIdle;
  }
  if (!file->stream) connect(file);
  auto read = file->read(scheduler_.buffer(), config_->lines, config_->framing, config_->encoding);
  if (read.batch) {
    if (file->extend_fingerprint(static_cast<std::uint32_t>(config_->fingerprint_bytes))) changed(file);
    const auto outcome = read.outcome;
    hand_on(file, std::move(read));
    return after_read(file, outcome);
  }
  return after_read(file, read.outcome);
}

FileSource::Turn FileSource::after_read(const TailedFilePtr& file, ReadOutcome outcome) {
  switch (outcome) {
    case ReadOutcome::kMore:
      return Turn::kMore;
    case ReadOutcome::kAtEnd:
      file->waited = true;
      at_end(file);
      return Turn::kIdle;
    case ReadOutcome::kReplaced:
      if (!goes_on_after_cut(file)) replace_content(file);
      return Turn::kIdle;
    case ReadOutcome::kFailed:
      ledger_->last_error(fmt::format("reading {} failed", file->path));
      file->fd.reset();
      scheduler_.schedule_at(*this, file, std::chrono::steady_clock::now() + kRetryRead);
      return Turn::kIdle;
  }
  return Turn::kIdle;
}

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
