// How a source finds its files.
#include "base/log.h"
#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/file_source.h"

namespace oc::collector {

void FileSource::watch(const Glob& glob, const std::string& folder) {
  const bool is_parent = glob.is_literal() && folder == folder_of(glob.literal_path());
  const bool watched = is_parent ? scheduler_.watch_name(*this, folder, name_of(glob.literal_path()))
                                 : scheduler_.watch_folder(*this, folder);
  if (!watched || !config_->inside_container.empty()) polls_ = true;
}

void FileSource::scan() {
  std::unordered_set<std::string> seen;
  std::vector<std::string> candidates;
  for (const auto& glob : config_->include) {
    glob.walk({.on_folder = [&](const std::string& folder) { watch(glob, folder); },
               .on_match =
                   [&](const std::string& path) {
                     if (config_->excludes(path) || !seen.insert(path).second) return;
                     config_->ordering ? candidates.push_back(path) : see(path);
                   }});
  }
  see_first(std::move(candidates));
  std::vector<TailedFilePtr> gone;
  for (const auto& [path, file] : by_path_)
    if (!seen.contains(path)) gone.push_back(file);
  for (const auto& file : gone) {
    const auto status = config_->status(file->path);
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
  if (!first_scan_) take_held();  // what was opened for us after its successor was seen
  first_scan_ = false;
}

// What was chosen once is followed to its end, whatever comes before it later.
void FileSource::see_first(std::vector<std::string> candidates) {
  if (!config_->ordering) return;
  std::erase_if(candidates, [&](const std::string& path) {
    const auto status = config_->status(path);
    return !status || (is_too_old(*status) && !by_key_.contains(status->key));
  });
  for (const auto& path : config_->ordering->first_of(candidates)) see(path);
}

void FileSource::on_event(const std::string& event_path, const DirectoryWatcher::Event& event) {
  const auto target = link_targets_.find(event_path);
  const std::string& path = target == link_targets_.end() ? event_path : target->second;
  const auto known = by_path_.find(path);
  if (event.content && known != by_path_.end()) return scheduler_.schedule(*this, known->second);
  if (known != by_path_.end()) {
    const auto file = known->second;
    const auto status = config_->status(path);
    if (!status || !(status->key == file->key)) lose_path(file);
  }
  if (!config_->wants(path)) return;
  if (event.appeared && !config_->status(path) && !config_->hides(path)) return gone_unread(path);
  config_->ordering && !by_path_.contains(path) ? scan() : see(path);
}

// Files that are named one by one are held from the moment they appear (held_files), whoever is to read them.
void FileSource::gone_unread(const std::string& path) {
  if (is_one_path()) return see(path);
  ledger_->gone_unread();
  std::uint64_t others = 0;
  if (log_limit_.allow(std::chrono::steady_clock::now(), others))
    log::warn(
        "file_log: {}: {} was deleted or renamed before it could be opened, as were others ({} lines left out of the "
        "log)",
        source_id_, path, others);
}

// Something is at a path that the source wants.
void FileSource::see(const std::string& path) {
  const auto status = config_->status(path);
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
    const auto at_old_path = config_->status(file->path);
    if (file->path != path && at_old_path && at_old_path->key == file->key && config_->wants(file->path))
      return;  // a hard link
    leave_path(file);
    moved_to(file, path);
    file->rotated = path != file->first_path;
    changed(file);
    return scheduler_.schedule(*this, file);
  }
  const auto missing = std::ranges::find_if(unmatched_, [&](const Checkpoint& checkpoint) {
    return may_be_same_file(checkpoint.key, status->key) && holds(checkpoint, config_->open(path), status->size);
  });
  if (missing != unmatched_.end()) {
    const Checkpoint checkpoint = std::move(*missing);
    unmatched_.erase(missing);
    return adopt(checkpoint, path, *status, path != checkpoint.first_path);
  }
  if (take_up_compressed(path, *status)) return;
  if (is_too_old(*status)) return;
  if (!first_scan_) catch_up_on_missed(path);
  if (!first_scan_) take_held();
  scheduler_.schedule(*this, add_file(path, *status));
}

// Of a file that is new to us: once it is followed its age does not matter.
bool FileSource::is_too_old(const FileStatus& status) const {
  return config_->oldest.count() > 0 && status.modified_ns < host_.clock.wall_ns() - config_->oldest.count();
}

// What was at the path and is not there any more, deleted or rotated away, before anybody read it: before the source
// began, or because the next took its place sooner than it was looked at.
void FileSource::take_held() {
  if (!held_ || !is_one_path()) return;
  const std::string path = config_->include[0].literal_path();
  for (auto& [key, fd] : held_->take_unread(path)) {
    const auto same = [&](const Checkpoint& checkpoint) { return may_be_same_file(checkpoint.key, key); };
    if (by_key_.contains(key) || std::ranges::any_of(unmatched_, same)) continue;
    const auto file = std::make_shared<TailedFile>(key, path);
    file->path = path;
    file->real_path.clear();
    file->fd = std::move(fd);
    file->rotated = file->catching_up = true;
    ++catching_up_;
    file->born_at(key.birth_ns);
    file->last_growth = std::chrono::steady_clock::now();
    by_key_[key] = file;
    if (const auto now_at = find_by_inode(path, key))
      moved_to(file, *now_at);
    else
      file->unnamed = true;
    scheduler_.opened(file);
    scheduler_.schedule(*this, file);
  }
}

// No path leads to the file any more.
void FileSource::leave_path(const TailedFilePtr& file) {
  if (const auto at = by_path_.find(file->path); at != by_path_.end() && at->second == file) by_path_.erase(at);
  link_targets_.erase(file->real_path);
  for (const auto& path : {file->path, file->real_path})
    if (!path.empty() && !config_->wants(path)) scheduler_.unwatch_name(*this, folder_of(path), name_of(path));
}

void FileSource::watch_path(const std::string& path) {
  if (!scheduler_.watch_name(*this, folder_of(path), name_of(path))) polls_ = true;
}

// The path leads to the file now.
void FileSource::moved_to(const TailedFilePtr& file, const std::string& path) {
  file->path = path;
  file->real_path = config_->real_path(path);
  file->unnamed = false;
  by_path_[path] = file;
  // A name that the source is asked for is the file's; one that it was rotated to is not.
  if (config_->wants(path) && std::exchange(file->record_path, path) != path) file->disconnect();
  watch_path(path);
  if (file->real_path == path) file->real_path = {};
  if (file->real_path.empty()) return;
  link_targets_[file->real_path] = path;
  watch_path(file->real_path);
}

TailedFilePtr FileSource::add_file(const std::string& path, const FileStatus& status) {
  const auto file = std::make_shared<TailedFile>(status.key, path);
  file->last_growth = std::chrono::steady_clock::now();
  by_key_[status.key] = file;
  moved_to(file, path);
  if (held_) held_->note_read(status.key);
  // What takes the place of a file that was followed before is read whole, whatever start_at says.
  if (!first_scan_) file->born_at(status.key.birth_ns);
  if (!first_scan_) file->last_written = file->last_growth;
  if (!first_scan_) open(file);  // it may be deleted before its turn comes
  // So is what appeared while nobody looked, as in the official receiver.
  if (!first_scan_ || status.size == 0 || !known_paths_.empty()) return file;
  if (checkpoints_lost_ && !config_->start_at_beginning) {
    log::warn("file_log: {}: {} is read from its beginning: offsets were lost, and it may be one of those", source_id_,
              path);
    return file;
  }
  std::uint64_t start = config_->start_at_beginning ? config_->start_offset : status.size;
  if (start > status.size) start = 0;
  // Where it begins is settled now, not when the sink lets it be read.
  file->start_at(start);
  if (start > 0 && open(file)) begin(file);
  return file;
}

}  // namespace oc::collector
