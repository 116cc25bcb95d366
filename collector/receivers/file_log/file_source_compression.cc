// How a source reads compressed files, and knows them for what it read before they were compressed.
#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

namespace {
// Files that ended lately: what rotates logs compresses one and removes it right after.
constexpr std::size_t kKeptEnded = 16;
}  // namespace

bool FileSource::is_compressed(int fd) const {
  using Compression = FileLogConfig::Compression;
  return config_->compression == Compression::kGzip || (config_->compression == Compression::kAuto && is_gzip(fd));
}

// Of the content, at most so much of it as is there yet.
std::optional<Fingerprint> FileSource::beginning_of(const TailedFile& file, std::uint32_t most) const {
  if (!is_compressed(file.fd.get())) return fingerprint(file.fd.get(), most);
  UnzippedFile content;
  std::string bytes(most, '\0');
  const auto got = content.read_at(file.fd.get(), bytes.data(), most, 0);
  if (got < 0) return std::nullopt;
  const auto count = static_cast<std::uint32_t>(got);
  return Fingerprint{count, content_hash(std::string_view(bytes).substr(0, count))};
}

// Where its content is not plain, offsets are of what it would be.
void FileSource::unzip(TailedFile& file) const {
  if (file.unzipped || !is_compressed(file.fd.get())) return;
  file.unzipped = std::make_unique<UnzippedFile>();
  if (file.position() == 0) return;
  std::string bytes(kBlockBytes, '\0');  // it begins at its end
  std::uint64_t end = 0;
  for (ssize_t got = 0; (got = file.read_at(bytes.data(), bytes.size(), end)) > 0;)
    end += static_cast<std::uint64_t>(got);
  file.start_at(end);
}

// Whether its name leads to it no more, though nobody may have told us yet.
bool FileSource::is_gone(const TailedFile& file) const {
  if (file.unnamed) return true;
  const auto status = config_->status(file.path);
  return !status || !(status->key == file.key);
}

// A file that was read, and is gone, goes on in what was made of it.
bool FileSource::take_over_original(const TailedFilePtr& copy) {
  std::vector<TailedFilePtr> candidates(ended_.begin(), ended_.end());
  for (const auto& [key, file] : by_key_)
    if (is_gone(*file)) candidates.push_back(file);
  const auto original = std::ranges::find_if(candidates, [&](const TailedFilePtr& file) {
    return file != copy && !file->unzipped &&
           is_original({file->first_bytes, file->position(), file->tail_hash()}, *copy->unzipped, copy->fd.get());
  });
  if (original == candidates.end()) return false;
  const auto file = *original;
  const auto first = fingerprint(copy->fd.get(), static_cast<std::uint32_t>(config_->fingerprint_bytes));
  leave_path(copy);
  leave_path(file);
  copy->ended = true;
  by_key_.erase(file->key);
  std::erase(ended_, file);
  retired_.erase(file.get());
  file->key = copy->key;
  file->fd = std::move(copy->fd);
  file->unzipped = std::move(copy->unzipped);
  if (first) file->first_bytes = *first;
  file->ended = false;
  file->rotated = true;
  by_key_[file->key] = file;
  moved_to(file, copy->path);
  if (!std::exchange(file->catching_up, true)) ++catching_up_;
  make_durable(file);
  scheduler_.schedule(*this, file);
  return true;
}

// Compressed while nothing ran.
bool FileSource::take_up_compressed(const std::string& path, const FileStatus& status) {
  const auto fd =
      config_->compression == FileLogConfig::Compression::kNone ? Result<UniqueFd>(UniqueFd()) : config_->open(path);
  if (unmatched_.empty() || !fd || !*fd || !is_compressed(fd->get())) return false;
  UnzippedFile content;
  const auto original = std::ranges::find_if(unmatched_, [&](const Checkpoint& checkpoint) {
    return !checkpoint.compressed &&
           is_original({checkpoint.fingerprint, checkpoint.offset, checkpoint.tail_hash}, content, fd->get());
  });
  if (original == unmatched_.end()) return false;
  Checkpoint checkpoint = std::move(*original);
  unmatched_.erase(original);
  checkpoint.compressed = true;
  const auto first = fingerprint(fd->get(), static_cast<std::uint32_t>(config_->fingerprint_bytes));
  if (first) checkpoint.fingerprint = *first;
  adopt(checkpoint, path, status, true);
  return true;
}

void FileSource::remember_ended(const TailedFilePtr& file) {
  if (config_->compression == FileLogConfig::Compression::kNone || !file->begun() || file->unzipped) return;
  ended_.push_front(file);
  if (ended_.size() > kKeptEnded) ended_.pop_back();
}

void FileSource::tell_damage(const TailedFile& file) {
  if (!file.unzipped || !file.unzipped->damage()) return;
  const auto reason = fmt::format("{}: gzip: {}; what is before byte {} of its content was read", file.path,
                                  file.unzipped->damage(), file.position());
  ledger_->last_error(reason);
  if (std::uint64_t unsaid = 0; log_limit_.allow(std::chrono::steady_clock::now(), unsaid))
    log::warn("file_log: {}: {}; {} more since the last such line", source_id_, reason, unsaid);
}

}  // namespace oc::collector
