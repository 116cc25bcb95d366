#include "collector/receivers/file_log/file_search.h"

#include <filesystem>
#include <memory>

#include <dirent.h>

namespace oc::collector {

namespace fs = std::filesystem;

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
std::string sibling(const std::string& path, std::string_view name) {
  return (fs::path(path).parent_path() / name).string();
}

bool list_folder(const std::string& folder, const std::function<bool(const char*, std::uint64_t)>& visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return false;
  while (const dirent* entry = ::readdir(entries.get()))
    if (!visit(entry->d_name, entry->d_ino)) break;
  return true;
}

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

bool may_be_same_file(const FileKey& known, const FileKey& seen) {
  return known.inode == seen.inode && (known.birth_ns == 0 || seen.birth_ns == 0 || known.birth_ns == seen.birth_ns);
}

bool is_original(const ReadContent& read, UnzippedFile& content, int fd) {
  if (read.first_bytes.bytes == 0 || !read.tail_hash) return false;
  std::string bytes(std::max<std::size_t>(read.first_bytes.bytes, kTailBytes), '\0');
  const auto has = [&](std::uint64_t offset, std::size_t count, std::uint64_t hash) {
    const auto got = content.read_at(fd, bytes.data(), count, offset);
    return got == static_cast<ssize_t>(count) && content_hash(std::string_view(bytes).substr(0, count)) == hash;
  };
  const auto tail = std::min(read.offset, kTailBytes);
  return has(0, read.first_bytes.bytes, read.first_bytes.hash) && has(read.offset - tail, tail, *read.tail_hash);
}

bool holds(const Checkpoint& checkpoint, const Result<UniqueFd>& file, std::uint64_t size) {
  if (checkpoint.compressed) return file && has_fingerprint(file->get(), checkpoint.fingerprint);
  return file && size >= checkpoint.offset && has_fingerprint(file->get(), checkpoint.fingerprint) &&
         (!checkpoint.tail_hash || has_tail(file->get(), checkpoint.offset, *checkpoint.tail_hash));
}

std::vector<std::string> possible_copies(const std::string& path) {
  std::vector<std::string> paths;
  const auto name = name_of(path);
  list_folder(folder_of(path), [&](std::string_view entry, std::uint64_t) {
    if (entry.size() > name.size() && entry.starts_with(name)) paths.push_back(sibling(path, entry));
    return true;
  });
  return paths;
}

std::vector<std::string> rotated_siblings(const std::string& path) {
  auto paths = possible_copies(path);
  std::erase_if(paths, [&](const std::string& candidate) {
    const auto suffix = std::string_view(candidate).substr(path.size());
    return !std::string_view(".-_").contains(suffix.front()) ||
           suffix.find_first_not_of("0123456789.-_:TZ") != std::string_view::npos;
  });
  return paths;
}

}  // namespace oc::collector
