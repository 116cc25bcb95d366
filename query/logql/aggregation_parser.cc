// Range and vector aggregations of metric_parser.h.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "query/logql/limits.h"
#include "query/logql/log_parser.h"
#include "query/logql/metric_parser.h"

namespace oc::query {

namespace {

constexpr std::array<std::pair<std::string_view, RangeFunction>, 4> kRangeFunctions = {
    {{"count_over_time", RangeFunction::kCountOverTime},
     {"rate", RangeFunction::kRate},
     {"bytes_over_time", RangeFunction::kBytesOverTime},
     {"bytes_rate", RangeFunction::kBytesRate}}};
constexpr std::array<std::pair<std::string_view, VectorFunction>, 5> kVectorFunctions = {
    {{"sum", VectorFunction::kSum},
     {"min", VectorFunction::kMin},
     {"max", VectorFunction::kMax},
     {"avg", VectorFunction::kAverage},
     {"count", VectorFunction::kCount}}};

template <typename Table>
auto find_function(const Table& table, std::string_view name) {
  const auto at = std::ranges::find(table, name, [](const auto& row) { return row.first; });
  return at == table.end() ? std::nullopt : std::optional(at->second);
}

struct LogRange {
  LogExpr log;
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

// The range may stand behind the selector or behind the pipeline, and parentheses around any of it.
Result<LogRange> parse_log_range(TokenCursor& cursor) {
  const Nesting nesting(cursor);
  OC_TRY(nesting.status());
  LogRange range;
  if (cursor.take_if("(")) {
    OC_TRY_ASSIGN(range, parse_log_range(cursor));
    OC_TRY(cursor.expect(")"));
  } else {
    OC_TRY_ASSIGN(range.log.matchers, parse_selector(cursor));
  }
  for (;;) {
    if (stage_follows(cursor)) {
      OC_TRY(parse_stages(cursor, range.log.stages));
    } else if (cursor.peek().kind == TokenKind::kRange && !range.range_ns) {
      OC_TRY(parse_range(cursor, range));
    } else {
      return range;
    }
  }
}

bool grouping_follows(const TokenCursor& cursor) { return cursor.peek().is("by") || cursor.peek().is("without"); }

Result<Grouping> parse_grouping(TokenCursor& cursor) {
  Grouping grouping{.without = cursor.take().text == "without", .labels = {}};
  OC_TRY(cursor.expect("(", "("));
  if (cursor.take_if(")")) return grouping;
  std::string_view expecting = "IDENTIFIER or )";
  do {
    OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, expecting));
    grouping.labels.push_back(std::move(label.text));
    expecting = "IDENTIFIER";
  } while (cursor.take_if(","));
  OC_TRY(cursor.expect(")", ") or ,"));
  std::ranges::sort(grouping.labels);
  return grouping;
}

}  // namespace

bool is_range_function(std::string_view name) { return find_function(kRangeFunctions, name).has_value(); }
bool is_vector_function(std::string_view name) { return find_function(kVectorFunctions, name).has_value(); }

Result<ExprPtr> parse_range_aggregation(TokenCursor& cursor, const Token& function) {
  OC_TRY(cursor.expect("("));
  if (cursor.peek().kind == TokenKind::kNumber) {
    return parse_error(fmt::format("parameter {} not supported for operation {}", cursor.peek().text, function.text));
  }
  OC_TRY_ASSIGN(auto range, parse_log_range(cursor));
  if (!range.range_ns) return cursor.unexpected();
  OC_TRY(cursor.expect(")"));
  if (grouping_follows(cursor)) {
    OC_TRY(parse_grouping(cursor));
    return parse_error(fmt::format("grouping not allowed for {} aggregation", function.text));
  }
  return std::make_unique<Expr>(Expr{RangeAggregationExpr{*find_function(kRangeFunctions, function.text),
                                                          std::move(range.log), *range.range_ns, range.offset_ns}});
}

Result<ExprPtr> parse_vector_aggregation(TokenCursor& cursor, const Token& function) {
  VectorAggregationExpr aggregation{
      .function = *find_function(kVectorFunctions, function.text), .grouping = {}, .inner = {}};
  const bool grouped = grouping_follows(cursor);
  if (grouped) {
    OC_TRY_ASSIGN(aggregation.grouping, parse_grouping(cursor));
  }
  OC_TRY(cursor.expect("("));
  OC_TRY_ASSIGN(aggregation.inner, parse_expression(cursor));
  if (aggregation.inner->is_log()) return cursor.unexpected();
  OC_TRY(cursor.expect(")"));
  if (!grouped && grouping_follows(cursor)) {
    OC_TRY_ASSIGN(aggregation.grouping, parse_grouping(cursor));
  }
  return std::make_unique<Expr>(Expr{std::move(aggregation)});
}

}  // namespace oc::query
