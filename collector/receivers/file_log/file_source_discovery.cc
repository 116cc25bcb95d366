// How a source finds its files and follows them.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "base/log.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

namespace fs = std::filesystem;

namespace {

// A file that looks like a copy in the making (copytruncate) waits this long after its last change for the original to
// be truncated; then it is a file of its own.
constexpr std::chrono::seconds kCopyWait{10};
constexpr std::chrono::milliseconds kCopyPoll{500};

std::string folder_of(const std::string& path) {
  const auto folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}
std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }
std::string real_path(const std::string& path) {
  std::error_code missing;
  const auto real = fs::canonical(path, missing);
  return missing ? path : real.string();
}
std::string sibling(const std::string& path, std::string_view name) { return (fs::path(path).parent_path() / name).string(); }

// Whether the folder could be listed. `visit` answers whether to go on.
template <typename Visit>
bool list_folder(const std::string& folder, Visit visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return false;
  while (const dirent* entry = ::readdir(entries.get()))
    if (!visit(entry->d_name, entry->d_ino)) break;
  return true;
}

// The path in the same folder that leads to this file now.
std::optional<std::string> find_by_inode(const std::string& path, const FileKey& key) {
  std::optional<std::string> found;
  list_folder(folder_of(path), [&](const char* name, std::uint64_t inode) {
    if (inode != key.inode) return true;
    auto candidate = sibling(path, name);
    if (const auto status = status_of_path(candidate); status && status->key == key) found = std::move(candidate);
    return !found;
  });
  return found;
}

// The device number may change over a reboot; where both births are known they must agree.
bool may_be_same_file(const FileKey& known, const FileKey& seen) {
  return known.inode == seen.inode && (known.birth_ns == 0 || seen.birth_ns == 0 || known.birth_ns == seen.birth_ns);
}

bool holds(const Checkpoint& checkpoint, int fd, std::uint64_t size) {
  return size >= checkpoint.offset && has_fingerprint(fd, checkpoint.fingerprint) &&
         (!checkpoint.tail_hash || has_tail(fd, checkpoint.offset, *checkpoint.tail_hash));
}

bool holds(const Checkpoint& checkpoint, const std::string& path, std::uint64_t size) {
  const auto fd = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  return fd && holds(checkpoint, fd->get(), size);
}

// Files in the folder of `path` whose names go on where its name ends: app.log → app.log.1, app.log-20261123.
std::vector<std::string> possible_copies(const std::string& path) {
  std::vector<std::string> paths;
  const auto name = name_of(path);
  list_folder(folder_of(path), [&](std::string_view entry, std::uint64_t) {
    if (entry.size() > name.size() && entry.starts_with(name)) paths.push_back(sibling(path, entry));
    return true;
  });
  return paths;
}

}  // namespace

void FileSource::set_up(Setup setup) {
  const bool first = config_ == nullptr;
  owner_ = setup.owner;
  config_ = std::move(setup.config);
  consumer_ = std::move(setup.consumer);
  storage_ = std::move(setup.storage);
  watermarks_ = std::move(setup.watermarks);
  stopped_ = false;
  polls_ = false;
  if (!ledger_) ledger_ = std::make_unique<SourceLedger>(host_.metrics, source_id_, setup.receiver);
  if (first) take_up_checkpoints();
  for (const auto& [key, file] : by_key_) {
    if (!file->begun()) continue;
    // The storage may be another one; what waits for the old one to be durable would wait for good.
    if (file->readable) {
      file->stream = make_stream(*file);
      changed(file);
    } else {
      make_durable(file);
    }
    scheduler_.schedule(*this, file);
  }
  scan();
  if (!first) drop_unwanted();
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
  for (const auto& [key, value] : storage_->read(checkpoint_prefix(source_id_))) {
    auto checkpoint = decode_checkpoint(key, value);
    if (!checkpoint) {
      log::error("file_log: {}; the file is read from its beginning", checkpoint.error().text());
      continue;
    }
    known_paths_.insert(checkpoint->path);
    unmatched_.push_back(std::move(*checkpoint));
  }
  std::erase_if(unmatched_, [&](const Checkpoint& checkpoint) { return take_up(checkpoint); });
}

