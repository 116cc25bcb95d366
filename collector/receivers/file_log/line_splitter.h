// Cuts a file's bytes into records, one a line.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "contracts/otlp/log_writer.h"

namespace oc::collector {

// What a record is in the file.
enum class Framing { kLine, kDockerLocal };

struct LineRules {
  std::uint64_t max_line_bytes = 1 << 20;  // longer lines become several records
  std::span<const std::uint64_t> cuts;     // sorted offsets where a record ends though its line goes on
};

// `bytes` lie at `offset` of the file, which begins a record. Appends the records that are complete and returns how
// many bytes they and the empty lines between them take. White space (space, tab, CR, LF) at both ends of a record is
// left out, records without anything else are, too. Where a record ends depends on the bytes and the rules alone, never
// on how much of the file was in `bytes`.
std::uint64_t split_lines(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                          std::vector<contracts::otlp::LogRecordView>& records);

}  // namespace oc::collector
