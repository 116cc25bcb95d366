#include "agent/discovery/content_check.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "agent/discovery/docker/engine_layout.h"
#include "agent/log_format/container_shape.h"
#include "agent/log_format/inference.h"
#include "formats/docker_local.h"

namespace oc::agent {
namespace {

// Of the beginning and of the end each: hundreds of lines.
constexpr std::uint64_t kSampleBytes = 64 << 10;

Status append_range(int fd, std::uint64_t from, std::uint64_t to, std::string& out) {
  const auto start = out.size();
  out.resize(start + (to - from));
  const auto got = ::pread(fd, out.data() + start, to - from, static_cast<off_t>(from));
  if (got < 0) return errno_error("read", "log file", errno);
  out.resize(start + static_cast<std::size_t>(got));
  return {};
}

// The first and the last lines; of a small file all of it.
Result<std::string> sample(int fd, std::uint64_t size) {
  std::string bytes;
  if (size <= 2 * kSampleBytes) {
    OC_TRY(append_range(fd, 0, size, bytes));
    return bytes;
  }
  OC_TRY(append_range(fd, 0, kSampleBytes, bytes));
  if (const auto end = bytes.rfind('\n'); end != std::string::npos) bytes.resize(end + 1);
  std::string tail;
  OC_TRY(append_range(fd, size - kSampleBytes, size, tail));
  if (const auto start = tail.find('\n'); start != std::string::npos) bytes.append(tail, start + 1);
  return bytes;
}

LeftOutFile unreadable(const Error& error) { return {LeftOut::kUnreadable, error.text()}; }

OffsetOfTime offset_finder(const std::string& path, const FileStat& stat, InferenceReport report) {
  return [path, stat, report = std::move(report)](Nanos not_before) -> std::optional<std::uint64_t> {
    const auto fd = open_to_look_at(path);
    if (!fd) return std::nullopt;
    return offset_of_time(fd->get(), stat.size, report, not_before);
  };
}

// The first entries of a log of Docker's driver `local`. It has no offset of a time: it is read whole, the engine
// bounds it.
ContentCheck check_frames(int fd, std::uint64_t size) {
  std::string bytes;
  if (const auto read = append_range(fd, 0, std::min(size, kSampleBytes), bytes); !read)
    return {.left_out = unreadable(read.error())};
  std::vector<std::string_view> entries;
  for (std::string_view rest = bytes;;) {
    const auto piece = formats::first_docker_piece(rest, formats::kMaxDockerEntryBytes);
    if (piece.size == 0) break;
    if (!piece.entry.empty()) entries.push_back(piece.entry);
    rest.remove_prefix(piece.size);
  }
  ContentCheck out;
  out.has_complete_line = !entries.empty();
  if (const auto report = recognise_docker_local(entries)) out.shape = to_log_shape(*report);
  return out;
}

}  // namespace

ContentCheck check_content(const std::string& path, const FileIdentity& file) {
  ContentCheck out;
  const auto fd = open_to_look_at(path);
  if (!fd) return {.left_out = unreadable(fd.error())};
  const auto stat = stat_open_file(fd->get());
  if (!stat) return {.left_out = unreadable(stat.error())};
  if (stat->id != file || stat->size == 0) return out;
  if (is_local_log(path)) return check_frames(fd->get(), stat->size);
  const auto bytes = sample(fd->get(), stat->size);
  if (!bytes) return {.left_out = unreadable(bytes.error())};
  if (const auto reason = left_out_by_magic(*bytes)) return {.left_out = LeftOutFile{*reason, {}}};
  out.has_complete_line = bytes->find('\n') != std::string::npos;
  auto report = infer(*bytes, path);
  if (report.refused && report.shape == "binary") return {.left_out = LeftOutFile{LeftOut::kBinary, report.reason}};
  if (report.refused || !out.has_complete_line) return out;
  out.shape = to_log_shape(report);
  out.offset_of_time = offset_finder(path, *stat, std::move(report));
  return out;
}

}  // namespace oc::agent
