#include <cstring>

#include "query/logql/pattern.h"

namespace oc::query {

namespace {

constexpr std::string_view kMeta = "\\.+*?()|[]{}^$";

// Reads one alternative from the left; what it does not know makes the whole expression one for the engine.
class AlternativeReader {
 public:
  AlternativeReader(std::string_view text, PatternUse use) : rest_(text), use_(use) {
    test_.at_start = test_.at_end = whole_text();
  }

  std::optional<LiteralTest> read() {
    // Loki leaves label filters with anchors to its engine.
    if (use_ == PatternUse::kLabelFilter && rest_.find_first_of("^$") != std::string_view::npos) return std::nullopt;
    if (take("^")) test_.at_start = true;
    if (!wildcard(test_.at_start)) return std::nullopt;
    if (!literal() || !wildcard(test_.at_end)) return std::nullopt;
    if (take("$")) test_.at_end = whole_text() ? test_.at_end : true;
    if (!rest_.empty() || anchored_wildcard_in_part()) return std::nullopt;
    test_.min_size += test_.literal.size();
    return std::move(test_);
  }

 private:
  bool whole_text() const { return use_ != PatternUse::kPartOfText; }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // `.*` and `.+` free one side. In the middle of a text `.` does not take a newline, so that there only a `.*` which
  // changes nothing (no anchor on its side) is simple.
  bool wildcard(bool& anchor) {
    const bool plus = rest_.starts_with(".+");
    if (!plus && !rest_.starts_with(".*")) return true;
    rest_.remove_prefix(2);
    if (rest_.starts_with("?") || rest_.starts_with("*") || rest_.starts_with("+")) return false;
    if (whole_text()) {
      if (plus && ++test_.min_size > 1) return false;  // `.+x.+` wants a character on each side
      if (plus && !only_wildcard_left()) return false;
      anchor = false;
      if (use_ == PatternUse::kLabelFilter && !plus) test_.at_start = test_.at_end = false;
      return true;
    }
    saw_wildcard_in_part_ = true;
    return !plus && !anchor;
  }

  bool only_wildcard_left() const { return rest_.empty() && test_.literal.empty(); }
  bool anchored_wildcard_in_part() const { return saw_wildcard_in_part_ && (test_.at_start || test_.at_end); }

  bool literal() {
    while (!rest_.empty()) {
      const char next = rest_.front();
      if (next == '\\') {
        if (rest_.size() < 2 || kMeta.find(rest_[1]) == std::string_view::npos) return false;
        test_.literal.push_back(rest_[1]);
        rest_.remove_prefix(2);
      } else if (kMeta.find(next) == std::string_view::npos) {
        test_.literal.push_back(next);
        rest_.remove_prefix(1);
      } else {
        return true;
      }
      if (!rest_.empty() && (rest_[0] == '*' || rest_[0] == '+' || rest_[0] == '?' || rest_[0] == '{')) return false;
    }
    return true;
  }

  std::string_view rest_;
  PatternUse use_;
  LiteralTest test_;
  bool saw_wildcard_in_part_ = false;
};

// Takes off one group that spans the whole expression: "(a|b)" and "(?:a|b)".
std::string_view without_outer_group(std::string_view text) {
  const bool inner_is_flat = text.size() >= 2 && text.find_first_of("()\\", 1) == text.size() - 1;
  if (!inner_is_flat || text.front() != '(' || text.back() != ')') return text;
  text = text.substr(1, text.size() - 2);
  if (text.starts_with("?:")) return text.substr(2);
  return text.starts_with("?") ? std::string_view("(") : text;  // flags and names: not simple
}

}  // namespace

std::size_t find_literal(std::string_view text, std::string_view literal, std::size_t from) {
  if (literal.empty()) return from <= text.size() ? from : std::string_view::npos;
  if (from >= text.size() || text.size() - from < literal.size()) return std::string_view::npos;
  const auto* found = memmem(text.data() + from, text.size() - from, literal.data(), literal.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

bool contains(std::string_view text, std::string_view literal) {
  return find_literal(text, literal, 0) != std::string_view::npos;
}

bool LiteralTest::matches(std::string_view text) const {
  if (text.size() < min_size) return false;
  if (at_start && at_end) return text == literal;
  if (at_start) return text.starts_with(literal);
  if (at_end) return text.ends_with(literal);
  return contains(text, literal);
}

std::vector<std::string_view> alternatives_of(std::string_view expression) {
  expression = without_outer_group(expression);
  std::vector<std::string_view> alternatives;
  for (std::size_t at = 0;;) {
    const auto end = expression.find('|', at);
    alternatives.push_back(expression.substr(at, end - at));
    if (end == std::string_view::npos) return alternatives;
    at = end + 1;
  }
}

std::optional<std::vector<LiteralTest>> as_literal_tests(std::string_view expression, PatternUse use) {
  const auto alternatives = alternatives_of(expression);
  std::vector<LiteralTest> tests;
  if (alternatives.size() == 1 && alternatives[0].empty() && use == PatternUse::kLabelFilter) {
    tests.emplace_back();
    return tests;
  }
  for (const auto alternative : alternatives) {
    auto test = AlternativeReader(alternative, use).read();
    if (!test) return std::nullopt;
    tests.push_back(std::move(*test));
  }
  return tests;
}

}  // namespace oc::query
