// Looking for files by what is known of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "collector/receivers/file_log/checkpoint.h"
#include "collector/receivers/file_log/file_identity.h"
#include "collector/receivers/file_log/unzipped_file.h"

namespace oc::collector {

std::string folder_of(const std::string& path);
std::string name_of(const std::string& path);
// Without symbolic links; the path itself where nothing is there.
std::string real_path(const std::string& path);
std::string sibling(const std::string& path, std::string_view name);

// Whether the folder could be listed. `visit` answers whether to go on.
bool list_folder(const std::string& folder, const std::function<bool(const char* name, std::uint64_t inode)>& visit);
// The path in the same folder that leads to this file now.
std::optional<std::string> find_by_inode(const std::string& path, const FileKey& key);
// Files in the folder of `path` whose names go on where its name ends: app.log → app.log.1, app.log-20261123.
std::vector<std::string> possible_copies(const std::string& path);
// Of these, the ones whose names go on only as rotation makes them go on: with numbers, dates and times. A copy that a
// person made (app.log.bak) or compression is making is not among them.
std::vector<std::string> rotated_siblings(const std::string& path);

// The device number may change over a reboot; where both births are known they must agree.
bool may_be_same_file(const FileKey& known, const FileKey& seen);
// Whether what the checkpoint says was read is in the file, at the same places.
// What was read of a file, as far as it tells it from others.
struct ReadContent {
  Fingerprint first_bytes;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> tail_hash;
};
// Whether a gzip file was made of it.
bool is_original(const ReadContent& read, UnzippedFile& content, int fd);

bool holds(const Checkpoint& checkpoint, const Result<UniqueFd>& file, std::uint64_t size);

}  // namespace oc::collector
