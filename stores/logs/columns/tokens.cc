#include "stores/logs/columns/tokens.h"

#include <algorithm>
#include <cstring>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/time_layout.h"

namespace oc::stores::columns {

namespace {

// Quoted text this short has no room for several words; in text this long the end is not looked for.
constexpr std::size_t kShortestPhrase = 6, kLongestPhrase = 4096;
constexpr std::string_view kUuid = "00000000-0000-0000-0000-000000000000";

bool is_uuid(std::string_view text) {
  for (std::size_t i = 0; i < kUuid.size(); ++i) {
    const char c = text[i];
    const bool digit = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kUuid[i] == '-' ? c != '-' : !digit) return false;
  }
  return true;
}

bool is_phrase(std::string_view text) {
  return text.size() >= kShortestPhrase && (std::memchr(text.data(), ' ', text.size()) != nullptr ||
                                            std::memchr(text.data(), '/', text.size()) != nullptr);
}

Token token(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
}

}  // namespace

// Where what begins at `begin`, a word with a digit in it, ends. Points between digits belong to it.
std::size_t LineSplitter::token_end(std::string_view line, std::size_t begin) const {
  const std::string_view rest = line.substr(begin);
  const auto ends_at = [&](std::size_t length) { return length >= rest.size() || !is_word(rest[length]); };
  if (is_digit(rest.front()) && may_be_time(rest))
    if (const std::size_t length = time_length(rest); length != 0 && ends_at(length)) return begin + length;
  std::size_t end = marks_.word_end(begin);
  if (end - begin == 8 && rest.size() >= kUuid.size() && rest[8] == '-' && is_uuid(rest) && ends_at(kUuid.size()))
    return begin + kUuid.size();
  while (end + 1 < line.size() && line[end] == '.' && is_digit(line[end - 1]) && is_digit(line[end + 1]))
    end = marks_.word_end(end + 1);
  return end;
}

void LineSplitter::split(std::string_view line, std::vector<Token>& tokens) {
  marks_.read(line, phrases_);
  std::size_t gap = 0;  // where the text since the last token begins
  std::size_t closing = std::string_view::npos;
  for (std::size_t at = marks_.next_mark(0); at < line.size();) {
    std::size_t next = at + 1;
    if (line[at] != '"') {
      const std::size_t begin = std::max(marks_.word_begin(at), gap);
      next = gap = token_end(line, begin);
      tokens.push_back(token(begin, next));
    } else if (at != closing) {
      closing = line.substr(0, std::min(line.size(), at + kLongestPhrase)).find('"', at + 1);
      if (closing != line.npos && is_phrase(line.substr(at + 1, closing - at - 1))) {
        tokens.push_back(token(at + 1, closing));
        gap = closing;
        next = closing + 1;
      }
    }
    at = marks_.next_mark(next);
  }
}

}  // namespace oc::stores::columns
