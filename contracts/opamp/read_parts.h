// The messages inside AgentToServer and ServerToAgent. All throw as wire_reader.h says; fields that come twice: the
// last one counts.
#pragma once

#include "contracts/opamp/messages.h"
#include "contracts/opamp/wire_reader.h"

namespace oc::contracts::opamp {

using View = protozero::data_view;

AgentDescription read_description(View bytes);
ComponentHealth read_health(View bytes);
ConfigMap read_config_map(View bytes);
ConfigMap read_effective_config(View bytes);
RemoteConfigStatus read_remote_config_status(View bytes);
RemoteConfig read_remote_config(View bytes);
ErrorResponse read_error(View bytes);
std::vector<std::string> read_custom_capabilities(View bytes);
CustomMessage read_custom_message(View bytes);

}  // namespace oc::contracts::opamp
