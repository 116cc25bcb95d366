// The functions, operators and conversions of LogQL by name.
#pragma once

#include <optional>
#include <string_view>

namespace oc::query {

enum class RangeFunction {
  kCountOverTime,
  kRate,
  kBytesOverTime,
  kBytesRate,
  kRateCounter,
  kSumOverTime,
  kAvgOverTime,
  kMinOverTime,
  kMaxOverTime,
  kStddevOverTime,
  kStdvarOverTime,
  kQuantileOverTime,
  kFirstOverTime,
  kLastOverTime,
  kAbsentOverTime
};

enum class VectorFunction {
  kSum,
  kMin,
  kMax,
  kAvg,
  kCount,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kApproxTopk,
  kSort,
  kSortDesc
};

enum class BinaryOperator {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
  kAnd,
  kOr,
  kUnless
};

enum class Conversion { kNumber, kBytes, kDuration, kDurationSeconds };  // of an unwrapped label

std::string_view name_of(RangeFunction function);
std::string_view name_of(VectorFunction function);
std::string_view name_of(BinaryOperator op);
std::string_view name_of(Conversion conversion);  // "" for a number

std::optional<RangeFunction> find_range_function(std::string_view name);
std::optional<VectorFunction> find_vector_function(std::string_view name);
std::optional<BinaryOperator> find_binary_operator(std::string_view symbol);
std::optional<Conversion> find_conversion(std::string_view name);

// Whether it counts lines or their bytes when nothing is unwrapped; the others need an unwrapped value.
bool works_on_lines(RangeFunction function);
bool works_on_values(RangeFunction function);
bool takes_grouping(RangeFunction function);
bool counts_bytes(RangeFunction function);
bool can_be_added_up(RangeFunction function);  // what it says of two halves of the samples makes that of all

bool takes_parameter(VectorFunction function);  // topk and its like

bool is_comparison(BinaryOperator op);
bool is_set_operator(BinaryOperator op);
int precedence_of(BinaryOperator op);  // higher binds tighter

}  // namespace oc::query
