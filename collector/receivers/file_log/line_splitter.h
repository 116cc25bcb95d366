// Cuts a file's bytes into records: one a line, or several lines by a pattern.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <re2/re2.h>

#include "contracts/otlp/log_writer.h"

namespace oc::collector {

// What a record is in the file.
enum class Framing { kLine, kDockerLocal };

// How a line ends: a byte, or one of UTF-16's units.
enum class LineEnd { kByte, kUtf16le, kUtf16be };

// Records of several lines: each begins, or each ends, where the pattern matches.
struct Multiline {
  std::shared_ptr<const re2::RE2> pattern;  // nullptr: a record is a line
  bool at_start = true;
  bool omits_pattern = false;  // it is no part of the record
};

struct LineRules {
  std::uint64_t max_line_bytes = 1 << 20;                                // a longer record becomes several
  std::uint64_t kept_bytes = std::numeric_limits<std::uint64_t>::max();  // of each record; the rest is left out
  bool keeps_front = false, keeps_back = false;                          // white space at its ends
  bool keeps_empty = false;                                              // records of nothing but white space
  bool takes_all = false;  // what is there is a record, without any search for its end
  LineEnd line_end = LineEnd::kByte;
  Multiline multiline = {};
};

// `bytes` lie at `offset` of the file, which begins a record. Appends the records that are complete and returns how
// many bytes they and the empty lines between them take. White space (space, tab, CR, LF) at both ends of a record is
// left out, records without anything else are, too. `cuts`: sorted offsets where a record ends though it would go on.
// Where a record ends depends on the bytes, the rules and the cuts, never on how much of the file was in `bytes`.
std::uint64_t split_lines(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                          std::span<const std::uint64_t> cuts, std::vector<contracts::otlp::LogRecordView>& records);

// Without the white space at its ends that the rules leave out.
std::string_view trim_line(std::string_view line, const LineRules& rules);

}  // namespace oc::collector
