// How a source reads its files.
#include "collector/receivers/file_log/file_source.h"

#include <fmt/format.h>
#include <sys/file.h>

#include "base/ids.h"
#include "base/log.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/record_fields.h"

namespace oc::collector {

namespace {
constexpr std::chrono::seconds kRetryRead{1};
}  // namespace

FileSource::FileSource(const Host& host, std::string source_id, ReadScheduler& scheduler,
                       std::shared_ptr<TaskInbox> inbox)
    : host_(host), source_id_(std::move(source_id)), scheduler_(scheduler), inbox_(std::move(inbox)) {}

FileSource::~FileSource() = default;

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
  const auto header_lines = file->header ? file->header->lines : 0;
  if (config_->include_record_number || config_->bodies_are_bytes)
    add_record_fields(*read.batch, {.numbers = config_->include_record_number,
                                    .records_before = static_cast<std::int64_t>(read.records_before - header_lines),
                                    .bodies_are_bytes = config_->bodies_are_bytes});
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

}  // namespace oc::collector
