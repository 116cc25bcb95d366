#include "collector/pipeline/config_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "collector/record/config_literal.h"

namespace oc::collector {

namespace {

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> unit_nanoseconds(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "µs") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  if (unit == "m") return 60e9;
  if (unit == "h") return 3600e9;
  return std::nullopt;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] != b[j])});
      diagonal = above;
    }
  }
  return row.back();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

constexpr bool is_digit_or_point(char c) { return (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (const auto plain = parse_number<std::int64_t>(text))
    return *plain < 0 ? std::nullopt : std::optional<Duration>(*plain);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto number_end = std::ranges::find_if_not(text, is_digit_or_point) - text.begin();
    const auto number = parse_number<double>(text.substr(0, number_end));
    text.remove_prefix(number_end);
    const auto unit_end = std::ranges::find_if(text, is_digit_or_point) - text.begin();
    const auto unit = unit_nanoseconds(text.substr(0, unit_end));
    if (!number || !unit) return std::nullopt;
    total += *number * *unit;
    text.remove_prefix(unit_end);
  }
  if (total > 9e18) return std::nullopt;
  return Duration(std::llround(total));
}

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  const auto number_end = std::ranges::find_if_not(text, is_digit_or_point) - text.begin();
  const auto number = parse_number<double>(text.substr(0, number_end));
  std::string unit;
  for (const char c : text.substr(number_end))
    if (c != ' ') unit += static_cast<char>(c | 0x20);
  if (!number) return std::nullopt;
  if (unit.ends_with('b')) unit.pop_back();
  const bool binary = unit.ends_with('i');
  if (binary) unit.pop_back();
  const auto letter = std::string_view("kmgt").find(unit);
  if (unit.size() > 1 || letter == std::string_view::npos || (binary && unit.empty())) return std::nullopt;
  const auto power = unit.empty() ? 0 : letter + 1;
  const double bytes = *number * std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power));
  if (bytes > 9e18) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearest =
      std::ranges::min_element(candidates, {}, [&](const auto& name) { return edit_distance(word, name); });
  if (nearest == candidates.end() || edit_distance(word, *nearest) > std::max<std::size_t>(1, word.size() / 3))
    return {};
  return fmt::format("did you mean '{}'?", *nearest);
}

ConfigReader::ConfigReader(const ConfigValue& map, std::string owner) : map_(map), owner_(std::move(owner)) {
  if (map.kind == ConfigValue::Kind::kScalar || map.kind == ConfigValue::Kind::kList)
    error_ =
        Error{Error::Kind::kPermanent, fmt::format("{}: {}: a map of keys is expected here", map.place, owner_), {}};
}

const ConfigValue* ConfigReader::child(std::string_view key) {
  known_.emplace_back(key);
  const auto* value = map_.find(key);
  return value && value->kind != ConfigValue::Kind::kNull ? value : nullptr;
}

void ConfigReader::fail(std::string_view key, std::string message, std::string next_step) {
  if (error_) return;
  const auto* value = map_.find(key);
  error_ = Error{Error::Kind::kPermanent, fmt::format("{}: {}: {}", value ? value->place : map_.place, owner_, message),
                 std::move(next_step)};
}

void ConfigReader::fail_with(Error error) {
  if (!error_) error_ = std::move(error);
}

const ConfigValue* ConfigReader::scalar(std::string_view key) {
  const auto* value = child(key);
  if (value && value->kind != ConfigValue::Kind::kScalar) {
    fail(key, fmt::format("'{}' must be a single value", key));
    return nullptr;
  }
  return value;
}

template <typename T>
void ConfigReader::put(std::string_view key, T& out, std::optional<T> value, std::string_view expected) {
  if (value) {
    out = *value;
  } else {
    fail(key, fmt::format("'{}' must be {}, not '{}'", key, expected, map_.find(key)->scalar));
  }
}

