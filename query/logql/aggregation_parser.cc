// Range and vector aggregations of metric_parser.h.
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/limits.h"
#include "query/logql/log_parser.h"
#include "query/logql/metric_parser.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

struct LogRange {
  LogExpr log;
  std::optional<UnwrapExpr> unwrap;
  std::optional<Nanos> range_ns;
  Nanos offset_ns = 0;
};

Result<Nanos> duration_of(const Token& token) {
  if (std::abs(token.duration) > kMaxDuration) return parse_error_at(token, "duration out of range");
  return token.duration;
}

Status parse_range(TokenCursor& cursor, LogRange& range) {
  OC_TRY_ASSIGN(range.range_ns, duration_of(cursor.take()));
  if (!cursor.take_if("offset")) return {};
  OC_TRY_ASSIGN(const auto offset, cursor.expect(TokenKind::kDuration, "DURATION"));
  OC_TRY_ASSIGN(range.offset_ns, duration_of(offset));
  return {};
}

Result<UnwrapExpr> parse_unwrap(TokenCursor& cursor) {
  cursor.take();
  cursor.take();
  constexpr std::string_view kLabelOrConversion = "IDENTIFIER or BYTES_CONV or DURATION_CONV or DURATION_SECONDS_CONV";
  UnwrapExpr unwrap;
  const bool converted = cursor.peek().kind == TokenKind::kFunction;
  if (converted) {
    const auto conversion = find_conversion(cursor.peek().text);
    if (!conversion) return cursor.unexpected(kLabelOrConversion);
    unwrap.conversion = *conversion;
    cursor.take();
    OC_TRY(cursor.expect("(", "("));
  }
  OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, converted ? "IDENTIFIER" : kLabelOrConversion));
  unwrap.label = std::move(label.text);
  if (converted) OC_TRY(cursor.expect(")", ")"));
  while (cursor.take_if("|")) {
    OC_TRY_ASSIGN(auto filter, parse_label_filter(cursor, ByteSizes::kExact));
    unwrap.filters.push_back(std::move(filter));
  }
  return unwrap;
}

Status parse_pipeline(TokenCursor& cursor, LogRange& range) {
  OC_TRY(parse_range_stages(cursor, range.log.stages));
  if (!unwrap_follows(cursor)) return {};
  OC_TRY_ASSIGN(range.unwrap, parse_unwrap(cursor));
  return {};
}

// The range may stand behind the selector or behind the pipeline, and parentheses around any of it.
Result<LogRange> parse_log_range(TokenCursor& cursor, std::string_view expecting) {
  const Nesting nesting(cursor);
  OC_TRY(nesting.status());
  LogRange range;
  const bool parenthesized = cursor.take_if("(");
  if (parenthesized) {
    OC_TRY_ASSIGN(range, parse_log_range(cursor, "{ or ("));
    OC_TRY(cursor.expect(")", range.range_ns ? ")" : range.unwrap ? "RANGE or ) or |" : ""));
    if (!range.range_ns && cursor.peek().kind != TokenKind::kRange) return cursor.unexpected("RANGE");
  } else {
    if (!cursor.peek().is("{")) return cursor.unexpected(expecting);
    OC_TRY_ASSIGN(range.log.matchers, parse_selector(cursor));
  }
  // A pipeline stands before the range or behind it, not on both sides.
  if (!range.range_ns) OC_TRY(parse_pipeline(cursor, range));
  const bool open = range.log.stages.empty() && !range.unwrap;
  if (cursor.peek().kind != TokenKind::kRange || range.range_ns) return range;
  OC_TRY(parse_range(cursor, range));
  if (open && !parenthesized) OC_TRY(parse_pipeline(cursor, range));
  if (open && parenthesized && unwrap_follows(cursor)) {
    OC_TRY_ASSIGN(range.unwrap, parse_unwrap(cursor));
  }
  return range;
}

bool grouping_follows(const TokenCursor& cursor) { return cursor.peek().is("by") || cursor.peek().is("without"); }

Result<Grouping> parse_grouping(TokenCursor& cursor) {
  Grouping grouping{.without = cursor.take().text == "without", .labels = {}};
  OC_TRY_ASSIGN(grouping.labels, parse_label_list(cursor));
  return grouping;
}

