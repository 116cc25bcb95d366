// What the activities of the reload workflow hand to each other: ids, counts and reasons; contents stay in the
// registry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "contracts/record/record.h"

namespace oc::control_plane {

// One config version of one agent.
struct ConfigVersion {
  std::string agent_id;
  std::int64_t config_version = 0;
  static constexpr auto fields() {
    return std::tuple(contracts::required("agent_id", &ConfigVersion::agent_id, "The agent"),
                      contracts::required("config_version", &ConfigVersion::config_version, "Of the agent's configs"));
  }
};

struct GenerateConfigInput {
  std::string agent_id;
  std::int64_t policy_version = 0;
  std::string reason;
  std::string author = "onecollector";
  static constexpr auto fields() {
    using I = GenerateConfigInput;
    return std::tuple(contracts::required("agent_id", &I::agent_id, "Whose collector it is for"),
                      contracts::optional("policy_version", &I::policy_version, "0: the current policy"),
                      contracts::optional("reason", &I::reason, "Empty: what changed of the sources"),
                      contracts::optional("author", &I::author, "Who wants it"));
  }
};

struct GeneratedConfigOutput {
  std::int64_t config_version = 0;
  std::string hash;
  std::int64_t policy_version = 1;
  bool changed = false;
  bool first = false;
  bool exporters_changed = false;
  bool on_trial = false;
  std::uint64_t sources = 0;
  std::map<std::string, std::string> quarantined;
  static constexpr auto fields() {
    using O = GeneratedConfigOutput;
    return std::tuple(
        contracts::required("config_version", &O::config_version, "Of the agent's configs: config_artifact_id"),
        contracts::required("hash", &O::hash, "Of its content"),
        contracts::required("policy_version", &O::policy_version, "It was rendered under"),
        contracts::required("changed", &O::changed, "False: the agent is meant to run it already"),
        contracts::required("first", &O::first, "The agent has had no config before"),
        contracts::required("exporters_changed", &O::exporters_changed, "Data goes elsewhere than before"),
        contracts::required("on_trial", &O::on_trial, "Its policy is proposed, or new to this agent"),
        contracts::required("sources", &O::sources, "That have a receiver block"),
        contracts::required("quarantined", &O::quarantined, "Sources left out, with what the collector said"));
  }
};

struct CanaryOutput {
  bool passed = false;
  std::string reason;
  std::uint64_t sources = 0;
  std::uint64_t records = 0;
  std::map<std::string, std::uint64_t> left_out;
  double seconds = 0;
  static constexpr auto fields() {
    using O = CanaryOutput;
    return std::tuple(contracts::required("passed", &O::passed, "It may be applied"),
                      contracts::required("reason", &O::reason, "In words"),
                      contracts::required("sources", &O::sources, "That were looked at"),
                      contracts::required("records", &O::records, "That came through to the counting sinks"),
                      contracts::required("left_out", &O::left_out, "Records left out, by component"),
                      contracts::required("seconds", &O::seconds, "It took"));
  }
};

struct DeploymentOutput {
  std::int64_t config_version = 0;
  std::string collector_id;
  std::string status;
  std::string reason;
  static constexpr auto fields() {
    using O = DeploymentOutput;
    return std::tuple(contracts::required("config_version", &O::config_version, "That was offered"),
                      contracts::required("collector_id", &O::collector_id, "The agent whose collector it is"),
                      contracts::required("status", &O::status, "success, failed, or pending: not connected"),
                      contracts::required("reason", &O::reason, "Why it failed, in the collector's words"));
  }
};

struct ProofOutput {
  std::string state;
  std::string reason;
  std::uint64_t sources = 0, delivered = 0, idle = 0, failed = 0, records = 0;
  std::map<std::string, std::uint64_t> left_out;
  double latency_ms = 0;
  bool policy_was_proven = false;
  static constexpr auto fields() {
    using O = ProofOutput;
    return std::tuple(
        contracts::required("state", &O::state, "delivered, unproven, failed, sink_unreachable, superseded"),
        contracts::required("reason", &O::reason, "In words; of a failure the first broken link"),
        contracts::required("sources", &O::sources, "That the config reads"),
        contracts::required("delivered", &O::delivered, "Sources whose lines are in the store"),
        contracts::required("idle", &O::idle, "Sources that wrote nothing"),
        contracts::required("failed", &O::failed, "Sources whose lines are not in the store"),
        contracts::required("records", &O::records, "Stored since the config was applied"),
        contracts::required("left_out", &O::left_out, "Records left out since then, by component"),
        contracts::required("latency_ms", &O::latency_ms, "From the apply to the proof"),
        contracts::required("policy_was_proven", &O::policy_was_proven, "Delivery was proven under its policy before"));
  }
};

struct RefusalInput {
  std::string agent_id;
  std::int64_t config_version = 0;
  std::int64_t policy_version = 0;
  std::string reason;
  bool on_trial = false;
  static constexpr auto fields() {
    using I = RefusalInput;
    return std::tuple(contracts::required("agent_id", &I::agent_id, "Whose config it would have been"),
                      contracts::required("config_version", &I::config_version, "0: it could not even be rendered"),
                      contracts::required("policy_version", &I::policy_version, "0: the current one"),
                      contracts::required("reason", &I::reason, "Why it is refused"),
                      contracts::optional("on_trial", &I::on_trial, "The policy is new to the agent: it is broken"));
  }
};

struct PromotionInput {
  std::string agent_id;
  std::int64_t config_version = 0;
  bool proven = false;
  std::string reason;
  static constexpr auto fields() {
    using I = PromotionInput;
    return std::tuple(contracts::required("agent_id", &I::agent_id, "The agent that tried it"),
                      contracts::required("config_version", &I::config_version, "That did well"),
                      contracts::optional("proven", &I::proven, "False: only the probe came through it yet"),
                      contracts::optional("reason", &I::reason, "What was proven"));
  }
};

struct RollbackInput {
  std::string agent_id;
  std::int64_t failed_config_version = 0;
  std::string reason;
  bool blame = true;
  static constexpr auto fields() {
    using I = RollbackInput;
    return std::tuple(
        contracts::required("agent_id", &I::agent_id, "Whose config is taken back"),
        contracts::required("failed_config_version", &I::failed_config_version, "The bad one"),
        contracts::required("reason", &I::reason, "Why it is taken back"),
        contracts::optional("blame", &I::blame, "Whether its policy is marked broken, never to be offered again"));
  }
};

struct RollbackOutput {
  std::int64_t failed_config_version = 0;
  std::int64_t rollback_to_version = 0;
  std::int64_t failed_policy_version = 0;
  std::int64_t rollback_to_policy_version = 0;
  std::string reason;
  bool verified = false;
  std::string verification;
  static constexpr auto fields() {
    using O = RollbackOutput;
    return std::tuple(
        contracts::required("failed_config_version", &O::failed_config_version, "The bad one"),
        contracts::required("rollback_to_version", &O::rollback_to_version, "What runs now"),
        contracts::required("failed_policy_version", &O::failed_policy_version, "Marked broken"),
        contracts::required("rollback_to_policy_version", &O::rollback_to_policy_version, "Current again"),
        contracts::required("reason", &O::reason, "Why it was taken back"),
        contracts::required("verified", &O::verified, "Delivery is proven with what runs now"),
        contracts::required("verification", &O::verification, "In words"));
  }
};

}  // namespace oc::control_plane
