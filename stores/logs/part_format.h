// Numbers of the part format that writer and reader share (FORMAT.md, "Part").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oc::stores::part_format {

inline constexpr std::string_view kMagic = "OCLOGPRT";
inline constexpr std::uint32_t kRowsVersion = 1;  // of blocks of rows; only read
inline constexpr std::uint32_t kRunsVersion = 3;  // from here on blocks may hold several streams
inline constexpr std::uint32_t kBytesOfRunsVersion =
    4;  // and runs have their bytes; packed numbers, words, values by template
inline constexpr std::uint32_t kVersion = 4;
inline constexpr std::size_t kHeaderBytes = 8 + 4 + 4;           // magic, version, reserved
inline constexpr std::size_t kTrailerBytes = 8 + 8 + 8 + 4 + 8;  // index offset, length, checksum; version; magic

// A block this large is not ours: one row is at most a request's body, and zstd's own claim is checked against it.
inline constexpr std::uint64_t kMaxRawBlockBytes = 512ull << 20;
// Likewise an index: a million streams in a part take some 100 MB.
inline constexpr std::uint64_t kMaxRawIndexBytes = 1ull << 30;

}  // namespace oc::stores::part_format
