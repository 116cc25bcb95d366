// The keys of `file_log`, official names and defaults. `start_offset` is ours: where reading of a file begins that was
// there at the start and has no checkpoint (rendered by the control plane's first-run policy). So is `framing:
// docker_local`: the file is one of Docker's log driver `local`, and the first operator is `container` with `format:
// docker_local`. And so is `inside_container: PATH`: the one file of `include` lies in a container's file system, where
// PATH is its name, which its records carry as log.file.path. Whoever is in there may make any link, so none is
// followed, and it is polled as well: not every kernel reports what is written through overlayfs. And so is `quota:
// {bytes_per_second: SIZE}`: what is read of all files of the receiver together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "collector/receivers/file_log/file_header.h"
#include "collector/receivers/file_log/file_identity.h"
#include "collector/receivers/file_log/file_ordering.h"
#include "collector/receivers/file_log/glob.h"
#include "collector/receivers/file_log/line_splitter.h"
#include "collector/receivers/receiver_keys.h"

namespace oc::collector {

struct FileLogConfig : CommonReceiverConfig {
  std::vector<Glob> include, exclude;
  std::shared_ptr<const FileOrdering> ordering;  // nullptr: all that match are read
  bool include_file_path = false;
  bool include_file_name = true;
  bool include_record_offset = false, include_record_number = false;
  bool include_real_path = false, include_real_name = false;  // behind symbolic links
  bool include_permissions = false, include_owner = false, include_group = false;
  bool bodies_are_bytes = false;  // encoding: nop
  enum class OnTruncate { kReadWholeFile, kReadNew, kIgnore };
  OnTruncate on_truncate = OnTruncate::kReadWholeFile;
  enum class Compression { kNone, kGzip, kAuto };  // kAuto: of those files that begin as gzip's do
  Compression compression = Compression::kNone;
  bool delete_after_read = false;
  bool lock = false;                         // while it is open: an exclusive one, of flock(2)
  Duration oldest{0};                        // a file that was not written to for longer is not taken; 0: all are
  std::shared_ptr<const FileHeader> header;  // nullptr: files have none
  std::string header_reason;                 // why its lines are left out
  Framing framing = Framing::kLine;
  std::string inside_container;  // empty: it does not lie in one
  Duration poll_interval = std::chrono::milliseconds(200);
  Duration force_flush_period = std::chrono::milliseconds(500);  // 0: an unfinished line waits for its end
  std::uint64_t fingerprint_bytes = 1000;
  std::uint64_t quota = 0;  // bytes a second; 0: no limit
  LineRules lines;
  std::string encoding;  // of iconv; empty: UTF-8

  bool excludes(std::string_view path) const;
  // Whether a path that appears is one of ours.
  bool wants(std::string_view path) const;
  // What a path leads to. Opening never blocks on a pipe that took the file's place.
  Result<UniqueFd> open(const std::string& path) const;
  std::optional<FileStatus> status(const std::string& path) const;
  // Whether nobody can say what is at the path: a folder above it may not be entered, or the disk does not answer.
  bool hides(const std::string& path) const;
  std::string real_path(const std::string& path) const;
};

// Of the keys that say what a file's bytes mean: see config_content.cc. After read_common_keys().
void read_content_keys(ConfigReader& reader, FileLogConfig& config);

Result<std::shared_ptr<const ReceiverConfig>> parse_file_log_config(const ComponentId& id, const ConfigValue& value);

}  // namespace oc::collector
