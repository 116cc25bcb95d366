// eq, ne, lt, le, gt, ge of Go's text/template.
#include <fmt/format.h>

#include "query/logql/templates/go_print.h"
#include "query/logql/templates/template_function.h"

namespace oc::query {

namespace {

using ComparedType = TemplateValue::Type;

enum class BasicKind { kNone, kBool, kInt, kUint, kFloat, kString };

BasicKind basic_kind(const TemplateValue& value) {
  switch (value.type()) {
    case ComparedType::kBool:
      return BasicKind::kBool;
    case ComparedType::kInt:
    case ComparedType::kInt64:
      return BasicKind::kInt;
    case ComparedType::kUint8:
      return BasicKind::kUint;
    case ComparedType::kFloat:
      return BasicKind::kFloat;
    case ComparedType::kString:
      return BasicKind::kString;
    default:
      return BasicKind::kNone;
  }
}

bool both_whole(BasicKind a, BasicKind b) {
  return (a == BasicKind::kInt && b == BasicKind::kUint) || (a == BasicKind::kUint && b == BasicKind::kInt);
}

std::unexpected<Error> incompatible(const TemplateValue& a, const TemplateValue& b) {
  return permanent(
      fmt::format("incompatible types for comparison: {} and {}", a.inner_type_name(), b.inner_type_name()));
}

bool same_time(const GoTime& a, const GoTime& b) {
  return a.seconds == b.seconds && a.nanos == b.nanos && a.place == b.place && a.offset_seconds == b.offset_seconds;
}

// Of values that are neither numbers nor texts nor bools.
Result<bool> equal_others(const TemplateValue& a, const TemplateValue& b) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() && b.is_nothing();
  if (a.type() != b.type()) {
    std::string shown_a, shown_b;
    append_value(shown_a, a);
    append_value(shown_b, b);
    return permanent(
        fmt::format("non-comparable types {}: {}, {}: {}", shown_a, a.inner_type_name(), b.inner_type_name(), shown_b));
  }
  if (a.is(ComparedType::kTime)) return same_time(a.as_time(), b.as_time());
  std::string shown;
  append_value(shown, b);
  return permanent(fmt::format("non-comparable type {}: {}", shown, b.inner_type_name()));
}

Result<bool> equal_two(const TemplateValue& a, const TemplateValue& b) {
  const auto kind_a = basic_kind(a), kind_b = basic_kind(b);
  if (kind_a != kind_b) {
    if (both_whole(kind_a, kind_b)) return a.as_integer() == b.as_integer();
    if (!a.is_nothing() && !b.is_nothing()) return incompatible(a, b);
    return false;
  }
  switch (kind_a) {
    case BasicKind::kFloat:
      return a.as_number() == b.as_number();
    case BasicKind::kString:
      return a.as_string() == b.as_string();
    case BasicKind::kNone:
      return equal_others(a, b);
    default:
      return a.as_integer() == b.as_integer();
  }
}

Result<bool> less_two(const TemplateValue& a, const TemplateValue& b) {
  const auto kind_a = basic_kind(a), kind_b = basic_kind(b);
  const auto refuse = [] { return permanent("invalid type for comparison"); };
  if (kind_a == BasicKind::kNone || kind_b == BasicKind::kNone) return refuse();
  if (kind_a != kind_b && !both_whole(kind_a, kind_b)) return incompatible(a, b);
  if (kind_a == BasicKind::kBool) return refuse();
  if (kind_a == BasicKind::kFloat) return a.as_number() < b.as_number();
  if (kind_a == BasicKind::kString) return a.as_string() < b.as_string();
  return a.as_integer() < b.as_integer();
}

// NaN is neither less nor equal, so `le` asks both.
Result<bool> less_or_equal(const TemplateValue& a, const TemplateValue& b) {
  OC_TRY_ASSIGN(const bool less, less_two(a, b));
  if (less) return true;
  return equal_two(a, b);
}

// eq a b c: a is one of the others.
Result<TemplateValue> equal_any(const TemplateCall&, TemplateArguments arguments) {
  if (arguments.size() < 2) return permanent("missing argument for comparison");
  for (const auto& other : arguments.subspan(1)) {
    OC_TRY_ASSIGN(const bool same, equal_two(arguments[0], other));
    if (same) return TemplateValue::boolean(true);
  }
  return TemplateValue::boolean(false);
}

template <Result<bool> (*compare)(const TemplateValue&, const TemplateValue&), bool wanted>
Result<TemplateValue> compared(const TemplateCall&, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const bool holds, compare(arguments[0], arguments[1]));
  return TemplateValue::boolean(holds == wanted);
}

constexpr TemplateFunction kComparisons[] = {{"eq", "vv*", equal_any},
                                             {"ne", "vv", compared<equal_two, false>},
                                             {"lt", "vv", compared<less_two, true>},
                                             {"le", "vv", compared<less_or_equal, true>},
                                             {"gt", "vv", compared<less_or_equal, false>},
                                             {"ge", "vv", compared<less_two, false>}};

}  // namespace

std::span<const TemplateFunction> comparison_functions() { return kComparisons; }

}  // namespace oc::query
