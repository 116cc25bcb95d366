#include "collector/record/record_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/record/config_literal.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

bool RecordMatch::Text::matches(std::string_view text) const {
  return regex ? re2::RE2::PartialMatch(piece(text), *regex) : text == exact;
}

bool RecordMatch::Attribute::matches(const Value& map) const {
  const Value* found = map.is_map() ? map.find(key) : nullptr;
  if (!found) return false;
  if (regex) return re2::RE2::PartialMatch(otlp::to_text(*found), *regex);
  return !exact || otlp::equal(*found, *exact);
}

std::vector<RecordMatch::Text> RecordMatch::texts(ConfigReader& reader, std::string_view key) const {
  std::vector<std::string> given;
  std::vector<Text> made;
  reader.text_list(key, given);
  for (auto& text : given) {
    if (!regexp_) {
      made.push_back({std::move(text), nullptr});
    } else if (auto regex = compile_regex(text)) {
      made.push_back({{}, std::move(*regex)});
    } else {
      reader.fail(key, regex.error().message);
    }
  }
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

std::shared_ptr<const RecordMatch> RecordMatch::parse(ConfigReader& reader, std::string_view key,
                                                      const RecordMatchKeys& keys) {
  const auto* value = reader.child(key);
  if (!value) return nullptr;
  ConfigReader inner(*value, fmt::format("{}: {}", reader.owner(), key));
  auto made = std::make_shared<RecordMatch>();
  std::string type;
  inner.text("match_type", type);
  if (type != "strict" && type != "regexp") inner.fail("match_type", "'match_type' must be strict or regexp");
  made->regexp_ = type == "regexp";
  made->bodies_ = made->texts(inner, keys.bodies);
  made->severity_texts_ = made->texts(inner, keys.severity_texts);
  made->attributes_ = made->attributes(inner, keys.attributes);
  made->resource_ = made->attributes(inner, keys.resource);
  if (const auto* severity = inner.child(keys.severity_number)) {
    ConfigReader number(*severity, inner.owner());
    made->severity_ = Severity{0, false};
    number.integer("min", made->severity_->least, 0, 24);
    number.boolean("match_undefined", made->severity_->match_undefined);
    if (auto finished = number.finish(); !finished) inner.fail_with(finished.error());
  }
  inner.not_supported({"regexp", "libraries", "services", "span_names", "span_kinds", "metric_names"});
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
  return made;
}

bool RecordMatch::matches(const LogRecord& record) const {
  const auto body = [&](const Text& text) { return record.body().is_string() && text.matches(record.body().text()); };
  const auto level = [&](const Text& text) { return text.matches(record.severity_text()); };
  const auto in_attributes = [&](const Attribute& wanted) { return wanted.matches(record.attributes()); };
  const auto in_resource = [&](const Attribute& wanted) { return wanted.matches(record.resource()); };
  if (!bodies_.empty() && std::ranges::none_of(bodies_, body)) return false;
  if (!severity_texts_.empty() && std::ranges::none_of(severity_texts_, level)) return false;
  if (severity_ &&
      !(record.severity_number() == 0 ? severity_->match_undefined : record.severity_number() >= severity_->least))
    return false;
  return std::ranges::all_of(attributes_, in_attributes) && std::ranges::all_of(resource_, in_resource);
}

}  // namespace oc::collector
