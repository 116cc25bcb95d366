// An OTLP AnyValue as a view into the encoded request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::contracts::otlp {

// Deeper values are refused: each level costs stack, and no sender nests so far.
inline constexpr int kMaxValueDepth = 64;

struct ValueView {
  enum class Type { kEmpty, kString, kBool, kInt, kDouble, kArray, kMap, kBytes };
  Type type = Type::kEmpty;
  std::string_view bytes;  // of a string or bytes; the encoded ArrayValue or KeyValueList
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
};

struct AttributeView {
  std::string_view key;
  ValueView value;
};

// `encoded` is a KeyValue or an AnyValue message. Everything nested is checked, so that the functions below cannot
// fail.
Result<AttributeView> parse_attribute(std::string_view encoded);
Result<ValueView> parse_value(std::string_view encoded);
// The same into a fresh one, where it stays: to be handed on is half of what a value costs. Whole only without an
// error.
Status parse_attribute(std::string_view encoded, AttributeView& into);
Status parse_value(std::string_view encoded, ValueView& into);

std::vector<AttributeView> map_entries(const ValueView& map);
std::vector<ValueView> array_items(const ValueView& array);

// As pdata's Value.AsString (what the collector and Loki show): a string as it is, numbers as ECMAScript writes them,
// bytes as base64, maps and arrays as JSON with sorted keys, empty as "".
std::string to_text(const ValueView& value);

}  // namespace oc::contracts::otlp
