// The catalogue of docs/events.md: every type that is published, by its one name.
#pragma once

#include <array>
#include <string_view>

namespace oc::control_plane::event_types {

inline constexpr std::string_view kNewLogSourceDiscovered = "new_log_source_discovered";
inline constexpr std::string_view kLogSourceRegistered = "log_source_registered";
inline constexpr std::string_view kLogSourceRemoved = "log_source_removed";
inline constexpr std::string_view kLogSourceLabelsUpdated = "log_source_labels_updated";
inline constexpr std::string_view kPolicyCreated = "policy_created";
inline constexpr std::string_view kConfigGenerated = "config_generated";
inline constexpr std::string_view kConfigRefused = "config_refused";
inline constexpr std::string_view kConfigDeployed = "config_deployed";
inline constexpr std::string_view kConfigVerified = "config_verified";
inline constexpr std::string_view kConfigPromoted = "config_promoted";
inline constexpr std::string_view kConfigRolledBack = "config_rolled_back";
inline constexpr std::string_view kSourceDelivered = "source_delivered";
inline constexpr std::string_view kSourceNotDelivered = "source_not_delivered";
inline constexpr std::string_view kAgentConnected = "agent_connected";
inline constexpr std::string_view kAgentDisconnected = "agent_disconnected";
inline constexpr std::string_view kWorkflowStarted = "workflow_started";
inline constexpr std::string_view kWorkflowFinished = "workflow_finished";
inline constexpr std::string_view kAlertSent = "alert_sent";
inline constexpr std::string_view kAlertFailed = "alert_failed";

inline constexpr std::array<std::string_view, 19> kAll = {
    kNewLogSourceDiscovered, kLogSourceRegistered, kLogSourceRemoved,  kLogSourceLabelsUpdated,
    kPolicyCreated,          kConfigGenerated,     kConfigRefused,     kConfigDeployed,
    kConfigVerified,         kConfigPromoted,      kConfigRolledBack,  kSourceDelivered,
    kSourceNotDelivered,     kAgentConnected,      kAgentDisconnected, kWorkflowStarted,
    kWorkflowFinished,       kAlertSent,           kAlertFailed};

}  // namespace oc::control_plane::event_types
