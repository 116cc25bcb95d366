// The JSON Schema of onecollector.yaml (draft 2020-12), made from the table of keys.
#include <fmt/format.h>

#include "contracts/config/key_table.h"
#include "contracts/config/quantities.h"
#include "contracts/config/value.h"

namespace oc::contracts {

namespace {

struct DefaultText {
  const Key& key;

  Json operator()(const bool* value) const { return *value; }
  Json operator()(const std::string* value) const { return *value; }
  Json operator()(const Backfill* value) const { return key.choices[static_cast<std::size_t>(*value)]; }
  Json operator()(const std::vector<std::string>* value) const { return *value; }
  Json operator()(const Endpoint* value) const { return value->text(); }
  Json operator()(const std::chrono::seconds* value) const { return duration_text(*value); }
  Json operator()(const std::uint64_t* value) const {
    return key.form == Form::kSize ? Json(size_text(*value)) : Json(*value);
  }
};

Json default_of(const Key& key) {
  Config defaults;
  return std::visit(DefaultText{key}, key.target(defaults));
}

Json value_schema(const Key& key) {
  switch (key.form) {
    case Form::kBoolean:
      return {{"type", "boolean"}};
    case Form::kChoice:
      return {{"enum", std::vector<std::string>(key.choices.begin(), key.choices.end())}};
    case Form::kUrl:
      return {{"type", "string"}, {"pattern", "^(https?://[^/:?#@ ][^?#@ ]*)?$"}};
    case Form::kAddress:
      return {{"type", "string"}, {"pattern", "^(https?://[^/:?#@ ][^#@ ]*)?$"}};
    case Form::kSecret:
      return {{"type", "string"}, {"pattern", "^[!-~]*$"}};
    case Form::kPath:
      return {{"type", "string"}};
    case Form::kPaths:
      return {{"type", "string"}, {"pattern", "^/"}};
    case Form::kPatterns:
      return {{"type", "string"}, {"minLength", 1}};
    case Form::kStreamPeriods:
      return {{"type", "string"}, {"pattern", "^([0-9]+[dhms])+ +\\{.*\\}$"}};
    case Form::kEndpoint:
      return {{"type", "string"}, {"pattern", "^(127\\.[0-9.]+|localhost|\\[::1\\]):[0-9]{1,5}$"}};
    case Form::kDuration:
      return {{"type", "string"}, {"pattern", "^([0-9]+[dhms])+$"}};
    case Form::kSize:
      return {{"type", Json::array({"string", "integer"})}, {"pattern", "^[0-9]+([kKMGT]?B|[KMGT]iB)?$"}};
    case Form::kCount:
      return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
  }
  return true;
}

Json key_schema(const Key& key) {
  Json one = {{"anyOf", Json::array({value_schema(key), {{"$ref", "#/$defs/reference"}}})}};
  Json schema = {{"description", fmt::format("{} Expected: {}.", key.description, expectation(key))},
                 {"default", default_of(key)}};
  if (takes_list(key.form)) {
    schema["type"] = "array";
    schema["items"] = std::move(one);
  } else {
    schema.update(one);
  }
  return schema;
}

Json section_schema(const std::string& path) {
  Json properties = Json::object();
  for (const auto name : names_below(path)) {
    const std::string below = path.empty() ? std::string(name) : path + "." + std::string(name);
    const Key* key = find_key(below);
    properties[std::string(name)] = key != nullptr ? key_schema(*key) : section_schema(below);
  }
  return {{"type", Json::array({"object", "null"})}, {"properties", properties}, {"additionalProperties", false}};
}

}  // namespace

Json config_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "onecollector.yaml"},
                 {"$defs",
                  {{"reference",
                    {{"description", "${env:NAME}, ${env:NAME:-default} or ${file:/absolute/path} in a text."},
                     {"type", "string"},
                     {"pattern", "\\$\\{(env|file):"}}}}}};
  schema.update(section_schema(""));
  return schema;
}

}  // namespace oc::contracts
