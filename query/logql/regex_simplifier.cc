#include "query/logql/regex_simplifier.h"

#include <algorithm>

namespace oc::query {

namespace {

constexpr std::string_view kInEitherCase = "(?i)";

std::string_view without_case_flag(std::string_view expression) {
  return expression.starts_with(kInEitherCase) ? expression.substr(kInEitherCase.size()) : expression;
}

// Two alternatives that differ in their last character only are a class to Go: "bar|baz" is "ba[rz]".
bool make_a_class(const LiteralTest& a, const LiteralTest& b) {
  const auto size = a.literal.size();
  const bool are_texts = a.at_start == a.at_end && b.at_start == b.at_end && a.at_start == b.at_start;
  return are_texts && size > 0 && b.literal.size() == size && a.literal != b.literal &&
         a.literal.compare(0, size - 1, b.literal, 0, size - 1) == 0;
}

std::optional<std::vector<LiteralTest>> simplified(std::string_view expression, PatternUse use) {
  auto tests = as_literal_tests(without_case_flag(expression), use);
  if (!tests || std::ranges::adjacent_find(*tests, make_a_class) != tests->end()) return std::nullopt;
  const auto has_anchor = [](const LiteralTest& test) { return test.at_start || test.at_end; };
  if (use == PatternUse::kPartOfText && std::ranges::any_of(*tests, has_anchor)) return std::nullopt;
  return tests;
}

bool is_idle(const LiteralTest& test) { return test.literal.empty() && test.min_size == 0; }

}  // namespace

bool is_simplified(std::string_view expression, PatternUse use) { return simplified(expression, use).has_value(); }

std::string without_idle_alternatives(std::string_view expression, PatternUse use) {
  const auto tests = simplified(expression, use);
  if (!tests || std::ranges::none_of(*tests, is_idle)) return std::string(expression);
  const auto body = without_case_flag(expression);
  const auto alternatives = alternatives_of(body);
  std::string rest;
  for (std::size_t i = 0; i < tests->size(); ++i) {
    if (is_idle((*tests)[i])) continue;
    rest += rest.empty() ? expression.substr(0, expression.size() - body.size()) : "|";
    rest += alternatives[i];
  }
  return rest;
}

}  // namespace oc::query
