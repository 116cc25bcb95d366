#include "query/logql/functions.h"

#include <algorithm>
#include <array>

namespace oc::query {

namespace {

// Each in the order of its enum.
constexpr auto kRangeNames = std::to_array<std::string_view>(
    {"count_over_time", "rate", "bytes_over_time", "bytes_rate", "rate_counter", "sum_over_time", "avg_over_time",
     "min_over_time", "max_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time", "first_over_time",
     "last_over_time", "absent_over_time"});
constexpr auto kVectorNames = std::to_array<std::string_view>(
    {"sum", "min", "max", "avg", "count", "stddev", "stdvar", "topk", "bottomk", "approx_topk", "sort", "sort_desc"});
constexpr auto kOperatorNames = std::to_array<std::string_view>(
    {"+", "-", "*", "/", "%", "^", "==", "!=", ">", ">=", "<", "<=", "and", "or", "unless"});
constexpr auto kConversionNames = std::to_array<std::string_view>({"", "bytes", "duration", "duration_seconds"});

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (name.empty() || at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

}  // namespace

std::string_view name_of(RangeFunction function) { return kRangeNames[static_cast<std::size_t>(function)]; }
std::string_view name_of(VectorFunction function) { return kVectorNames[static_cast<std::size_t>(function)]; }
std::string_view name_of(BinaryOperator op) { return kOperatorNames[static_cast<std::size_t>(op)]; }
std::string_view name_of(Conversion conversion) { return kConversionNames[static_cast<std::size_t>(conversion)]; }

std::optional<RangeFunction> find_range_function(std::string_view name) {
  return find_name<RangeFunction>(kRangeNames, name);
}
std::optional<VectorFunction> find_vector_function(std::string_view name) {
  return find_name<VectorFunction>(kVectorNames, name);
}
std::optional<BinaryOperator> find_binary_operator(std::string_view symbol) {
  return find_name<BinaryOperator>(kOperatorNames, symbol);
}
std::optional<Conversion> find_conversion(std::string_view name) {
  return find_name<Conversion>(kConversionNames, name);
}

bool works_on_lines(RangeFunction function) {
  return function <= RangeFunction::kBytesRate || function == RangeFunction::kAbsentOverTime;
}
bool works_on_values(RangeFunction function) {
  return function >= RangeFunction::kRateCounter || function == RangeFunction::kRate;
}
bool takes_grouping(RangeFunction function) {
  return function >= RangeFunction::kAvgOverTime && function <= RangeFunction::kLastOverTime;
}
bool counts_bytes(RangeFunction function) {
  return function == RangeFunction::kBytesOverTime || function == RangeFunction::kBytesRate;
}

bool can_be_added_up(RangeFunction function) {
  return function <= RangeFunction::kMaxOverTime && function != RangeFunction::kRateCounter;
}

bool takes_parameter(VectorFunction function) {
  return function >= VectorFunction::kTopk && function <= VectorFunction::kApproxTopk;
}

bool is_comparison(BinaryOperator op) { return op >= BinaryOperator::kEqual && op <= BinaryOperator::kLessOrEqual; }
bool is_set_operator(BinaryOperator op) { return op >= BinaryOperator::kAnd; }

int precedence_of(BinaryOperator op) {
  if (op == BinaryOperator::kOr) return 1;
  if (is_set_operator(op)) return 2;
  if (is_comparison(op)) return 3;
  if (op <= BinaryOperator::kSubtract) return 4;
  return op == BinaryOperator::kPower ? 6 : 5;
}

}  // namespace oc::query
