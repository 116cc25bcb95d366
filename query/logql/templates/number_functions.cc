// Functions on numbers, sprig's: each takes whatever can be read as a number, and reads what can't as 0.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "query/logql/go_text.h"
#include "query/logql/templates/go_number.h"
#include "query/logql/templates/template_function.h"

namespace oc::query {

namespace {

using NumberType = TemplateValue::Type;

// "-12.50" is -12; other texts stay as they are.
std::string without_decimals(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return std::string(text);
  const auto is_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  auto whole = text.substr(0, point);
  const bool has_sign = whole.starts_with('-') || whole.starts_with('+');
  if (!is_digits(whole.substr(has_sign ? 1 : 0)) || !is_digits(text.substr(point + 1))) return std::string(text);
  return std::string(whole) + (whole.size() == (has_sign ? 1 : 0) ? "0" : "");
}

// What the machine makes of it: out of range is the smallest number.
std::int64_t to_integer(double value) {
  if (!(value > -0x1p63 && value < 0x1p63)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::int64_t to_integer(const TemplateValue& value) {
  switch (value.type()) {
    case NumberType::kBool:
    case NumberType::kInt:
    case NumberType::kInt64:
    case NumberType::kUint8:
      return value.as_integer();
    case NumberType::kFloat:
      return to_integer(value.as_number());
    case NumberType::kString:
      return go_parse_int(without_decimals(value.as_string()), 0).value_or(0);
    default:
      return 0;
  }
}

double to_float(const TemplateValue& value) {
  if (value.is(NumberType::kFloat)) return value.as_number();
  if (value.is_integer() || value.is(NumberType::kBool)) return static_cast<double>(value.as_integer());
  return value.is_text() ? go_parse_float(value.as_string()).value_or(0) : 0;
}

// Whole numbers wrap around, as Go's.
std::uint64_t unsigned_of(const TemplateValue& value) { return static_cast<std::uint64_t>(to_integer(value)); }
TemplateValue whole(std::uint64_t value) {
  return TemplateValue::integer(static_cast<std::int64_t>(value), NumberType::kInt64);
}

Result<TemplateValue> as_int(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::integer(to_integer(arguments[0]));
}
Result<TemplateValue> as_float64(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::number(to_float(arguments[0]));
}

Result<TemplateValue> add(const TemplateCall&, TemplateArguments arguments) {
  std::uint64_t sum = 0;
  for (const auto& value : arguments) sum += unsigned_of(value);
  return whole(sum);
}
Result<TemplateValue> subtract(const TemplateCall&, TemplateArguments arguments) {
  return whole(unsigned_of(arguments[0]) - unsigned_of(arguments[1]));
}
Result<TemplateValue> multiply(const TemplateCall&, TemplateArguments arguments) {
  std::uint64_t product = 1;
  for (const auto& value : arguments) product *= unsigned_of(value);
  return whole(product);
}

template <bool remainder>
Result<TemplateValue> divide(const TemplateCall&, TemplateArguments arguments) {
  const auto a = to_integer(arguments[0]), b = to_integer(arguments[1]);
  if (b == 0) return permanent("runtime error: integer divide by zero");
  if (b == -1) return whole(remainder ? 0 : 0 - static_cast<std::uint64_t>(a));
  return TemplateValue::integer(remainder ? a % b : a / b, NumberType::kInt64);
}

// sprig computes these with decimal numbers, so that 0.1 + 0.2 is 0.3; a number with more digits than a double, read
// from the double's text, gives the same.
long double decimal(double value) {
  const auto text = go_format_float(value);
  long double precise = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), precise);
  return error == std::errc() ? precise : value;
}

template <typename Operation>
Result<TemplateValue> with_decimals(TemplateArguments arguments, long double start, Operation operation) {
  for (const auto& value : arguments) {
    const auto number = to_float(value);
    if (!std::isfinite(number)) return permanent("Cannot create a Decimal from " + go_format_float(number));
    OC_TRY_ASSIGN(start, operation(start, decimal(number)));
  }
  return TemplateValue::number(static_cast<double>(start));
}

using Decimal = Result<long double>;

Result<TemplateValue> add_floats(const TemplateCall&, TemplateArguments arguments) {
  return with_decimals(arguments, 0, [](long double a, long double b) -> Decimal { return a + b; });
}
Result<TemplateValue> subtract_floats(const TemplateCall&, TemplateArguments arguments) {
  return with_decimals(arguments.subspan(1), decimal(to_float(arguments[0])),
                       [](long double a, long double b) -> Decimal { return a - b; });
}
Result<TemplateValue> multiply_floats(const TemplateCall&, TemplateArguments arguments) {
  return with_decimals(arguments, 1, [](long double a, long double b) -> Decimal { return a * b; });
}
Result<TemplateValue> divide_floats(const TemplateCall&, TemplateArguments arguments) {
  constexpr long double kPlaces = 1e16L;  // behind the point
  return with_decimals(arguments.subspan(1), decimal(to_float(arguments[0])),
                       [](long double a, long double b) -> Decimal {
                         if (b == 0) return permanent("decimal division by 0");
                         return std::roundl(a / b * kPlaces) / kPlaces;
                       });
}

template <bool largest>
Result<TemplateValue> extreme(const TemplateCall&, TemplateArguments arguments) {
  auto found = to_integer(arguments[0]);
  for (const auto& value : arguments)
    found = largest ? std::max(found, to_integer(value)) : std::min(found, to_integer(value));
  return TemplateValue::integer(found, NumberType::kInt64);
}

template <bool largest>
Result<TemplateValue> extreme_float(const TemplateCall&, TemplateArguments arguments) {
  auto found = to_float(arguments[0]);
  for (const auto& value : arguments) {
    const auto number = to_float(value);
    if (std::isnan(found) || std::isnan(number)) return TemplateValue::number(std::numeric_limits<double>::quiet_NaN());
    found = largest ? std::max(found, number) : std::min(found, number);
  }
  return TemplateValue::number(found);
}

Result<TemplateValue> ceiling(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::number(std::ceil(to_float(arguments[0])));
}
Result<TemplateValue> floor_of(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::number(std::floor(to_float(arguments[0])));
}

// To so many digits behind the point; from which fraction on it goes up may be said.
Result<TemplateValue> rounded(const TemplateCall&, TemplateArguments arguments) {
  constexpr double kHalf = 0.5;
  const double up_from = arguments.size() > 2 ? arguments[2].as_number() : kHalf;
  const double power = std::pow(10.0, static_cast<double>(arguments[1].as_integer()));
  const double shifted = power * to_float(arguments[0]);
  const double fraction = shifted - std::trunc(shifted);
  return TemplateValue::number((fraction >= up_from ? std::ceil(shifted) : std::floor(shifted)) / power);
}

constexpr TemplateFunction kNumbers[] = {{"int", "a", as_int},
                                         {"float64", "a", as_float64},
                                         {"add", "a*", add},
                                         {"sub", "aa", subtract},
                                         {"mul", "aa*", multiply},
                                         {"div", "aa", divide<false>},
                                         {"mod", "aa", divide<true>},
                                         {"addf", "a*", add_floats},
                                         {"subf", "aa*", subtract_floats},
                                         {"mulf", "aa*", multiply_floats},
                                         {"divf", "aa*", divide_floats},
                                         {"max", "aa*", extreme<true>},
                                         {"min", "aa*", extreme<false>},
                                         {"maxf", "aa*", extreme_float<true>},
                                         {"minf", "aa*", extreme_float<false>},
                                         {"ceil", "a", ceiling},
                                         {"floor", "a", floor_of},
                                         {"round", "aif*", rounded}};

}  // namespace

std::span<const TemplateFunction> number_functions() { return kNumbers; }

}  // namespace oc::query
