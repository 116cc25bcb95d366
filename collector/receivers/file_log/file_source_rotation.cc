// How a source follows files that are renamed, deleted, truncated and copied.
#include <algorithm>

#include "base/files.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

namespace {

// A file that looks like a copy in the making (copytruncate) waits this long after its last change for the original to
// be truncated; then it is a file of its own.
constexpr std::chrono::seconds kCopyWait{10};
constexpr std::chrono::milliseconds kCopyPoll{500};
}  // namespace

// The file's path leads to it no more: renamed, deleted, or another took its place.
void FileSource::lose_path(const TailedFilePtr& file) {
  // Taken for gone it would be read from its beginning when it can be seen again.
  if (config_->hides(file->path)) return;
  leave_path(file);
  file->rotated = true;
  changed(file);
  if (!file->fd && held_) file->fd = held_->open(file->key).value_or(UniqueFd());
  if (const auto now_at = find_by_inode(file->place(), file->key)) {
    moved_to(file, *now_at);
  } else if (!file->fd) {
    return end(file);
  } else {
    file->unnamed = true;
    file->last_growth = std::chrono::steady_clock::now();
  }
  if (!file->catching_up) {
    file->catching_up = true;
    ++catching_up_;
  }
  scheduler_.schedule(*this, file);
}

// Born after the youngest generation that was read began, so it is none of those that were; and no copy of one.
bool FileSource::is_missed(const std::string& path, const FileStatus& status, std::int64_t newest_begun_ns) const {
  if (!status.regular || status.size == 0 || status.key.birth_ns <= newest_begun_ns) return false;
  if (by_key_.contains(status.key)) return false;
  const auto fd = config_->open(path);
  return fd && std::ranges::none_of(by_key_, [&](const auto& known) {
           return known.second->begun() && has_fingerprint(fd->get(), known.second->first_bytes);
         });
}

// Generations that came and were rotated away while nobody looked: between two events, or while nothing ran. Where the
// file system keeps no time of birth they cannot be told from what was read before, and are left alone.
void FileSource::catch_up_on_missed(const std::string& path) {
  if (!is_one_path()) return;  // of a pattern with ten thousand files, each new one would look at all
  std::int64_t newest_begun_ns = 0;
  for (const auto& [key, file] : by_key_) newest_begun_ns = std::max(newest_begun_ns, file->begun_ns());
  if (newest_begun_ns == 0) return;
  std::vector<std::pair<FileStatus, std::string>> missed;
  for (const auto& candidate : rotated_siblings(config_->real_path(path)))
    if (const auto status = config_->status(candidate); status && is_missed(candidate, *status, newest_begun_ns))
      missed.emplace_back(*status, candidate);
  std::ranges::sort(missed, {}, [](const auto& entry) { return entry.first.key.birth_ns; });
  for (const auto& [status, at] : missed) {
    const auto file = std::make_shared<TailedFile>(status.key, path);
    file->rotated = file->catching_up = true;
    file->last_growth = std::chrono::steady_clock::now();
    file->born_at(status.key.birth_ns);
    ++catching_up_;
    by_key_[status.key] = file;
    moved_to(file, at);
    scheduler_.schedule(*this, file);
  }
}

// What was read is not in the file any more. Its rest may be in a copy; the file itself begins anew.
void FileSource::replace_content(const TailedFilePtr& file, std::uint64_t start) {
  const auto status = status_of_descriptor(file->fd.get());
  const std::string path = file->path;
  const bool named = !file->unnamed && status;
  by_key_.erase(file->key);
  if (named) leave_path(file);
  if (!follow_copy(file)) end(file);
  if (!named || !config_->wants(path)) return;
  const auto fresh = std::make_shared<TailedFile>(status->key, path);
  fresh->last_growth = std::chrono::steady_clock::now();
  fresh->start_at(start);
  by_key_[status->key] = fresh;
  moved_to(fresh, path);
  scheduler_.schedule(*this, fresh);
}

// The file that `copy` goes by the name and the bytes of.
const TailedFile* FileSource::original_of(const TailedFile& copy) const {
  const auto status = status_of_descriptor(copy.fd.get());
  if (!status || status->size == 0) return nullptr;
  const std::size_t name_at = copy.path.size() - name_of(copy.path).size();
  for (std::size_t length = name_at + 1; length < copy.path.size(); ++length) {
    const auto found = by_path_.find(copy.path.substr(0, length));
    if (found == by_path_.end() || !found->second->begun()) continue;
    const auto& original = *found->second;
    const auto common = beginning_of(copy, original.first_bytes.bytes);
    const auto fd = config_->open(original.path);
    if (common && fd && has_fingerprint(fd->get(), *common)) return &original;
  }
  return nullptr;
}

bool FileSource::waits_as_copy(const TailedFilePtr& file) {
  const auto status = status_of_descriptor(file->fd.get());
  if (!status || status->size == 0 || file->unnamed || !original_of(*file)) return false;
  const auto now = std::chrono::steady_clock::now();
  if (std::exchange(file->copied_bytes, status->size) != status->size) file->last_growth = now;
  if (now - file->last_growth >= kCopyWait) return false;
  scheduler_.schedule_at(*this, file, now + kCopyPoll);
  return true;
}

bool FileSource::follow_copy(const TailedFilePtr& file) {
  for (const auto& path : possible_copies(file->place())) {
    auto fd = config_->open(path);
    const auto status = fd ? status_of_descriptor(fd->get()) : std::nullopt;
    if (!status || !status->regular || !file->same_content(fd->get())) continue;
    if (const auto known = by_key_.find(status->key); known != by_key_.end()) {
      if (known->second->begun()) continue;  // read already as a file of its own
      end(known->second);
    }
    file->key = status->key;
    file->fd = std::move(*fd);
    file->rotated = true;
    changed(file);
    by_key_[file->key] = file;
    moved_to(file, path);
    if (!std::exchange(file->catching_up, true)) ++catching_up_;
    scheduler_.schedule(*this, file);
    return true;
  }
  return false;
}

}  // namespace oc::collector