// Finds the file of a checkpoint: at its path; under another name in its folder; or, where its bytes were cut from it,
// as a copy of them.
bool FileSource::take_up(const Checkpoint& checkpoint) {
  const auto at_path = status_of_path(checkpoint.path);
  const bool same_inode = at_path && at_path->regular && may_be_same_file(checkpoint.key, at_path->key);
  if (same_inode && holds(checkpoint, checkpoint.path, at_path->size)) {
    adopt(checkpoint, checkpoint.path, *at_path, checkpoint.path != checkpoint.first_path);
    return true;
  }
  bool found = false;
  const auto try_path = [&](const std::string& path, bool copy) {
    const auto status = status_of_path(path);
    if (!status || !status->regular || by_key_.contains(status->key)) return;
    if (!copy && !may_be_same_file(checkpoint.key, status->key)) return;
    if (copy && checkpoint.fingerprint.bytes == 0) return;
    if (!holds(checkpoint, path, status->size)) return;
    adopt(checkpoint, path, *status, true);
    found = true;
  };
  for (const auto& path : {checkpoint.path, real_path(checkpoint.path)})
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
  if (by_key_.contains(status.key)) return;
  auto file = std::make_shared<TailedFile>(status.key, checkpoint.first_path);
  file->path = path;
  file->rotated = rotated;
  file->resume(checkpoint);
  for (const auto& watermark : watermarks_)
    if (watermark.file_id == checkpoint.file_id) file->skip(watermark.held);
  if (rotated && status.size > file->acknowledged()) {
    file->catching_up = true;
    ++catching_up_;
  }
  file->last_growth = std::chrono::steady_clock::now();
  by_key_[status.key] = file;
  moved_to(file, path);
  if (!rotated) ledger_->acknowledged_offset(file->acknowledged());
  make_durable(file);
  scheduler_.schedule(*this, file);
}

void FileSource::watch(const Glob& glob, const std::string& folder) {
  const bool is_parent = glob.is_literal() && folder == folder_of(glob.literal_path());
  const bool watched = is_parent ? scheduler_.watch_name(*this, folder, name_of(glob.literal_path()))
                                 : scheduler_.watch_folder(*this, folder);
  if (!watched) polls_ = true;
}

void FileSource::scan() {
  std::unordered_set<std::string> seen;
  for (const auto& glob : config_->include) {
    glob.walk({.on_folder = [&](const std::string& folder) { watch(glob, folder); },
               .on_match =
                   [&](const std::string& path) {
                     if (!config_->excludes(path) && seen.insert(path).second) see(path);
                   }});
  }
  std::vector<TailedFilePtr> gone;
  for (const auto& [path, file] : by_path_)
    if (!seen.contains(path)) gone.push_back(file);
  for (const auto& file : gone) {
    const auto status = status_of_path(file->path);
    if (!status || !(status->key == file->key)) {
      lose_path(file);
    } else {
      scheduler_.schedule(*this, file);
    }
  }
  // A checkpoint whose folder can be read and holds no such file is of a file that is gone for good.
  if (!first_scan_ && storage_)
    std::erase_if(unmatched_, [&](const Checkpoint& checkpoint) {
      if (take_up(checkpoint)) return true;
      if (!list_folder(folder_of(checkpoint.path), [](const char*, std::uint64_t) { return false; })) return false;
      storage_->write({{checkpoint_key(source_id_, checkpoint.file_id), std::nullopt}}, {});
      return true;
    });
  first_scan_ = false;
}

void FileSource::on_event(const std::string& event_path, bool content) {
  const auto target = link_targets_.find(event_path);
  const std::string& path = target == link_targets_.end() ? event_path : target->second;
  const auto known = by_path_.find(path);
  if (content && known != by_path_.end()) return scheduler_.schedule(*this, known->second);
  if (known != by_path_.end()) {
    const auto file = known->second;
    const auto status = status_of_path(path);
    if (!status || !(status->key == file->key)) lose_path(file);
  }
  if (config_->wants(path)) see(path);
}

