#include "query/logql/lexer_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

constexpr auto kFunctions = std::to_array<std::string_view>({"rate",
                                                             "rate_counter",
                                                             "count_over_time",
                                                             "bytes_over_time",
                                                             "bytes_rate",
                                                             "avg_over_time",
                                                             "sum_over_time",
                                                             "min_over_time",
                                                             "max_over_time",
                                                             "stdvar_over_time",
                                                             "stddev_over_time",
                                                             "quantile_over_time",
                                                             "first_over_time",
                                                             "last_over_time",
                                                             "absent_over_time",
                                                             "vector",
                                                             "sum",
                                                             "avg",
                                                             "max",
                                                             "min",
                                                             "count",
                                                             "stddev",
                                                             "stdvar",
                                                             "topk",
                                                             "bottomk",
                                                             "approx_topk",
                                                             "sort",
                                                             "sort_desc",
                                                             "label_replace",
                                                             "bytes",
                                                             "duration",
                                                             "duration_seconds",
                                                             "ip"});
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"by",           "without",     "bool",   "offset", "on",         "ignoring", "group_left", "group_right",
     "or",           "and",         "unless", "json",   "regexp",     "logfmt",   "unpack",     "pattern",
     "label_format", "line_format", "drop",   "keep",   "decolorize", "unwrap"});
constexpr auto kTwoRuneSymbols =
    std::to_array<std::string_view>({"!=", "=~", "!~", "|=", "|~", "|>", "!>", "==", ">=", "<="});
bool has_word(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_unicode_space(first_rune(text).code)) text.remove_prefix(first_rune(text).length);
  return text;
}

}  // namespace

std::size_t word_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto rune = first_rune(text.substr(length));
    const bool fits = length == 0 ? is_letter(rune.code) : is_letter_or_digit(rune.code);
    if (!fits && rune.code != '_') break;
    length += rune.length;
  }
  return length;
}

std::string in_lower_case(std::string_view word) {
  std::string result(word);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

bool call_follows(std::string_view rest) {
  rest = without_leading_space(rest);
  for (const std::string_view grouping : {"by", "without"}) {
    if (in_lower_case(rest.substr(0, grouping.size())) != grouping) continue;
    rest = without_leading_space(rest.substr(grouping.size()));
    break;
  }
  return rest.starts_with('(');
}

bool is_function_name(std::string_view word) { return has_word(kFunctions, word); }
bool is_keyword(std::string_view word) { return has_word(kKeywords, word); }
bool is_two_rune_symbol(std::string_view text) { return has_word(kTwoRuneSymbols, text); }

}  // namespace oc::query
