// Rows of separated values, by RFC 4180: a quoted value may hold the separator, doubled quotes and line ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"

namespace oc::agent {

struct DelimitedRow {
  std::size_t first_line = 0;
  std::size_t lines = 1;
  std::vector<std::string> values;
};

// `quoted` false: quotes are plain characters (TSV of Zeek). A quote that is still open after kLongestRowLines closes
// at its line's end.
std::vector<DelimitedRow> split_rows(Lines lines, char delimiter, bool quoted);

// The values of one line.
std::vector<std::string> split_row(std::string_view line, char delimiter, bool quoted);

inline constexpr std::size_t kLongestRowLines = 200;

}  // namespace oc::agent
