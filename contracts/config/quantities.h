// Durations and sizes as people write them in configs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oc::contracts {

// Whole numbers with the units d, h, m, s, one after the other: "90s", "14d", "1h30m". None: not a duration, or too
// long.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
// The largest unit that leaves no rest: "14d", "90s", "0s".
std::string duration_text(std::chrono::seconds duration);

// Plain bytes, or a whole number with B, kB/KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024).
std::optional<std::uint64_t> parse_size(std::string_view text);
// The largest power of 1024 that leaves no rest: "64MiB", "1500B".
std::string size_text(std::uint64_t bytes);

}  // namespace oc::contracts
