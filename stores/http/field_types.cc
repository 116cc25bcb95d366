#include "stores/http/field_types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

bool is_whole_number(std::string_view value) {
  if (value.starts_with('+')) value.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size();
}

bool is_boolean(std::string_view value) {  // strconv.ParseBool; 0 and 1 are numbers before
  constexpr std::array<std::string_view, 10> kWords = {"t", "T", "true",  "TRUE",  "True",
                                                       "f", "F", "false", "FALSE", "False"};
  return std::ranges::find(kWords, value) != kWords.end();
}

bool ends_in_byte_unit(std::string_view value) {
  const auto digits = value.find_last_of("0123456789. ");
  return digits != std::string_view::npos && digits + 1 < value.size();
}

// github.com/dustin/go-humanize, Bytes.
std::string short_bytes(double bytes) {
  constexpr std::array<std::string_view, 7> kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  constexpr double kBase = 1000, kTenths = 10;
  if (bytes < kTenths) return fmt::format("{}B", static_cast<std::uint64_t>(bytes));
  const auto power = std::min(std::floor(std::log(bytes) / std::log(kBase)), 6.0);
  const auto value = std::floor(bytes / std::pow(kBase, power) * kTenths + 0.5) / kTenths;
  const auto unit = kUnits[static_cast<std::size_t>(power)];
  return value < kTenths ? fmt::format("{:.1f}{}", value, unit) : fmt::format("{:.0f}{}", value, unit);
}

}  // namespace

std::string_view field_type(std::string_view value) {
  if (is_whole_number(value)) return "int";
  if (query::go_parse_float(value)) return "float";
  if (is_boolean(value)) return "boolean";
  if (query::go_parse_duration(value)) return "duration";
  if (query::parse_byte_size(value)) return "bytes";
  return "string";
}

std::string as_query_value(std::string_view value) {
  if (!ends_in_byte_unit(value)) return std::string(value);
  const auto bytes = query::parse_byte_size(value);
  return bytes ? short_bytes(*bytes) : std::string(value);
}

}  // namespace oc::stores