// Something is at a path that the source wants.
void FileSource::see(const std::string& path) {
  const auto status = status_of_path(path);
  if (!status || !status->regular) return;
  if (const auto at_path = by_path_.find(path); at_path != by_path_.end()) {
    const auto file = at_path->second;
    if (file->key == status->key) {
      if (file->differs(status->size)) scheduler_.schedule(*this, file);
      return;
    }
    lose_path(file);
  }
  if (const auto known = by_key_.find(status->key); known != by_key_.end()) {
    const auto file = known->second;
    const auto at_old_path = status_of_path(file->path);
    if (file->path != path && at_old_path && at_old_path->key == file->key && config_->wants(file->path)) return;  // a hard link
    by_path_.erase(file->path);
    moved_to(file, path);
    file->rotated = path != file->first_path;
    changed(file);
    return scheduler_.schedule(*this, file);
  }
  const auto missing = std::ranges::find_if(unmatched_, [&](const Checkpoint& checkpoint) {
    return may_be_same_file(checkpoint.key, status->key) && holds(checkpoint, path, status->size);
  });
  if (missing != unmatched_.end()) {
    const Checkpoint checkpoint = std::move(*missing);
    unmatched_.erase(missing);
    return adopt(checkpoint, path, *status, path != checkpoint.first_path);
  }
  scheduler_.schedule(*this, add_file(path, *status));
}

void FileSource::watch_path(const std::string& path) {
  if (!scheduler_.watch_name(*this, folder_of(path), name_of(path))) polls_ = true;
}

// The path leads to the file now.
void FileSource::moved_to(const TailedFilePtr& file, const std::string& path) {
  file->path = path;
  file->real_path = real_path(path);
  file->unnamed = false;
  by_path_[path] = file;
  watch_path(path);
  if (file->real_path == path) return;
  link_targets_[file->real_path] = path;
  watch_path(file->real_path);
}

TailedFilePtr FileSource::add_file(const std::string& path, const FileStatus& status) {
  const auto file = std::make_shared<TailedFile>(status.key, path);
  file->last_growth = std::chrono::steady_clock::now();
  by_key_[status.key] = file;
  moved_to(file, path);
  // What takes the place of a file that was followed before is read whole, whatever start_at says.
  if (!first_scan_ || status.size == 0 || known_paths_.contains(path)) return file;
  std::uint64_t start = config_->start_at_beginning ? config_->start_offset : status.size;
  if (start > status.size) start = 0;
  // Where it begins is settled now, not when the sink lets it be read.
  file->start_at(start);
  if (start > 0 && open(file)) begin(file);
  return file;
}

// The file's path leads to it no more: renamed, deleted, or another took its place.
void FileSource::lose_path(const TailedFilePtr& file) {
  if (const auto at = by_path_.find(file->path); at != by_path_.end() && at->second == file) by_path_.erase(at);
  file->rotated = true;
  changed(file);
  if (const auto now_at = find_by_inode(file->real_path, file->key)) {
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

// What was read is not in the file any more. Its rest may be in a copy; the file itself begins anew.
void FileSource::replace_content(const TailedFilePtr& file) {
  const auto status = status_of_descriptor(file->fd.get());
  const std::string path = file->path;
  const bool named = !file->unnamed && status;
  by_key_.erase(file->key);
  if (named) by_path_.erase(path);
  if (!follow_copy(file)) end(file);
  if (!named || !config_->wants(path)) return;
  const auto fresh = std::make_shared<TailedFile>(status->key, path);
  fresh->last_growth = std::chrono::steady_clock::now();
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
    const auto common = static_cast<std::uint32_t>(std::min<std::uint64_t>(status->size, original.first_bytes.bytes));
    const auto fd = open_file(original.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const auto first = fd ? fingerprint(fd->get(), common) : std::nullopt;
    if (first && first->bytes == common && has_fingerprint(copy.fd.get(), *first)) return &original;
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
  for (const auto& path : possible_copies(file->real_path)) {
    auto fd = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
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