// What the grammar lets through and the function does not; "" if it is well.
std::string misuse(const RangeAggregationExpr& expr, const std::optional<Token>& parameter) {
  const auto name = name_of(expr.function);
  const bool quantile = expr.function == RangeFunction::kQuantileOverTime;
  if (parameter && !quantile) return fmt::format("parameter {} not supported for operation {}", parameter->text, name);
  if (quantile && !parameter) return fmt::format("parameter required for operation {}", name);
  if (quantile && !expr.parameter) {
    return fmt::format("invalid parameter for operation {}: {}", name, go_parse_float(parameter->text).error().message);
  }
  if (expr.grouping && !takes_grouping(expr.function)) {
    return fmt::format("grouping not allowed for {} aggregation", name);
  }
  if (expr.unwrap && !works_on_values(expr.function)) return fmt::format("invalid aggregation {} with unwrap", name);
  if (!expr.unwrap && !works_on_lines(expr.function)) return fmt::format("invalid aggregation {} without unwrap", name);
  return {};
}

void note_misuse(TokenCursor& cursor, const std::string& what) {
  if (!what.empty()) cursor.note(parse_error(what).error());
}

std::string misuse(VectorAggregationExpr& expr, const std::optional<Token>& parameter, bool grouped) {
  const auto name = name_of(expr.function);
  if (!takes_parameter(expr.function)) {
    if (parameter) return fmt::format("unsupported parameter for operation {}({},", name, parameter->text);
    const bool sorts = expr.function >= VectorFunction::kSort;
    return sorts && !expr.grouping.labels.empty() ? "sort and sort_desc doesn't allow grouping by " : "";
  }
  if (!parameter) return fmt::format("parameter required for operation {}", name);
  const auto& digits = parameter->text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), expr.parameter);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return fmt::format("invalid parameter {}({},", name, digits);
  }
  if (expr.parameter <= 0) return fmt::format("invalid parameter (must be greater than 0) {}({}", name, digits);
  const bool approximate = expr.function == VectorFunction::kApproxTopk;
  return approximate && grouped ? fmt::format("grouping not allowed for {} aggregation", name) : "";
}

}  // namespace

Result<std::vector<std::string>> parse_label_list(TokenCursor& cursor) {
  std::vector<std::string> labels;
  OC_TRY(cursor.expect("(", "("));
  if (cursor.take_if(")")) return labels;
  std::string_view expecting = "IDENTIFIER or )";
  do {
    OC_TRY(cursor.count_expression());
    OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, expecting));
    labels.push_back(std::move(label.text));
    expecting = "IDENTIFIER";
  } while (cursor.take_if(","));
  OC_TRY(cursor.expect(")", ", or )"));
  return labels;
}

Result<ExprPtr> parse_range_aggregation(TokenCursor& cursor, RangeFunction function) {
  OC_TRY(cursor.expect("(", "("));
  RangeAggregationExpr expr{.function = function, .parameter = {}, .log = {}, .unwrap = {}, .grouping = {}};
  std::optional<Token> parameter;
  if (cursor.peek().kind == TokenKind::kNumber) {
    parameter = cursor.take();
    OC_TRY(cursor.expect(",", ","));
    const auto value = go_parse_float(parameter->text);
    if (value) expr.parameter = *value;
  }
  OC_TRY_ASSIGN(auto range, parse_log_range(cursor, parameter ? "{ or (" : "NUMBER or { or ("));
  if (!range.range_ns) return cursor.unexpected(range.unwrap ? "RANGE or |" : "");
  OC_TRY(cursor.expect(")", ")"));
  if (grouping_follows(cursor)) {
    OC_TRY_ASSIGN(expr.grouping, parse_grouping(cursor));
  }
  expr.log = std::move(range.log);
  expr.unwrap = std::move(range.unwrap);
  expr.range_ns = *range.range_ns;
  expr.offset_ns = range.offset_ns;
  note_misuse(cursor, misuse(expr, parameter));
  return std::make_unique<Expr>(Expr{std::move(expr)});
}

Result<ExprPtr> parse_vector_aggregation(TokenCursor& cursor, VectorFunction function) {
  VectorAggregationExpr expr{.function = function, .grouping = {}, .inner = {}};
  bool grouped = grouping_follows(cursor);
  if (grouped) {
    OC_TRY_ASSIGN(expr.grouping, parse_grouping(cursor));
  }
  OC_TRY(cursor.expect("(", grouped ? "(" : "( or by or without"));
  std::optional<Token> parameter;
  if (cursor.peek().kind == TokenKind::kNumber && cursor.peek(1).is(",")) {
    parameter = cursor.take();
    cursor.take();
  }
  OC_TRY_ASSIGN(expr.inner, parse_expression(cursor));
  if (expr.inner->is_log()) return cursor.unexpected();
  OC_TRY(cursor.expect(")"));
  if (!grouped && grouping_follows(cursor)) {
    OC_TRY_ASSIGN(expr.grouping, parse_grouping(cursor));
    grouped = true;
  }
  note_misuse(cursor, misuse(expr, parameter, grouped));
  return std::make_unique<Expr>(Expr{std::move(expr)});
}

}  // namespace oc::query
