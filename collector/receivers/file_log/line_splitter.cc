#include "collector/receivers/file_log/line_splitter.h"

#include <algorithm>
#include <cstring>

#include "collector/record/regex.h"

namespace oc::collector {

namespace {

// The front of a text as a record.
struct Piece {
  std::uint64_t size = 0;  // 0: it is not complete
  std::string_view body;
};

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

Piece byte_line(std::string_view rest) {
  const void* newline = std::memchr(rest.data(), '\n', rest.size());
  if (!newline) return {};
  const auto size = static_cast<std::size_t>(static_cast<const char*>(newline) - rest.data());
  return {size + 1, rest.substr(0, size > 0 && rest[size - 1] == '\r' ? size - 1 : size)};
}

// Units of two bytes; what is around the text inside them is cut when they are decoded.
Piece utf16_line(std::string_view rest, bool little_endian) {
  const char first = little_endian ? '\n' : '\0', second = little_endian ? '\0' : '\n';
  for (std::size_t at = 0; at + 1 < rest.size(); at += 2)
    if (rest[at] == first && rest[at + 1] == second) return {at + 2, rest.substr(0, at)};
  return {};
}

// What stands before the first beginning is a record, too.
Piece begun_by_pattern(std::string_view rest, const Multiline& rules) {
  re2::StringPiece first, second;
  if (!rules.pattern->Match(piece(rest), 0, rest.size(), re2::RE2::UNANCHORED, &first, 1)) return {};
  const auto begin = static_cast<std::size_t>(first.data() - rest.data());
  if (begin > 0) return {begin, rest.substr(0, begin)};
  const auto behind = std::max<std::size_t>(first.size(), 1);
  if (behind > rest.size() || !rules.pattern->Match(piece(rest), behind, rest.size(), re2::RE2::UNANCHORED, &second, 1))
    return {};
  const auto end = static_cast<std::size_t>(second.data() - rest.data());
  const auto from = rules.omits_pattern ? first.size() : 0;
  return {end, rest.substr(from, end - from)};
}

// A match at the very end may go on.
Piece ended_by_pattern(std::string_view rest, const Multiline& rules) {
  re2::StringPiece found;
  if (!rules.pattern->Match(piece(rest), 0, rest.size(), re2::RE2::UNANCHORED, &found, 1)) return {};
  const auto begin = static_cast<std::size_t>(found.data() - rest.data()), end = begin + found.size();
  if (end == 0 || end == rest.size()) return {};
  return {end, rest.substr(0, rules.omits_pattern ? begin : end)};
}

Piece first_piece(std::string_view rest, const LineRules& rules) {
  // One byte more tells whether a record of the longest size ends there.
  const auto window = rest.substr(0, std::min<std::uint64_t>(rest.size(), rules.max_line_bytes + 1));
  Piece found;
  if (rules.takes_all)
    found = {std::min<std::uint64_t>(window.size(), rules.max_line_bytes), window.substr(0, rules.max_line_bytes)};
  else if (rules.multiline.pattern)
    found = rules.multiline.at_start ? begun_by_pattern(window, rules.multiline)
                                     : ended_by_pattern(window, rules.multiline);
  else if (rules.line_end == LineEnd::kByte)
    found = byte_line(window);
  else
    found = utf16_line(window, rules.line_end == LineEnd::kUtf16le);
  if (found.size == 0 && window.size() > rules.max_line_bytes)
    found = {rules.max_line_bytes, window.substr(0, rules.max_line_bytes)};
  return found;
}

// What a record that ends at a cut says.
std::string_view unfinished_body(std::string_view record, const LineRules& rules) {
  if (!rules.multiline.pattern || !rules.multiline.at_start || !rules.multiline.omits_pattern) return record;
  re2::StringPiece first;
  const bool begins =
      rules.multiline.pattern->Match(piece(record), 0, record.size(), re2::RE2::ANCHOR_START, &first, 1);
  return begins ? record.substr(first.size()) : record;
}

}  // namespace

std::string_view trim_line(std::string_view line, const LineRules& rules) {
  while (!rules.keeps_back && !line.empty() && is_blank(line.back())) line.remove_suffix(1);
  while (!rules.keeps_front && !line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

std::uint64_t split_lines(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                          std::span<const std::uint64_t> cuts, std::vector<contracts::otlp::LogRecordView>& records) {
  auto cut = std::ranges::upper_bound(cuts, offset);
  std::uint64_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.substr(done);
    auto found = first_piece(rest, rules);
    while (cut != cuts.end() && *cut <= offset + done) ++cut;
    if (cut != cuts.end()) {
      const std::uint64_t to_cut = *cut - (offset + done);
      if (to_cut <= rest.size() && (found.size == 0 || to_cut < found.size))
        found = {to_cut, unfinished_body(rest.substr(0, to_cut), rules)};
    }
    if (found.size == 0) break;
    auto body = found.body.substr(0, rules.kept_bytes);
    if (rules.line_end == LineEnd::kByte) body = trim_line(body, rules);
    if (!body.empty() || rules.keeps_empty) records.push_back({body, offset + done});
    done += found.size;
  }
  return done;
}

}  // namespace oc::collector