void ConfigReader::text(std::string_view key, std::string& out) {
  if (const auto* value = scalar(key)) out = value->scalar;
}

void ConfigReader::boolean(std::string_view key, bool& out) {
  const auto* value = scalar(key);
  if (!value) return;
  const auto& text = value->scalar;
  std::optional<bool> parsed;
  if (text == "true" || text == "True" || text == "TRUE") parsed = true;
  if (text == "false" || text == "False" || text == "FALSE") parsed = false;
  put(key, out, parsed, "true or false");
}

void ConfigReader::integer(std::string_view key, std::int64_t& out, std::int64_t lowest, std::int64_t highest) {
  const auto* value = scalar(key);
  if (!value) return;
  auto parsed = parse_number<std::int64_t>(value->scalar);
  if (parsed && (*parsed < lowest || *parsed > highest)) parsed.reset();
  put(key, out, parsed, fmt::format("a whole number from {} to {}", lowest, highest));
}

void ConfigReader::number(std::string_view key, double& out, double lowest, double highest) {
  const auto* value = scalar(key);
  if (!value) return;
  auto parsed = parse_number<double>(value->scalar);
  if (parsed && !(*parsed >= lowest && *parsed <= highest)) parsed.reset();
  put(key, out, parsed, fmt::format("a number from {} to {}", lowest, highest));
}

void ConfigReader::duration(std::string_view key, Duration& out) {
  if (const auto* value = scalar(key))
    put(key, out, parse_duration(value->scalar), "a duration such as 200ms, 1m30s or 0");
}

void ConfigReader::byte_size(std::string_view key, std::uint64_t& out) {
  if (const auto* value = scalar(key))
    put(key, out, parse_byte_size(value->scalar), "a size such as 1000, 64KiB or 1MiB");
}

void ConfigReader::text_list(std::string_view key, std::vector<std::string>& out) {
  const auto* value = child(key);
  if (!value) return;
  if (value->kind == ConfigValue::Kind::kScalar) {
    out = {value->scalar};
    return;
  }
  out.clear();
  for (const auto& item : value->items) {
    if (item.kind != ConfigValue::Kind::kScalar) return fail(key, fmt::format("'{}' must be a list of texts", key));
    out.push_back(item.scalar);
  }
  if (value->is_map()) fail(key, fmt::format("'{}' must be a list of texts", key));
}

void ConfigReader::text_map(std::string_view key, std::map<std::string, std::string>& out) {
  const auto* value = child(key);
  if (!value) return;
  if (!value->is_map()) return fail(key, fmt::format("'{}' must be a map of texts", key));
  std::vector<std::string> wrong;
  Arena arena;
  for (const auto& field : value->fields) {
    const Value read = literal(field.value, arena);
    if (field.value.expanded || read.is_string() || read.is_null())
      out[field.key] = field.value.scalar;
    else
      wrong.push_back(fmt::format("'{}[{}]'", key, field.key));
  }
  if (!wrong.empty()) fail(key, fmt::format("{} must be text", fmt::join(wrong, ", ")), "put it into quotes");
}

void ConfigReader::not_supported(std::initializer_list<std::string_view> keys) {
  unsupported_.insert(unsupported_.end(), keys.begin(), keys.end());
}

Status ConfigReader::finish() {
  for (const auto& field : map_.fields) {
    if (contains(known_, field.key) || (error_ && contains(unsupported_, field.key))) continue;
    if (contains(unsupported_, field.key)) {
      return permanent(fmt::format("{}: {}: '{}' is not supported yet", field.place, owner_, field.key),
                       "remove the key, or run this config with the official collector");
    }
    auto hint = nearest_hint(field.key, known_);
    if (hint.empty()) hint = fmt::format("known keys: {}", fmt::join(known_, ", "));
    return permanent(fmt::format("{}: {}: unknown key '{}'", field.place, owner_, field.key), std::move(hint));
  }
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace oc::collector
