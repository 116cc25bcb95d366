#include "control_plane/activities/config_activity_parts.h"

#include <fmt/format.h>

namespace oc::control_plane {

Result<ConfigArtifact> artifact_of(ConfigRepository& configs, const std::string& agent_id, std::int64_t version) {
  OC_TRY_ASSIGN(auto artifact, configs.find_config(agent_id, version));
  if (!artifact)
    return permanent(fmt::format("agent \"{}\" has no config version {}", agent_id, version),
                     "`onecollector configs` lists them");
  return *std::move(artifact);
}

}  // namespace oc::control_plane
