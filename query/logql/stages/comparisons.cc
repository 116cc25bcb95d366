#include "query/logql/stages/comparisons.h"

#include <array>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/pattern.h"
#include "query/logql/printer.h"
#include "query/logql/regex_simplifier.h"
#include "query/logql/stages/ip_pattern.h"

namespace oc::query {

namespace {

constexpr std::string_view kFilterError = "LabelFilterErr";

class StringComparison final : public LabelPredicate {
 public:
  StringComparison(Matcher matcher, std::optional<Pattern> pattern)
      : matcher_(std::move(matcher)),
        negated_(matcher_.type == Matcher::Type::kNotEqual || matcher_.type == Matcher::Type::kNotRegex),
        pattern_(std::move(pattern)) {}
  bool holds(LineLabels& labels) const override {
    const auto value = matcher_.name == kErrorLabel ? labels.error() : labels.get(matcher_.name);
    return (pattern_ ? pattern_->matches(value) : value == matcher_.value) != negated_;
  }
  std::string text() const override {
    // A raw text can't hold its own quote.
    const bool raw = pattern_ && !negated_ && !is_simplified(matcher_.value, PatternUse::kLabelFilter) &&
                     matcher_.value.find('`') == std::string::npos;
    return raw ? fmt::format("{}=~`{}`", matcher_.name, matcher_.value) : to_text(matcher_);
  }
  // One that always holds looks at nothing.
  void add_labels(std::vector<std::string>& labels) const override {
    if (negated_ || !pattern_ || !pattern_->matches_all()) labels.push_back(matcher_.name);
  }

 private:
  Matcher matcher_;
  bool negated_;
  std::optional<Pattern> pattern_;
};

enum class Comparison { kEqual, kNotEqual, kGreater, kGreaterOrEqual, kLess, kLessOrEqual };

constexpr std::array<std::pair<std::string_view, Comparison>, 7> kComparisons = {{{"==", Comparison::kEqual},
                                                                                  {"!=", Comparison::kNotEqual},
                                                                                  {">", Comparison::kGreater},
                                                                                  {">=", Comparison::kGreaterOrEqual},
                                                                                  {"<", Comparison::kLess},
                                                                                  {"<=", Comparison::kLessOrEqual},
                                                                                  {"=", Comparison::kEqual}}};

bool compare(Comparison comparison, double a, double b) {
  switch (comparison) {
    case Comparison::kEqual:
      return a == b;
    case Comparison::kNotEqual:
      return a != b;
    case Comparison::kGreater:
      return a > b;
    case Comparison::kGreaterOrEqual:
      return a >= b;
    case Comparison::kLess:
      return a < b;
    case Comparison::kLessOrEqual:
      return a <= b;
  }
  return false;
}

// A kind of value: how a label's text is read, and how a value of the query is written.
struct ValueKind {
  Result<double> (*read)(std::string_view);
  std::string (*write)(double);
};

// Durations are exact: 2^53 ns are 104 days, beyond which a nanosecond more or less does not matter.
Result<double> duration_value(std::string_view text) {
  OC_TRY_ASSIGN(const Nanos duration, go_parse_duration(text));
  return static_cast<double>(duration);
}

constexpr ValueKind kNumberKind = {go_parse_float, go_format_float};
constexpr ValueKind kBytesKind = {parse_byte_size, format_byte_size};
constexpr ValueKind kDurationKind = {duration_value,
                                     [](double value) { return go_format_duration(static_cast<Nanos>(value)); }};

class NumberComparison final : public LabelPredicate {
 public:
  NumberComparison(std::string name, Comparison comparison, const ValueKind& kind, double value)
      : name_(std::move(name)), comparison_(comparison), kind_(kind), value_(value) {}

  bool holds(LineLabels& labels) const override {
    if (!labels.has(name_)) return false;
    const auto value = kind_.read(labels.get(name_));
    if (value) return compare(comparison_, *value, value_);
    if (!labels.has_error()) labels.set_error(kFilterError, value.error().message);  // the first one says more
    return true;
  }
  std::string text() const override {
    return name_ + std::string(kComparisons[static_cast<std::size_t>(comparison_)].first) +
           kind_.write(value_ + 0.0);  // -0 would be read as a duration
  }
  void add_labels(std::vector<std::string>& labels) const override { labels.push_back(name_); }

 private:
  std::string name_;
  Comparison comparison_;
  const ValueKind& kind_;
  double value_;
};

class IpComparison final : public LabelPredicate {
 public:
  IpComparison(std::string name, bool negated, std::string pattern)
      : name_(std::move(name)), negated_(negated), text_(std::move(pattern)), pattern_(IpPattern::parse(text_)) {}

