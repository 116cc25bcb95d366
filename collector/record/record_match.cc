#include "collector/record/record_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/record/config_literal.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

bool RecordMatch::Text::matches(std::string_view text) const {
  return regex ? re2::RE2::PartialMatch(piece(text), *regex) : text == exact;
}

namespace {

// Unlike equal(), 5 is not 5.0: as the official collector has it.
bool same(const Value& one, const Value& other) {
  if (one.type != other.type) return false;
  if (one.is_list()) return std::ranges::equal(one.items(), other.items(), same);
  return otlp::equal(one, other);
}

}  // namespace

bool RecordMatch::Attribute::matches(const Value& map) const {
  const Value* found = map.is_map() ? map.find(key) : nullptr;
  if (!found) return false;
  if (regex) return re2::RE2::PartialMatch(otlp::to_text(*found), *regex);
  return !exact || same(*found, *exact);
}

RecordMatch::Text RecordMatch::text(ConfigReader& reader, std::string_view key, std::string given) const {
  if (!regexp_) return {std::move(given), nullptr};
  auto regex = compile_regex(given);
  if (regex) return {{}, std::move(*regex)};
  reader.fail(key, regex.error().message);
  return {};
}

std::vector<RecordMatch::Library> RecordMatch::libraries(ConfigReader& reader) const {
  std::vector<Library> made;
  const auto* list = reader.child("libraries");
  if (list && list->kind != ConfigValue::Kind::kList) reader.fail("libraries", "'libraries' must be a list");
  for (std::size_t i = 0; list && i < list->items.size(); ++i) {
    ConfigReader inner(list->items[i], reader.owner() + ": libraries");
    std::string name, version;
    inner.text("name", name);
    inner.text("version", version);
    Library library{text(inner, "name", name), {}};
    if (inner.child("version")) library.version = text(inner, "version", version);
    if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
    made.push_back(std::move(library));
  }
  return made;
}

std::vector<RecordMatch::Text> RecordMatch::texts(ConfigReader& reader, std::string_view key) const {
  std::vector<std::string> given;
  std::vector<Text> made;
  reader.text_list(key, given);
  for (auto& each : given) made.push_back(text(reader, key, std::move(each)));
  return made;
}

void RecordMatch::read_attribute(ConfigReader& reader, const ConfigValue& value, std::vector<Attribute>& out) {
  ConfigReader inner(value, reader.owner());
  Attribute made;
  inner.text("key", made.key);
  if (made.key.empty()) inner.fail("key", "'key' is missing");
  if (const auto* wanted = inner.child("value")) {
    if (!regexp_) {
      made.exact = literal(*wanted, constants_);
    } else if (const Value pattern = literal(*wanted, constants_); !pattern.is_string()) {
      inner.fail("value", "a regex is a text: write it in quotes");
    } else if (auto regex = compile_regex(wanted->scalar)) {
      made.regex = std::move(*regex);
    } else {
      inner.fail("value", regex.error().message);
    }
  }
  if (auto finished = inner.finish(); !finished) return reader.fail_with(finished.error());
  out.push_back(std::move(made));
}

std::vector<RecordMatch::Attribute> RecordMatch::attributes(ConfigReader& reader, std::string_view key) {
  std::vector<Attribute> made;
  const auto* list = reader.child(key);
  if (list && list->kind != ConfigValue::Kind::kList) reader.fail(key, fmt::format("'{}' must be a list", key));
  if (list)
    for (const auto& item : list->items) read_attribute(reader, item, made);
  return made;
}

namespace {

// TRACE to FATAL4. False: `min` is no name.
bool read_severity_name(ConfigReader& reader, std::int64_t& least) {
  constexpr std::string_view kNames[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  const auto* value = reader.child("min");
  if (!value) return false;
  std::string_view name = value->scalar;
  std::int64_t step = 0;
  if (!name.empty() && name.back() >= '2' && name.back() <= '4' && name.size() > 1) {
    step = name.back() - '1';
    name.remove_suffix(1);
  }
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return false;
  least = 1 + 4 * (found - std::begin(kNames)) + step;
  return true;
}

}  // namespace

std::shared_ptr<const RecordMatch> RecordMatch::parse(ConfigReader& reader, std::string_view key,
                                                      const RecordMatchKeys& keys) {
  const auto* value = reader.child(key);
  if (!value) return nullptr;
  ConfigReader inner(*value, fmt::format("{}: {}", reader.owner(), key));
  auto made = std::make_shared<RecordMatch>();
  std::string type;
  inner.text("match_type", type);
  made->regexp_ = type == "regexp";
  made->bodies_ = made->texts(inner, keys.bodies);
  made->severity_texts_ = made->texts(inner, keys.severity_texts);
  made->attributes_ = made->attributes(inner, keys.attributes);
  made->resource_ = made->attributes(inner, keys.resource);
  if (keys.libraries) made->libraries_ = made->libraries(inner);
  if (const auto* severity = inner.child(keys.severity_number)) {
    ConfigReader number(*severity, inner.owner());
    made->severity_ = Severity{0, false};
    if (!keys.severity_by_name || !read_severity_name(number, made->severity_->least))
      number.integer("min", made->severity_->least, 0, 24);
    number.boolean("match_undefined", made->severity_->match_undefined);
    if (auto finished = number.finish(); !finished) inner.fail_with(finished.error());
  }
  const bool has_texts = !(made->bodies_.empty() && made->severity_texts_.empty() && made->attributes_.empty() &&
                           made->resource_.empty() && made->libraries_.empty());
  const bool needs_type = has_texts || !made->severity_ || !type.empty();
  if (needs_type && type != "strict" && type != "regexp")
    inner.fail("match_type", "'match_type' must be strict or regexp");
  if (keys.needs_one && !has_texts && !made->severity_)
    inner.fail("match_type",
               fmt::format("one of '{}', '{}', 'libraries', '{}', '{}' and '{}' must be there", keys.attributes,
                           keys.resource, keys.bodies, keys.severity_texts, keys.severity_number));
  (void)inner.child("regexp");  // its cache is an optimisation of the official collector
  inner.not_supported({"libraries", "services", "span_names", "span_kinds", "metric_names"});
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
  return made;
}

bool RecordMatch::matches(const LogRecord& record, const Scope& scope) const {
  const auto body = [&](const Text& text) { return record.body().is_string() && text.matches(record.body().text()); };
  const auto level = [&](const Text& text) { return text.matches(record.severity_text()); };
  const auto in_attributes = [&](const Attribute& wanted) { return wanted.matches(record.attributes()); };
  const auto in_resource = [&](const Attribute& wanted) { return wanted.matches(record.resource()); };
  const auto of_library = [&](const Library& library) {
    return library.name.matches(scope.name) && (!library.version || library.version->matches(scope.version));
  };
  if (!std::ranges::all_of(libraries_, of_library)) return false;
  if (!bodies_.empty() && std::ranges::none_of(bodies_, body)) return false;
  if (!severity_texts_.empty() && std::ranges::none_of(severity_texts_, level)) return false;
  if (severity_ &&
      !(record.severity_number() == 0 ? severity_->match_undefined : record.severity_number() >= severity_->least))
    return false;
  return std::ranges::all_of(attributes_, in_attributes) && std::ranges::all_of(resource_, in_resource);
}

}  // namespace oc::collector
