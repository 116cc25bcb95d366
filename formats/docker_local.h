// Docker's log driver `local` (moby: daemon/logger/local): frames of a length, 4 bytes, big endian; an entry of that
// length, protobuf's LogEntry; and the length again, so that a file can be walked from both ends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace oc::formats {

struct DockerEntry {
  std::string_view text;    // of the program, without its line end; any bytes
  std::string_view stream;  // "stdout" or "stderr"
  std::int64_t time_ns = 0;
  bool complete = true;  // false: the program's line goes on in the stream's next entry (16 KiB each)
};

// Nothing if the bytes are no such entry. The views lie in `bytes`.
std::optional<DockerEntry> parse_docker_entry(std::string_view bytes);

// Docker's own readers refuse an entry that is longer.
inline constexpr std::uint32_t kMaxDockerEntryBytes = 1'000'000;
inline constexpr std::uint64_t kDockerLengthBytes = 4;

struct DockerPiece {
  std::uint64_t size = 0;  // 0: it is not complete
  std::string_view entry;  // of a whole frame; else empty
};

// What `bytes` begin with: a frame, or, where none begins, what lies before the next place where one may (at most a
// page at once). It depends on the bytes of the piece and the 5 behind it alone, not on how many more there are.
DockerPiece first_docker_piece(std::string_view bytes, std::uint64_t most_bytes);

// Puts the 4 bytes at `offset` of the file to `into`. False: they are not there.
using ReadLength = std::function<bool(std::uint64_t offset, char* into)>;
// Where the frame begins that ends at `end`. Nothing: none does.
std::optional<std::uint64_t> start_of_docker_frame(std::uint64_t end, const ReadLength& read);

}  // namespace oc::formats
