#include "agent/discovery/line_ends.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <unistd.h>

#include "base/files.h"
#include "formats/docker_local.h"

namespace oc::agent {
namespace {

using Chunk = std::array<char, 64 << 10>;

// Shorter than asked where the file was cut meanwhile.
Result<std::string_view> read_at(int fd, Chunk& chunk, std::uint64_t at, std::uint64_t bytes) {
  const auto got = ::pread(fd, chunk.data(), std::min<std::uint64_t>(bytes, chunk.size()), static_cast<off_t>(at));
  if (got < 0) return errno_error("read", "log file", errno);
  return std::string_view(chunk.data(), static_cast<std::size_t>(got));
}

}  // namespace

Result<std::optional<std::uint64_t>> last_line_end(int fd, std::uint64_t from, std::uint64_t to, std::uint64_t limit) {
  Chunk chunk;
  const std::uint64_t lowest = std::max(from, to > limit ? to - limit : 0);
  // Most last lines are short: a page first, larger steps then.
  for (std::uint64_t step = 4096; to > lowest; step = chunk.size()) {
    const std::uint64_t start = std::max(lowest, to > step ? to - step : 0);
    OC_TRY_ASSIGN(const auto bytes, read_at(fd, chunk, start, to - start));
    if (const auto at = bytes.rfind('\n'); at != std::string_view::npos) return start + at + 1;
    to = start;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> last_frame_end(int fd, std::uint64_t to) {
  const auto read = [&](std::uint64_t offset, char* into) {
    return ::pread(fd, into, formats::kDockerLengthBytes, static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(formats::kDockerLengthBytes);
  };
  return formats::start_of_docker_frame(to, read) ? std::optional(to) : std::nullopt;
}

Result<std::optional<std::uint64_t>> next_line_start(int fd, std::uint64_t from, std::uint64_t to) {
  if (from == 0) return 0;
  Chunk chunk;
  for (std::uint64_t at = from - 1; at < to;) {  // the byte before may be the line feed that starts a line at `from`
    OC_TRY_ASSIGN(const auto bytes, read_at(fd, chunk, at, to - at));
    if (bytes.empty()) break;
    if (const auto found = bytes.find('\n'); found != std::string_view::npos) {
      if (at + found + 1 >= to) break;
      return at + found + 1;
    }
    at += bytes.size();
  }
  return std::nullopt;
}

}  // namespace oc::agent
