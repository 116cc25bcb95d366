// Where lines end in a file, found by reading as little as possible. A line ends with a line feed.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace oc::agent {

// The offset after the last line feed in [from, to), looking at no more than the last `limit` bytes of it; nullopt if
// there is none.
Result<std::optional<std::uint64_t>> last_line_end(int fd, std::uint64_t from, std::uint64_t to, std::uint64_t limit);
// As last_line_end(), of a file of Docker's driver `local`: where its last frame ends, if it ends at `to`. Behind a
// frame that is torn, and until the one that is being written is whole, there is none.
std::optional<std::uint64_t> last_frame_end(int fd, std::uint64_t to);
// The first offset >= `from` at which a line starts; nullopt if none starts before `to`.
Result<std::optional<std::uint64_t>> next_line_start(int fd, std::uint64_t from, std::uint64_t to);

}  // namespace oc::agent
