// Takes lines apart: what varies (words with digits in them, times, addresses, quoted text) and the text around it,
// which lines of one kind share.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace oc::stores::columns {

// Letters, digits and the bytes of UTF-8 letters: what a word is made of.
bool is_word(char c);

// Appends what varies in the line, in order: views into it. Quoted text of several words is one of them where
// `phrases`. No digit stands outside of them.
void split(std::string_view line, bool phrases, std::vector<std::string_view>& tokens);

// The text before, between and behind the tokens: visit(gap) for each, stops at false and returns it.
template <typename Tokens, typename Visit>
bool for_each_gap(std::string_view line, const Tokens& tokens, Visit visit) {
  const char* at = line.data();
  for (const std::string_view token : tokens) {
    if (!visit(std::string_view(at, token.data()))) return false;
    at = token.data() + token.size();
  }
  return visit(std::string_view(at, line.data() + line.size()));
}

}  // namespace oc::stores::columns
