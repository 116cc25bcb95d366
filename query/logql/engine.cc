#include "query/logql/engine.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "query/logql/evaluate.h"
#include "query/logql/go_text.h"
#include "query/logql/parser.h"

namespace oc::query {

namespace {

Steps steps_of(const RangeQuery& query) {
  if (!query.aligned) {
    return {query.start_ns, query.step_ns,
            static_cast<std::size_t>((query.end_ns - query.start_ns) / query.step_ns) + 1};
  }
  const auto first = floor_to(query.start_ns, query.step_ns);
  auto last = floor_to(query.end_ns, query.step_ns);
  if (last < query.end_ns) last += query.step_ns;
  return {first, query.step_ns, static_cast<std::size_t>((last - first) / query.step_ns) + 1};
}

// Sums of a time, a range and an offset stay far from the ends of 64 bits: -73 to +146 years around 1970.
constexpr Nanos kEarliestNs = -kMaxDuration;
constexpr Nanos kLatestNs = 2 * kMaxDuration;

Status check_time(Nanos time_ns) {
  if (time_ns >= kEarliestNs && time_ns <= kLatestNs) return {};
  return permanent(fmt::format("time {} is out of range", time_ns), "give nanoseconds since 1970, or RFC 3339");
}

Status check_bounds(const RangeQuery& query) {
  OC_TRY(check_time(query.start_ns));
  OC_TRY(check_time(query.end_ns));
  if (query.end_ns < query.start_ns) return permanent("end timestamp must not be before or equal to start time");
  if (query.step_ns > kMaxDuration || query.interval_ns > kMaxDuration) return permanent("step or interval too long");
  if (query.step_ns <= 0) {
    return permanent("zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  if ((query.end_ns - query.start_ns) / query.step_ns > static_cast<Nanos>(kMaxPoints)) {
    return permanent(
        "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the "
        "step parameter");
  }
  return {};
}

Status check_limit(std::size_t limit) {
  if (limit <= kMaxLimit) return {};
  return permanent(fmt::format("max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > {})",
                               limit, kMaxLimit));
}

bool is_empty(const Series& series) { return std::ranges::find(series.present, 1) == series.present.end(); }

// sort and sort_desc say in which order the series come.
bool has_order(const Expr& expr) {
  if (const auto* vector = std::get_if<VectorAggregationExpr>(&expr.node)) {
    return vector->function >= VectorFunction::kSort || has_order(*vector->inner);
  }
  if (const auto* binary = std::get_if<BinaryExpr>(&expr.node))
    return has_order(*binary->left) || has_order(*binary->right);
  const auto* replaced = std::get_if<LabelReplaceExpr>(&expr.node);
  return replaced != nullptr && has_order(*replaced->inner);
}

Result<QueryResult> run_metric_query(QueryContext context, const Expr& expr, const Steps& steps) {
  OC_TRY(check_stages(expr));  // of all its parts, before any is read
  OC_TRY_ASSIGN(auto value, evaluate(context, expr, steps));
  if (auto* set = std::get_if<SeriesSet>(&value)) {
    std::erase_if(*set, is_empty);
    if (set->size() > kMaxSeries) {
      return permanent(fmt::format(
          "maximum number of series ({}) reached for a single query; consider reducing query cardinality by adding "
          "more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), "
          "count() or topk()",
          kMaxSeries));
    }
    if (steps.count > 1 || !has_order(expr)) std::ranges::sort(*set, {}, &Series::labels);
  }
  return QueryResult{Samples{steps, std::move(value)}, context.stats};
}

}  // namespace

// In whole milliseconds, as Loki cuts them. Times may be as far apart as 64 bits go.
Status check_length(Nanos start_ns, Nanos end_ns) {
  constexpr Nanos kMillisecond = 1'000'000;
  constexpr Nanos kLongest = std::numeric_limits<Nanos>::max();
  const auto ms = [](Nanos time_ns) { return time_ns / kMillisecond - (time_ns % kMillisecond < 0 ? 1 : 0); };
  const auto length_ms = ms(end_ns) - ms(start_ns);
  if (length_ms <= kMaxQueryLength / kMillisecond) return {};
  const auto length_ns = length_ms > kLongest / kMillisecond ? kLongest : length_ms * kMillisecond;
  return permanent(fmt::format("the query time range exceeds the limit (query length: {}, limit: 30d1h)",
                               go_format_duration(length_ns)));
}

Result<QueryResult> run_range_query(const LogReader& reader, const RangeQuery& query) {
  OC_TRY(check_bounds(query));
  OC_TRY_ASSIGN(const auto expr, parse_query(query.query));
  OC_TRY(check_length(query.start_ns, query.end_ns));
  QueryContext context{&reader, query.interruption, {}};
  const auto* log = std::get_if<LogExpr>(&expr->node);
  if (log == nullptr) return run_metric_query(context, *expr, steps_of(query));
  OC_TRY(check_limit(query.limit));
  OC_TRY_ASSIGN(
      auto entries,
      run_log_query(context, *log, {query.start_ns, query.end_ns, query.direction, query.limit, query.interval_ns}));
  return QueryResult{LogEntries{std::move(entries)}, context.stats};
}

Result<QueryResult> run_instant_query(const LogReader& reader, const InstantQuery& query) {
  OC_TRY(check_time(query.time_ns));
  OC_TRY_ASSIGN(const auto expr, parse_query(query.query));
  if (expr->is_log()) {
    return permanent(
        "log queries are not supported as an instant query type, please change your query to a range "
        "query type");
  }
  return run_metric_query({&reader, query.interruption, {}}, *expr, {query.time_ns, 1, 1});
}

}  // namespace oc::query
