// What all receivers' configs have in common: whose records they are.
#pragma once

#include <map>
#include <string>

#include "collector/pipeline/component_id.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector {

// `resource.source_id`; without it the component's id. One that no sink could remember is the reader's error.
std::string read_source_id(ConfigReader& reader, const ComponentId& id,
                           const std::map<std::string, std::string>& resource);

void refuse_expressions(ConfigReader& reader, std::string_view key, const std::map<std::string, std::string>& values);

}  // namespace oc::collector
