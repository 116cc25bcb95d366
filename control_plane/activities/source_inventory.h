// The activities over what the agents have discovered (ING-L1, ING-L2): one merged inventory, from the fleet's state.
// Discovery itself runs all the time, on every host; what it finds is here within the time of a message.
#pragma once

#include "control_plane/activities/typed_activity.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

// Of sources in one answer: at some 200 bytes each it stays below what a workflow's journal takes.
inline constexpr std::uint64_t kMaxInventoryPage = 1'000;

struct InventoryInput {
  std::string agent_id;
  std::uint64_t limit = 500;
  std::string after;
  static constexpr auto fields() {
    return std::tuple(
        contracts::optional("agent_id", &InventoryInput::agent_id, "Only this agent's; empty: all"),
        contracts::optional("limit", &InventoryInput::limit, "Sources in the answer, at most 1000; 0: only counts"),
        contracts::optional("after", &InventoryInput::after, "The next of the answer before"));
  }
};
struct InventorySource {
  std::string source_id;
  std::string agent_id;
  std::string source_type;
  std::string log_path;
  std::string service_name;
  static constexpr auto fields() {
    return std::tuple(contracts::required("source_id", &InventorySource::source_id, "Its id"),
                      contracts::required("agent_id", &InventorySource::agent_id, "Who found it"),
                      contracts::required("source_type", &InventorySource::source_type, "docker, k8s, filesystem"),
                      contracts::required("log_path", &InventorySource::log_path, "Where it is"),
                      contracts::required("service_name", &InventorySource::service_name, "As discovered"));
  }
};
struct InventoryOutput {
  std::uint64_t total = 0;
  std::map<std::string, std::uint64_t> by_type;
  std::map<std::string, std::uint64_t> by_agent;
  std::vector<InventorySource> sources;
  std::string next;
  static constexpr auto fields() {
    return std::tuple(contracts::required("total", &InventoryOutput::total, "All that were asked for"),
                      contracts::required("by_type", &InventoryOutput::by_type, "How many of each source_type"),
                      contracts::required("by_agent", &InventoryOutput::by_agent, "How many of each agent_id"),
                      contracts::required("sources", &InventoryOutput::sources, "In order of source_id"),
                      contracts::required("next", &InventoryOutput::next, "For `after`; empty: these were the last"));
  }
};

class AutoDiscoverAllLogSources final
    : public TypedActivity<AutoDiscoverAllLogSources, InventoryInput, InventoryOutput> {
 public:
  static constexpr std::string_view kName = "auto_discover_all_log_sources_activity";
  static constexpr std::string_view kDescription = "Every log source that any agent has discovered, of every type";
  explicit AutoDiscoverAllLogSources(const FleetState& fleet) : fleet_(fleet) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
};

class DiscoverLogFiles final : public TypedActivity<DiscoverLogFiles, InventoryInput, InventoryOutput> {
 public:
  static constexpr std::string_view kName = "discover_log_files_activity";
  static constexpr std::string_view kDescription = "The log files that agents have discovered in their file systems";
  explicit DiscoverLogFiles(const FleetState& fleet) : fleet_(fleet) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
};

struct AutoRegisterLogSourcesInput {
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(
        contracts::optional("agent_id", &AutoRegisterLogSourcesInput::agent_id, "Only this agent's; empty: all"));
  }
};
struct AutoRegisterLogSourcesOutput {
  std::uint64_t inserted = 0, updated = 0, unchanged = 0;
  static constexpr auto fields() {
    return std::tuple(contracts::required("inserted", &AutoRegisterLogSourcesOutput::inserted, "New ones"),
                      contracts::required("updated", &AutoRegisterLogSourcesOutput::updated, "Changed ones"),
                      contracts::required("unchanged", &AutoRegisterLogSourcesOutput::unchanged, "Known ones"));
  }
};

class AutoRegisterLogSources final
    : public TypedActivity<AutoRegisterLogSources, AutoRegisterLogSourcesInput, AutoRegisterLogSourcesOutput> {
 public:
  static constexpr std::string_view kName = "auto_register_log_sources_activity";
  static constexpr std::string_view kDescription = "Brings the registry up to what the agents have discovered";
  AutoRegisterLogSources(const FleetState& fleet, AgentRepository& agents, LogSourceRegistry& registry)
      : fleet_(fleet), agents_(agents), registry_(registry) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
  AgentRepository& agents_;
  LogSourceRegistry& registry_;
};

}  // namespace oc::control_plane
