// Field numbers of opamp.proto and its anyvalue.proto (opamp-spec 0.18), kept by hand: only of the messages and fields
// that this product reads or writes.
#pragma once

#include <cstdint>

namespace oc::contracts::opamp::field {

enum class AgentToServer : std::uint32_t {
  instance_uid = 1,
  sequence_num = 2,
  agent_description = 3,
  capabilities = 4,
  health = 5,
  effective_config = 6,
  remote_config_status = 7,
  agent_disconnect = 9,
  flags = 10,
  custom_capabilities = 12,
  custom_message = 13
};
enum class ServerToAgent : std::uint32_t {
  instance_uid = 1,
  error_response = 2,
  remote_config = 3,
  flags = 6,
  capabilities = 7,
  custom_capabilities = 10,
  custom_message = 11
};
enum class AgentDescription : std::uint32_t { identifying_attributes = 1, non_identifying_attributes = 2 };
enum class KeyValue : std::uint32_t { key = 1, value = 2 };
enum class AnyValue : std::uint32_t { string_value = 1, bool_value = 2, int_value = 3, double_value = 4 };
enum class ComponentHealth : std::uint32_t {
  healthy = 1,
  start_time_unix_nano = 2,  // fixed64
  last_error = 3,
  status = 4,
  status_time_unix_nano = 5,  // fixed64
  component_health_map = 6
};
enum class MapEntry : std::uint32_t { key = 1, value = 2 };  // protobuf's form of map<string, M>
enum class EffectiveConfig : std::uint32_t { config_map = 1 };
enum class AgentConfigMap : std::uint32_t { config_map = 1 };
enum class AgentConfigFile : std::uint32_t { body = 1, content_type = 2 };
enum class RemoteConfigStatus : std::uint32_t { last_remote_config_hash = 1, status = 2, error_message = 3 };
enum class AgentRemoteConfig : std::uint32_t { config = 1, config_hash = 2 };
enum class ServerErrorResponse : std::uint32_t { type = 1, error_message = 2 };
enum class CustomCapabilities : std::uint32_t { capabilities = 1 };
enum class CustomMessage : std::uint32_t { capability = 1, type = 2, data = 3 };

}  // namespace oc::contracts::opamp::field