  bool holds(LineLabels& labels) const override {
    if (labels.has_error()) return true;  // of such lines only strings are compared
    return labels.has(name_) && pattern_ && pattern_->found_in(labels.get(name_)) != negated_;
  }
  std::string text() const override { return fmt::format("{}{}ip({})", name_, negated_ ? "!=" : "=", go_quote(text_)); }
  void add_labels(std::vector<std::string>& labels) const override { labels.push_back(name_); }
  Status check() const override {
    if (!pattern_) return std::unexpected(pattern_.error());
    return {};
  }

 private:
  std::string name_;
  bool negated_;
  std::string text_;
  Result<IpPattern> pattern_;
};

std::optional<Comparison> find_comparison(const Token& token) {
  for (const auto& [symbol, comparison] : kComparisons) {
    if (token.is(symbol)) return comparison;
  }
  return std::nullopt;
}

Result<PredicatePtr> parse_string_comparison(TokenCursor& cursor, std::string name, const Token& op) {
  const bool is_regex = op.is("=~") || op.is("!~");
  const bool negated = op.is("!=") || op.is("!~");
  Matcher matcher{.name = std::move(name), .value = cursor.take().text};
  if (is_regex) {
    matcher.type = negated ? Matcher::Type::kNotRegex : Matcher::Type::kRegex;
  } else {
    matcher.type = negated ? Matcher::Type::kNotEqual : Matcher::Type::kEqual;
  }
  std::optional<Pattern> pattern;
  if (is_regex) {
    constexpr auto kUse = PatternUse::kLabelFilter;
    OC_TRY(cursor.count_regex());
    auto compiled = Pattern::compile(without_idle_alternatives(matcher.value, kUse), kUse);
    if (!compiled) return parse_error(compiled.error().message);
    pattern = std::move(*compiled);
  }
  return std::make_unique<StringComparison>(std::move(matcher), std::move(pattern));
}

Result<double> bytes_of(const Token& token, ByteSizes sizes) {
  return sizes == ByteSizes::kExact ? token.bytes : parse_byte_size(format_byte_size(token.bytes));
}

Result<PredicatePtr> parse_number_comparison(TokenCursor& cursor, std::string name, Comparison comparison,
                                             ByteSizes sizes) {
  const auto make = [&](const ValueKind& kind, double value) {
    return std::make_unique<NumberComparison>(std::move(name), comparison, kind, value);
  };
  if (cursor.peek().kind == TokenKind::kDuration) {
    return make(kDurationKind, static_cast<double>(cursor.take().duration));
  }
  if (cursor.peek().kind == TokenKind::kBytes) {
    OC_TRY_ASSIGN(const auto bytes, bytes_of(cursor.take(), sizes));
    return make(kBytesKind, bytes);
  }
  const bool negative = cursor.take_if("-");
  const bool has_sign = negative || cursor.take_if("+");
  OC_TRY_ASSIGN(const auto number, cursor.expect(TokenKind::kNumber, has_sign ? "NUMBER" : ""));
  const auto value = go_parse_float(number.text);
  if (!value) return parse_error("unable to parse literal as a float: " + value.error().message);
  return make(kNumberKind, negative ? -*value : *value);
}

Result<PredicatePtr> parse_ip_comparison(TokenCursor& cursor, std::string name, bool negated) {
  cursor.take();
  OC_TRY(cursor.expect("(", "("));
  OC_TRY_ASSIGN(auto pattern, cursor.expect(TokenKind::kString, "STRING"));
  OC_TRY(cursor.expect(")", ")"));
  return std::make_unique<IpComparison>(std::move(name), negated, std::move(pattern.text));
}

}  // namespace

Result<PredicatePtr> parse_comparison(TokenCursor& cursor, ByteSizes sizes) {
  auto name = cursor.take().text;
  const auto op = cursor.peek();
  const bool is_regex = op.is("=~") || op.is("!~");
  const auto comparison = find_comparison(op);
  if (!comparison && !is_regex) return cursor.unexpected();
  cursor.take();
  const bool takes_string = is_regex || op.is("=") || op.is("!=");
  if (takes_string && cursor.peek().kind == TokenKind::kString) {
    return parse_string_comparison(cursor, std::move(name), op);
  }
  if (is_regex) return cursor.unexpected("STRING");
  if (takes_string && cursor.peek().is("ip")) return parse_ip_comparison(cursor, std::move(name), op.is("!="));
  return parse_number_comparison(cursor, std::move(name), *comparison, sizes);
}

}  // namespace oc::query
