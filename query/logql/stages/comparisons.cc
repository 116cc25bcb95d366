#include "query/logql/stages/comparisons.h"

#include <array>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/pattern.h"

namespace oc::query {

namespace {

constexpr std::string_view kFilterError = "LabelFilterErr";

// `__error__` compares like any label; asking for one keeps it from failing a metric query.
bool keep_error_if_asked(LineLabels& labels, const std::string& name, bool holds) {
  if (holds && name == kErrorLabel && labels.has_error()) labels.preserve_error();
  return holds;
}

class StringComparison final : public LabelPredicate {
 public:
  StringComparison(std::string name, std::string value, bool negated)
      : name_(std::move(name)), value_(std::move(value)), negated_(negated) {}
  bool holds(LineLabels& labels) const override {
    return keep_error_if_asked(labels, name_, (labels.get(name_) == value_) != negated_);
  }

 private:
  std::string name_;
  std::string value_;
  bool negated_;
};

class PatternComparison final : public LabelPredicate {
 public:
  PatternComparison(std::string name, Pattern pattern, bool negated)
      : name_(std::move(name)), pattern_(std::move(pattern)), negated_(negated) {}
  bool holds(LineLabels& labels) const override {
    return keep_error_if_asked(labels, name_, pattern_.matches(labels.get(name_)) != negated_);
  }

 private:
  std::string name_;
  Pattern pattern_;
  bool negated_;
};

using Compare = bool (*)(double, double);
using Convert = Result<double> (*)(std::string_view);

constexpr std::array<std::pair<std::string_view, Compare>, 7> kComparisons = {
    {{"=", [](double a, double b) { return a == b; }},
     {"==", [](double a, double b) { return a == b; }},
     {"!=", [](double a, double b) { return a != b; }},
     {">", [](double a, double b) { return a > b; }},
     {">=", [](double a, double b) { return a >= b; }},
     {"<", [](double a, double b) { return a < b; }},
     {"<=", [](double a, double b) { return a <= b; }}}};

// Durations are exact: 2^53 ns are 104 days, beyond which a nanosecond more or less does not matter.
Result<double> duration_value(std::string_view text) {
  OC_TRY_ASSIGN(const Nanos duration, go_parse_duration(text));
  return static_cast<double>(duration);
}

class NumberComparison final : public LabelPredicate {
 public:
  NumberComparison(std::string name, Compare compare, Convert convert, double value)
      : name_(std::move(name)), compare_(compare), convert_(convert), value_(value) {}

  bool holds(LineLabels& labels) const override {
    if (labels.has_error()) return true;  // only a string comparison may drop a line with an error
    if (!labels.has(name_)) return false;
    const auto value = convert_(labels.get(name_));
    if (!value) {
      labels.set_error(kFilterError, value.error().message);
      return true;
    }
    return compare_(*value, value_);
  }

 private:
  std::string name_;
  Compare compare_;
  Convert convert_;
  double value_;
};

Compare find_comparison(const Token& token) {
  for (const auto& [symbol, compare] : kComparisons) {
    if (token.is(symbol)) return compare;
  }
  return nullptr;
}

Result<PredicatePtr> parse_string_comparison(TokenCursor& cursor, const std::string& name, const Token& op) {
  const auto value = cursor.take().text;
  const bool negated = op.is("!=") || op.is("!~");
  if (op.is("=") || op.is("!=")) return std::make_unique<StringComparison>(name, value, negated);
  auto pattern = Pattern::compile(value, PatternUse::kLabelFilter);
  if (!pattern) return parse_error(pattern.error().message);
  return std::make_unique<PatternComparison>(name, std::move(*pattern), negated);
}

Result<PredicatePtr> parse_number_comparison(TokenCursor& cursor, const std::string& name, Compare compare) {
  const auto make = [&](Convert convert, double value) {
    return std::make_unique<NumberComparison>(name, compare, convert, value);
  };
  if (cursor.peek().kind == TokenKind::kDuration) {
    return make(duration_value, static_cast<double>(cursor.take().duration));
  }
  if (cursor.peek().kind == TokenKind::kBytes) return make(parse_byte_size, cursor.take().bytes);
  const bool negative = cursor.take_if("-");
  if (!negative) cursor.take_if("+");
  OC_TRY_ASSIGN(const auto number, cursor.expect(TokenKind::kNumber));
  const auto value = go_parse_float(number.text);
  if (!value) return parse_error("unable to parse literal as a float: " + value.error().message);
  return make(go_parse_float, negative ? -*value : *value);
}

}  // namespace

Result<PredicatePtr> parse_comparison(TokenCursor& cursor) {
  const auto name = cursor.take().text;
  const auto op = cursor.peek();
  const bool is_pattern = op.is("=~") || op.is("!~");
  const auto compare = find_comparison(op);
  if (compare == nullptr && !is_pattern) return cursor.unexpected();
  cursor.take();
  if (cursor.peek().is("ip")) return cursor.not_supported(cursor.peek());
  const bool takes_string = is_pattern || op.is("=") || op.is("!=");
  if (takes_string && cursor.peek().kind == TokenKind::kString) return parse_string_comparison(cursor, name, op);
  if (is_pattern) return cursor.unexpected("STRING");
  return parse_number_comparison(cursor, name, compare);
}

}  // namespace oc::query
