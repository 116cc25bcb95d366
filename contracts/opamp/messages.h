// OpAMP (opamp-spec 0.18) as plain structs with the official field numbers. Only what this product speaks is held;
// unknown fields of a peer are skipped, never an error. A WebSocket message is a varint header 0, then the protobuf.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace oc::contracts::opamp {

enum AgentCapability : std::uint64_t {
  kReportsStatus = 0x1,
  kAcceptsRemoteConfig = 0x2,
  kReportsEffectiveConfig = 0x4,
  kReportsHealth = 0x800,
  kReportsRemoteConfig = 0x1000,
  kReportsHeartbeat = 0x2000,
};
enum ServerCapability : std::uint64_t {
  kAcceptsStatus = 0x1,
  kOffersRemoteConfig = 0x2,
  kAcceptsEffectiveConfig = 0x4,
};
enum ServerFlag : std::uint64_t { kReportFullState = 0x1 };

struct AgentDescription {
  std::map<std::string, std::string> identifying;      // service.name, service.version, service.instance.id
  std::map<std::string, std::string> non_identifying;  // host.name, os.type, …
  bool operator==(const AgentDescription&) const = default;
};
struct ComponentHealth {
  bool healthy = false;
  Nanos start_time_ns = 0;
  std::string last_error;
  std::string status;
  Nanos status_time_ns = 0;
  std::map<std::string, ComponentHealth> components;
  bool operator==(const ComponentHealth&) const = default;
};
struct ConfigFile {
  std::string body;
  std::string content_type;
  bool operator==(const ConfigFile&) const = default;
};
using ConfigMap = std::map<std::string, ConfigFile>;  // the main file has the empty name
enum class RemoteConfigState { kUnset = 0, kApplied = 1, kApplying = 2, kFailed = 3 };
struct RemoteConfigStatus {
  std::string last_hash;
  RemoteConfigState state = RemoteConfigState::kUnset;
  std::string error;
  bool operator==(const RemoteConfigStatus&) const = default;
};
struct RemoteConfig {
  ConfigMap files;
  std::string hash;
  bool operator==(const RemoteConfig&) const = default;
};
struct CustomMessage {
  std::string capability;
  std::string type;
  std::string data;
  bool operator==(const CustomMessage&) const = default;
};
struct ErrorResponse {
  int type = 0;  // 0 unknown, 1 bad request, 2 unavailable
  std::string message;
  bool operator==(const ErrorResponse&) const = default;
};

struct AgentToServer {
  std::string instance_uid;  // 16 bytes
  std::uint64_t sequence_num = 0;
  std::optional<AgentDescription> description;
  std::uint64_t capabilities = 0;
  std::optional<ComponentHealth> health;
  std::optional<ConfigMap> effective_config;
  std::optional<RemoteConfigStatus> remote_config_status;
  bool disconnect = false;
  std::uint64_t flags = 0;
  std::optional<std::vector<std::string>> custom_capabilities;
  std::optional<CustomMessage> custom_message;
  bool operator==(const AgentToServer&) const = default;
};
struct ServerToAgent {
  std::string instance_uid;
  std::optional<ErrorResponse> error;
  std::optional<RemoteConfig> remote_config;
  std::uint64_t flags = 0;
  std::uint64_t capabilities = 0;
  std::optional<std::vector<std::string>> custom_capabilities;
  std::optional<CustomMessage> custom_message;
  bool operator==(const ServerToAgent&) const = default;
};

std::string encode(const AgentToServer& message);  // with the WebSocket header
std::string encode(const ServerToAgent& message);
Result<AgentToServer> decode_agent_to_server(std::string_view bytes);
Result<ServerToAgent> decode_server_to_agent(std::string_view bytes);

}  // namespace oc::contracts::opamp
