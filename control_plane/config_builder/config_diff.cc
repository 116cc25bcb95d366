#include "control_plane/config_builder/config_diff.h"

#include <map>

#include "base/utf8.h"
#include "control_plane/config_builder/text_diff.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

namespace {

using Components = std::map<std::string, const YamlTree*>;

void add_below(const std::string& path, const YamlTree& section, Components& components) {
  for (const auto& field : section.fields) components.emplace(path + "::" + field.key, &field.value);
}

Components components_of(const YamlTree& config) {
  Components components;
  for (const auto& section : config.fields) {
    if (section.key != "service") {
      add_below(section.key, section.value, components);
      continue;
    }
    for (const auto& part : section.value.fields)
      if (part.key == "pipelines")
        add_below("service::pipelines", part.value, components);
      else
        components.emplace("service::" + part.key, &part.value);
  }
  return components;
}

}  // namespace

Json to_json(const ConfigDiff& diff) {
  const auto names = [](const std::vector<std::string>& components) {
    Json list = Json::array();
    for (const auto& name : components) list.push_back(to_utf8(name));
    return list;
  };
  return {{"added", names(diff.added)},
          {"removed", names(diff.removed)},
          {"changed", names(diff.changed)},
          {"diff", to_utf8(diff.text)}};
}

Result<ConfigDiff> config_diff(const std::string& before, const std::string& after, const std::string& before_name,
                               const std::string& after_name) {
  OC_TRY_ASSIGN(const auto old_tree, parse_yaml_tree(before, before_name));
  OC_TRY_ASSIGN(const auto new_tree, parse_yaml_tree(after, after_name));
  const auto old_components = components_of(old_tree), new_components = components_of(new_tree);
  ConfigDiff diff;
  for (const auto& [name, value] : new_components) {
    const auto known = old_components.find(name);
    if (known == old_components.end())
      diff.added.push_back(name);
    else if (!same_content(*known->second, *value))
      diff.changed.push_back(name);
  }
  for (const auto& [name, value] : old_components)
    if (!new_components.contains(name)) diff.removed.push_back(name);
  diff.text = unified_diff(before, after, before_name, after_name);
  return diff;
}

}  // namespace oc::control_plane
