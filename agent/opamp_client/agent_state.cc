#include "agent/opamp_client/agent_state.h"

#include "contracts/opamp/collector_requests.h"
#include "contracts/opamp/custom_messages.h"

namespace oc::agent {

using namespace contracts::opamp;

void AgentState::report_everything() {
  introduce_ = true;
  description_.news = description_.value.has_value();
  health_.news = health_.value.has_value();
  effective_config_.news = effective_config_.value.has_value();
  status_.news = status_.value.has_value();
}

bool AgentState::has_news() const {
  return introduce_ || description_.news || health_.news || effective_config_.news || status_.news;
}

AgentToServer AgentState::next_message() {
  AgentToServer message;
  message.instance_uid = instance_uid_;
  message.sequence_num = ++sequence_;
  message.capabilities = kReportsStatus | kAcceptsRemoteConfig | kReportsEffectiveConfig | kReportsHealth |
                         kReportsRemoteConfig | kReportsHeartbeat;
  if (introduce_)
    message.custom_capabilities = {std::string(contracts::kSourcesCapability), std::string(contracts::kProbeCapability),
                                   std::string(contracts::kCollectorCapability)};
  introduce_ = false;
  description_.move_into(message.description);
  health_.move_into(message.health);
  effective_config_.move_into(message.effective_config);
  status_.move_into(message.remote_config_status);
  return message;
}

}  // namespace oc::agent
