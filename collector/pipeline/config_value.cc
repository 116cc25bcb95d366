#include "collector/pipeline/config_value.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/yaml.h"

namespace oc::collector {

namespace {

constexpr std::string_view kMergeKey = "<<";  // YAML 1.1: takes over what the map does not say itself

void take_over(ConfigValue& map, const ConfigValue& from) {
  for (const auto& item : from.items) take_over(map, item);
  for (const auto& field : from.fields)
    if (!map.find(field.key)) map.fields.push_back(field);
}

ConfigValue convert(const YAML::Node& node, const std::string& file) {
  ConfigValue value;
  value.place = yaml::place(node, file);
  if (node.IsScalar()) {
    value.kind = ConfigValue::Kind::kScalar;
    value.scalar = node.Scalar();
    value.quoted = node.Tag() == "!";
  } else if (node.IsSequence()) {
    value.kind = ConfigValue::Kind::kList;
    for (const auto& item : node) value.items.push_back(convert(item, file));
  } else if (node.IsMap()) {
    value.kind = ConfigValue::Kind::kMap;
    for (const auto& field : node)
      value.fields.push_back({field.first.IsScalar() ? field.first.Scalar() : std::string(),
                              yaml::place(field.first, file), convert(field.second, file)});
    if (const auto* merged = value.find(kMergeKey)) {
      const ConfigValue from = *merged;
      std::erase_if(value.fields, [](const auto& field) { return field.key == kMergeKey; });
      take_over(value, from);
    }
  }
  return value;
}

// Numbers, dates, true and false: where a value may be of any type, quotes make them texts.
bool is_text_only_by_quotes(std::string_view scalar) {
  constexpr std::string_view kNumberStart = "0123456789+-.", kWordStart = "tTfF";
  if (scalar.empty()) return false;
  return kNumberStart.contains(scalar[0]) || (kWordStart.contains(scalar[0]) && scalar.size() <= 5);
}

}  // namespace

const ConfigValue* ConfigValue::find(std::string_view key) const {
  const auto field = std::ranges::find(fields, key, &ConfigField::key);
  return field == fields.end() ? nullptr : &field->value;
}

std::string ConfigValue::canonical() const {
  switch (kind) {
    case Kind::kNull:
      return "~";
    case Kind::kScalar:
      return fmt::format("{}:{}{}", scalar.size(), quoted && is_text_only_by_quotes(scalar) ? "q" : "", scalar);
    case Kind::kList: {
      std::string text = "[";
      for (const auto& item : items) text += item.canonical() + ",";
      return text + "]";
    }
    case Kind::kMap: {
      std::vector<std::string> parts;
      for (const auto& field : fields)
        parts.push_back(fmt::format("{}:{}={}", field.key.size(), field.key, field.value.canonical()));
      std::ranges::sort(parts);
      return fmt::format("{{{}}}", fmt::join(parts, ","));
    }
  }
  return {};
}

Result<ConfigValue> parse_config_text(std::string_view text, const std::string& file) {
  OC_TRY_ASSIGN(const YAML::Node node, yaml::parse(text, file));
  return convert(node, file);
}

void merge_config(ConfigValue& base, ConfigValue over) {
  if (!base.is_map() || !over.is_map()) {
    base = std::move(over);
    return;
  }
  for (auto& field : over.fields) {
    const auto existing = std::ranges::find(base.fields, field.key, &ConfigField::key);
    if (existing == base.fields.end()) {
      base.fields.push_back(std::move(field));
    } else {
      merge_config(existing->value, std::move(field.value));
    }
  }
}

}  // namespace oc::collector
