#include "collector/operators/epoch_time.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/operators/whole_number.h"

namespace oc::collector {

namespace {

struct EpochLayout {
  std::string_view name;
  Nanos unit;      // of the whole part
  Nanos fraction;  // of a count behind the point; 0: there is none
  int decimals;    // with which a real number is written
};
constexpr Nanos kSecondNs = 1'000'000'000;
constexpr EpochLayout kEpochLayouts[] = {
    {"s", kSecondNs, 0, 0},   {"ms", 1'000'000, 0, 0},           {"us", 1'000, 0, 0},
    {"ns", 1, 0, 0},          {"s.ms", kSecondNs, 1'000'000, 3}, {"s.us", kSecondNs, 1'000, 6},
    {"s.ns", kSecondNs, 1, 9}};

const EpochLayout& rules_of(std::string_view layout) {
  return *std::ranges::find(kEpochLayouts, layout, &EpochLayout::name);
}

// As strconv.ParseInt: a sign may stand before it.
std::optional<std::int64_t> signed_number(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  return whole_number(text);
}

}  // namespace

bool is_epoch_layout(std::string_view layout) {
  return std::ranges::find(kEpochLayouts, layout, &EpochLayout::name) != std::end(kEpochLayouts);
}

std::optional<Nanos> parse_epoch(std::string_view text, std::string_view layout) {
  const auto& rules = rules_of(layout);
  const auto point = rules.fraction > 0 ? text.find('.') : std::string_view::npos;
  if (rules.fraction > 0 && point == std::string_view::npos) return std::nullopt;
  const auto whole = signed_number(text.substr(0, point));
  const auto part = rules.fraction > 0 ? signed_number(text.substr(point + 1)) : std::optional<std::int64_t>(0);
  Nanos time = 0, rest = 0;
  if (!whole || !part || __builtin_mul_overflow(*whole, rules.unit, &time)) return std::nullopt;
  if (__builtin_mul_overflow(*part, rules.fraction, &rest) || __builtin_add_overflow(time, rest, &time))
    return std::nullopt;
  return time;
}

// A number is written as the layout has it first, as in the official collector: of whole ones what is behind the point
// is cut off.
std::optional<Nanos> epoch_of(const contracts::otlp::Value& value, std::string_view layout) {
  using Type = contracts::otlp::Value::Type;
  const auto& rules = rules_of(layout);
  if (value.is_string() || value.type == Type::kBytes) return parse_epoch(value.text(), layout);
  Nanos time = 0;
  if (value.type == Type::kInt)
    return __builtin_mul_overflow(value.integer, rules.unit, &time) ? std::nullopt : std::optional(time);
  if (value.type != Type::kDouble || !(value.number > -9.2e18 && value.number < 9.2e18)) return std::nullopt;
  if (rules.fraction > 0) return parse_epoch(fmt::format("{:10.{}f}", value.number, rules.decimals), layout);
  const auto whole = static_cast<std::int64_t>(value.number);
  return __builtin_mul_overflow(whole, rules.unit, &time) ? std::nullopt : std::optional(time);
}

}  // namespace oc::collector
