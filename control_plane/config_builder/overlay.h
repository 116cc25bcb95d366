// A user's collector YAML, merged last over the rendered config (docs/policies.md): maps key by key, lists and scalars
// as a whole, `null` puts a value back to the component's default. Pure; nothing here needs a collector.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "control_plane/config_builder/component_names.h"
#include "control_plane/config_builder/config_problem.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

// A person wrote it; what is larger is data, not configuration.
inline constexpr std::size_t kMaxOverlayBytes = 1 << 20;

struct Overlay {
  std::string file;
  YamlTree tree;
  std::vector<ConfigProblem> problems;  // that show without any config: syntax, sections, secrets written out
};
Overlay parse_overlay(std::string_view text, const std::string& file);

// Merges into `config`. The receiver key `file_log/*` stands for every one of `rendered` (component names, as the
// target spells them), a receiver's own key is stronger. A patch of a file_log receiver that is not rendered today
// (its source went away) is left out and named in `notes`.
void merge_overlay(YamlTree& config, const Overlay& overlay, const CollectorTarget& target,
                   const std::set<std::string>& rendered, std::vector<std::string>& notes);

}  // namespace oc::control_plane
