// The level that a line of text states.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"
#include "formats/find_timestamp.h"

namespace oc::agent {

// Bytes of the line that its timestamp takes; empty where it has none.
struct Span {
  std::size_t start = 0;
  std::size_t end = 0;
};

// The first word near the front or the timestamp that is written as levels are: in capitals, in brackets, before a
// colon, directly behind the timestamp. Words in the middle of a message are left alone.
std::optional<formats::Severity> level_word(std::string_view line, Span timestamp);

// Whether a level opens the line: "INFO: …", "[WARN] …", "info: …".
bool starts_with_level(std::string_view line);

// Where all lines of a file state their level.
enum class SeverityPlace { kNone, kWord, kFirstLetter, kLetterField, kRedisSymbol, kPriority, kMnemonic, kSecondLine };

// "word", "letter" … for people; empty for kNone.
std::string_view to_string(SeverityPlace place);

std::optional<formats::Severity> severity_at(SeverityPlace place, std::string_view line, Span timestamp);

// The place that most of the given first lines of records agree on; `second_lines` are those behind them.
SeverityPlace find_severity_place(Lines first_lines, const std::vector<Span>& timestamps, Lines second_lines);

}  // namespace oc::agent
