#include "collector/receivers/file_log/newest_records.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "formats/docker_local.h"

namespace oc::collector {

namespace {

constexpr std::uint64_t kStepBytes = 64 << 10;

struct Candidate {
  std::string path;
  FileStatus status;
};

// The file written to last is the first.
std::vector<Candidate> matching_files(const FileLogConfig& config) {
  std::vector<Candidate> files;
  std::unordered_set<FileKey, FileKeyHash> seen;  // symbolic and hard links
  for (const auto& glob : config.include)
    glob.walk({.on_folder = [](const std::string&) {},
               .on_match =
                   [&](const std::string& path) {
                     const auto status = config.status(path);
                     if (config.excludes(path) || !status || !status->regular || !seen.insert(status->key).second)
                       return;
                     files.push_back({path, *status});
                   }});
  std::ranges::stable_sort(files, std::greater(), [](const Candidate& file) { return file.status.modified_ns; });
  return files;
}

std::string read_at(int fd, std::uint64_t offset, std::uint64_t bytes) {
  std::string text(bytes, '\0');
  const auto got = ::pread(fd, text.data(), text.size(), static_cast<off_t>(offset));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Walks back over line ends: `end` is behind the last one, `start` behind the one before the wanted lines.
void find_lines(int fd, std::uint64_t size, std::uint64_t lines, std::uint64_t max_bytes, NewestRecords& found) {
  std::uint64_t ends = 0;
  for (std::uint64_t at = size; at > 0;) {
    const std::uint64_t from = at - std::min(at, kStepBytes);
    const auto text = read_at(fd, from, at - from);
    for (std::size_t i = text.size(); i > 0; --i) {
      if (text[i - 1] != '\n') continue;
      const std::uint64_t behind = from + i;
      if (ends == 0) found.end = found.start = behind;
      if (found.end - behind > max_bytes) return;
      found.start = behind;
      if (ends++ == lines) return;
    }
    at = from;
    if ((ends == 0 ? size : found.end) - at > max_bytes) return;
  }
  if (ends > 0) found.start = 0;
}

// As find_lines(), over frames.
void find_frames(int fd, std::uint64_t size, std::uint64_t frames, std::uint64_t max_bytes, NewestRecords& found) {
  const auto read = [&](std::uint64_t offset, char* into) {
    return ::pread(fd, into, formats::kDockerLengthBytes, static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(formats::kDockerLengthBytes);
  };
  found.end = found.start = size;
  for (std::uint64_t count = 0; count < frames; ++count) {
    const auto start = formats::start_of_docker_frame(found.start, read);
    if (!start || found.end - *start > max_bytes) return;
    found.start = *start;
  }
}

Checkpoint checkpoint_at(const FileLogConfig& config, const Candidate& file, int fd, std::size_t index,
                         std::uint64_t offset) {
  Checkpoint checkpoint;
  checkpoint.source_id = config.source_id;
  checkpoint.file_id = fmt::format("dry-run-{}", index);
  checkpoint.path = checkpoint.first_path = file.path;
  checkpoint.key = file.status.key;
  checkpoint.fingerprint =
      fingerprint(fd, static_cast<std::uint32_t>(config.fingerprint_bytes)).value_or(Fingerprint{});
  checkpoint.offset = offset;
  return checkpoint;
}

}  // namespace

NewestRecords newest_records(const FileLogConfig& config, std::uint64_t lines, std::uint64_t max_bytes) {
  NewestRecords found;
  for (const auto& file : matching_files(config)) {
    const auto fd = config.open(file.path);
    if (!fd || file.status.size == 0) continue;
    const bool newest = found.file_id.empty();
    const auto find = config.framing == Framing::kDockerLocal ? &find_frames : &find_lines;
    if (newest) find(fd->get(), file.status.size, lines, max_bytes, found);
    const bool chosen = newest && found.end > found.start;
    found.checkpoints.push_back(
        checkpoint_at(config, file, fd->get(), found.checkpoints.size(), chosen ? found.start : file.status.size));
    if (!chosen) continue;
    found.file_id = found.checkpoints.back().file_id;
    found.checkpoints.back().cuts = {found.end};  // records that are joined there do not wait for more
  }
  return found;
}

bool still_there(const NewestRecords& records) {
  const auto file = std::ranges::find(records.checkpoints, records.file_id, &Checkpoint::file_id);
  if (file == records.checkpoints.end()) return false;
  const auto status = status_of_path(file->path);
  return status && status->key == file->key && status->size >= records.end;
}

}  // namespace oc::collector
