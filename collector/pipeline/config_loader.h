// From config files to one tree: `${…}` references are expanded, the files merged in order.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/pipeline/config_value.h"

namespace oc::collector {

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;
EnvironmentLookup process_environment();

// `${env:X}`, `${X}`, `${env:X:-default}` (only when X is unset), `${file:PATH}`, `${yaml:TEXT}`; `$$` is a dollar
// sign. A reference may stand in another one's name. A scalar that is nothing but one reference takes whatever YAML the
// value holds; inside other text the value is put in as text. An unset variable without default gives an empty value,
// as in the official collector, and a line in the log.
Status expand_references(ConfigValue& value, const EnvironmentLookup& environment);

struct LoadedConfig {
  ConfigValue root;
  std::string hash;  // stable_hash of the sources' bytes, one after the other
};
Result<LoadedConfig> load_config_files(const std::vector<std::string>& sources, const EnvironmentLookup& environment);

}  // namespace oc::collector
