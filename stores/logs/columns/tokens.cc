#include "stores/logs/columns/tokens.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/time_layout.h"

namespace oc::stores::columns {

namespace {

constexpr auto kIsWord = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 256; ++c)
    table[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
  return table;
}();

// Quoted text this short has no room for several words; in text this long the end is not looked for.
constexpr std::size_t kShortestPhrase = 6, kLongestPhrase = 4096;
constexpr std::string_view kUuid = "00000000-0000-0000-0000-000000000000";

// The bytes of `word` that are digits, or quotes, as 0x80; right up to the first one from below.
std::uint64_t digit_marks(std::uint64_t word) {
  const std::uint64_t other = word ^ 0x3030303030303030u;
  return (other - 0x0A0A0A0A0A0A0A0Au) & ~other & 0x8080808080808080u;
}
std::uint64_t quote_marks(std::uint64_t word) {
  const std::uint64_t other = word ^ 0x2222222222222222u;
  return (other - 0x0101010101010101u) & ~other & 0x8080808080808080u;
}

// The first digit (or quote) at or behind `at`.
std::size_t next_mark(std::string_view line, std::size_t at, bool quotes) {
  for (; at + 8 <= line.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, line.data() + at, 8);
    const std::uint64_t marks = digit_marks(word) | (quotes ? quote_marks(word) : 0);
    if (marks != 0) return at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }
  while (at < line.size() && !is_digit(line[at]) && !(quotes && line[at] == '"')) ++at;
  return at;
}

std::size_t word_end(std::string_view line, std::size_t at) {
  while (at < line.size() && is_word(line[at])) ++at;
  return at;
}

bool is_uuid(std::string_view text) {
  for (std::size_t i = 0; i < kUuid.size(); ++i) {
    const char c = text[i];
    const bool digit = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kUuid[i] == '-' ? c != '-' : !digit) return false;
  }
  return true;
}

// Where what begins at `begin`, a word with a digit in it, ends. Points between digits belong to it.
std::size_t token_end(std::string_view line, std::size_t begin) {
  const std::string_view rest = line.substr(begin);
  const auto ends_at = [&](std::size_t length) { return length >= rest.size() || !is_word(rest[length]); };
  if (is_digit(rest.front()))
    if (const std::size_t length = time_length(rest); length != 0 && ends_at(length)) return begin + length;
  std::size_t end = word_end(line, begin);
  if (end - begin == 8 && rest.size() >= kUuid.size() && rest[8] == '-' && is_uuid(rest) && ends_at(kUuid.size()))
    return begin + kUuid.size();
  while (end + 1 < line.size() && line[end] == '.' && is_digit(line[end - 1]) && is_digit(line[end + 1]))
    end = word_end(line, end + 1);
  return end;
}

bool is_phrase(std::string_view text) {
  return text.size() >= kShortestPhrase && (std::memchr(text.data(), ' ', text.size()) != nullptr ||
                                            std::memchr(text.data(), '/', text.size()) != nullptr);
}

}  // namespace

bool is_word(char c) { return kIsWord[static_cast<unsigned char>(c)]; }

void split(std::string_view line, bool phrases, std::vector<std::string_view>& tokens) {
  std::size_t gap = 0;  // where the text since the last token begins
  std::size_t closing = std::string_view::npos;
  for (std::size_t at = next_mark(line, 0, phrases); at < line.size();) {
    std::size_t next = at + 1;
    if (line[at] != '"') {
      std::size_t begin = at;
      while (begin > gap && is_word(line[begin - 1])) --begin;
      next = gap = token_end(line, begin);
      tokens.push_back(line.substr(begin, next - begin));
    } else if (at != closing) {
      closing = line.substr(0, std::min(line.size(), at + kLongestPhrase)).find('"', at + 1);
      const std::string_view text = closing == line.npos ? std::string_view() : line.substr(at + 1, closing - at - 1);
      if (is_phrase(text)) {
        tokens.push_back(text);
        gap = closing;
        next = closing + 1;
      }
    }
    at = next_mark(line, next, phrases);
  }
}

}  // namespace oc::stores::columns
