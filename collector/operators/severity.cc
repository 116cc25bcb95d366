#include "collector/operators/severity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "collector/operators/parser_keys.h"
#include "collector/operators/whole_number.h"
#include "collector/record/config_literal.h"

namespace oc::collector {

namespace {

constexpr std::array<std::string_view, 24> kNames = {"trace",  "trace2", "trace3", "trace4", "debug",  "debug2",
                                                     "debug3", "debug4", "info",   "info2",  "info3",  "info4",
                                                     "warn",   "warn2",  "warn3",  "warn4",  "error",  "error2",
                                                     "error3", "error4", "fatal",  "fatal2", "fatal3", "fatal4"};
// A range of a mapping is written out, number by number.
constexpr std::int64_t kWidestRange = 10'000;

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return made;
}

std::optional<std::int32_t> number_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, lower(name));
  if (found == kNames.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - kNames.begin()) + 1;
}

std::string upper_name(std::int32_t number) {
  std::string made(kNames[static_cast<std::size_t>(number - 1)]);
  for (char& c : made)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
  return made;
}

// At most 8 bytes, none of them 0, in lower case: one number for each text.
std::uint64_t short_text(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) number = number << 8 | static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return number;
}

// A whole number; nullopt: it is none.
std::optional<std::int64_t> whole(const Value& value) {
  if (value.type == Value::Type::kInt) return value.integer;
  if (value.type != Value::Type::kDouble || !(std::abs(value.number) < 1e15)) return std::nullopt;
  const auto number = static_cast<std::int64_t>(value.number);
  return static_cast<double>(number) == value.number ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<SeverityParser> SeverityParser::parse(ConfigReader& reader) {
  std::string preset = "default";
  const auto from = read_field(reader, "parse_from");
  reader.text("preset", preset);
  if (!from) {
    reader.fail("parse_from", "'parse_from' is missing");
    return std::nullopt;
  }
  SeverityParser made(*from);
  reader.boolean("overwrite_text", made.overwrite_text_);
  if (preset.empty()) preset = "default";
  if (preset != "default" && preset != "otel" && preset != "aliases" && preset != "none")
    reader.fail("preset", fmt::format("'preset' must be default, otel, aliases or none, not '{}'", preset));
  made.add_preset(preset);
  made.read_mapping(reader);
  made.finish();
  return made;
}

void SeverityParser::add_preset(std::string_view preset) {
  if (preset == "none") return;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto number = static_cast<std::int32_t>(i) + 1;
    numbers_[std::string(kNames[i])] = number;
    numbers_[std::to_string(number)] = number;
  }
  if (preset != "default") return;
  for (const std::string_view level : {"", "2", "3", "4"}) {
    numbers_[fmt::format("warning{}", level)] = *number_of(fmt::format("warn{}", level));
    numbers_[fmt::format("err{}", level)] = *number_of(fmt::format("error{}", level));
  }
}

void SeverityParser::read_mapping(ConfigReader& reader) {
  const auto* mapping = reader.child("mapping");
  if (!mapping) return;
  if (!mapping->is_map()) return reader.fail("mapping", "'mapping' must be a map of severities");
  for (const auto& field : mapping->fields) {
    auto number = number_of(field.key);
    if (const auto digits = whole_number(field.key); digits && *digits >= 1 && *digits <= 24)
      number = static_cast<std::int32_t>(*digits);
    if (!number)
      return reader.fail("mapping", fmt::format("'{}' is not a severity", field.key),
                         nearest_hint(field.key, {kNames.begin(), kNames.end()}));
    if (field.value.kind == ConfigValue::Kind::kList) {
      for (const auto& item : field.value.items) add_mapped(reader, *number, item);
    } else {
      add_mapped(reader, *number, field.value);
    }
  }
}

void SeverityParser::add_mapped(ConfigReader& reader, std::int32_t number, const ConfigValue& value) {
  if (value.is_map()) {
    const auto* least = value.find("min");
    const auto* most = value.find("max");
    const auto from = least ? whole_number(least->scalar) : std::nullopt;
    const auto to = most ? whole_number(most->scalar) : std::nullopt;
    if (!from || !to || std::abs(*to - *from) > kWidestRange)
      return reader.fail("mapping", "a range of 'mapping' needs 'min' and 'max', at most 10000 apart");
    return add_range(std::min(*from, *to), std::max(*from, *to), number);
  }
  const std::string_view text = value.scalar;
  if (text.size() == 3 && text[0] >= '2' && text[0] <= '5' && text.ends_with("xx")) {
    const std::int64_t hundreds = (text[0] - '0') * 100;
    return add_range(hundreds, hundreds + 99, number);
  }
  Arena arena;
  const Value typed = literal(value, arena);
  if (!typed.is_string() && typed.type != Value::Type::kInt)
    return reader.fail("mapping", fmt::format("'{}' of 'mapping' is neither a text nor a whole number", text),
                       "put it in quotes");
  numbers_[typed.is_string() ? lower(typed.text()) : std::to_string(typed.integer)] = number;
}

void SeverityParser::add_range(std::int64_t from, std::int64_t to, std::int32_t number) {
  for (auto at = from; at <= to; ++at) numbers_[std::to_string(at)] = number;
}

void SeverityParser::finish() {
  for (const auto& [text, number] : numbers_) {
    longest_ = std::max(longest_, text.size());
    if (text.size() <= sizeof(std::uint64_t)) short_ones_.emplace_back(short_text(text), number);
  }
  std::ranges::sort(short_ones_);
}

// 0: it is not mapped.
std::int32_t SeverityParser::number_for(std::string_view text) const {
  if (text.size() > longest_) return 0;
  if (text.size() <= sizeof(std::uint64_t) && text.find('\0') == std::string_view::npos) {
    const auto wanted = short_text(text);
    const auto found =
        std::ranges::lower_bound(short_ones_, wanted, {}, &std::pair<std::uint64_t, std::int32_t>::first);
    return found == short_ones_.end() || found->first != wanted ? 0 : found->second;
  }
  const auto found = numbers_.find(lower(text));  // short enough for no memory to be taken
  return found == numbers_.end() ? 0 : found->second;
}

Status SeverityParser::apply(LogRecord& record, Arena& arena) const {
  const Value* value = from_.get(record);
  if (!value) return permanent("the severity's parse_from is not there");
  std::string_view text;
  if (value->is_string()) {
    text = value->text();
  } else if (const auto number = whole(*value)) {
    text = arena.copy(std::to_string(*number));
  } else {
    return permanent("the severity's parse_from is neither a text nor a whole number");
  }
  const auto number = number_for(text);
  record.set_severity(number, overwrite_text_ && number > 0 ? arena.copy(upper_name(number)) : text);
  return {};
}

}  // namespace oc::collector
