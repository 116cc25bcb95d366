// Takes lines apart: what varies (words with digits in them, times, addresses, quoted text) and the text around it,
// which lines of one kind share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stores/logs/columns/line_marks.h"

namespace oc::stores::columns {

// Where in its line something varies.
struct Token {
  std::uint32_t begin = 0, size = 0;
  std::string_view in(const char* line) const { return {line + begin, size}; }
};

class LineSplitter {
 public:
  // Quoted text of several words is one token where `phrases`.
  explicit LineSplitter(bool phrases) : phrases_(phrases) {}
  // Appends the tokens of a line below 4 GiB, in order. No digit stands outside of them.
  void split(std::string_view line, std::vector<Token>& tokens);

 private:
  std::size_t token_end(std::string_view line, std::size_t begin) const;

  bool phrases_;
  LineMarks marks_;
};

// The text before, between and behind the tokens: visit(gap) for each, stops at false and returns it.
template <typename Visit>
bool for_each_gap(std::string_view line, std::span<const Token> tokens, Visit visit) {
  std::size_t at = 0;
  for (const Token token : tokens) {
    if (!visit(std::string_view(line.data() + at, token.begin - at))) return false;
    at = std::size_t{token.begin} + token.size;
  }
  return visit(std::string_view(line.data() + at, line.size() - at));
}

}  // namespace oc::stores::columns
