// What the registry keeps, behind interfaces so that PostgreSQL can take SQLite's place. All calls are thread-safe and
// durable when they return; readers never wait for a writer. Errors: a full or broken disk is retryable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control_plane/event_bus/event_bus.h"
#include "model/collector_config.h"
#include "model/log_source.h"

namespace oc::control_plane {

struct SourceFilter {
  std::optional<model::SourceStatus> status;
  std::string text = {};      // part of the source id, log path or service name, in any case; empty: all
  std::string agent_id = {};  // empty: of all agents
  std::optional<model::SourceType> type = std::nullopt;
};

// Pages follow the order of registration, which never changes: a walk sees every source that was there throughout.
struct SourcePage {
  std::vector<model::RegisteredLogSource> sources;
  std::optional<std::int64_t> next;  // pass as `after` for the next page; nullopt: this was the last
  std::uint64_t total = 0;           // that pass the filter
  bool total_is_exact = true;        // false: there are more than `total`, counting all of them takes too long
};

// One line of a source's history.
struct SourceChange {
  std::string source_id;
  Nanos at_ns = 0;
  std::string change;  // "registered", "updated", "labels", "inactive", "active", "deleted"
  std::string author;  // "agent 0193…", "uid 1000" …
  Json detail = Json::object();
};
// A source keeps the newest lines of its history; one that flaps must not fill the disk.
inline constexpr std::int64_t kKeptSourceChanges = 100;

// What a write to the registry tells, kept in the same transaction.
struct SourceNews {
  std::vector<SourceChange> history;
  std::vector<NewEvent> events;
};

class SourceRepository {
 public:
  virtual ~SourceRepository() = default;
  // Inserts, or replaces what has the same source_id (id, registered_at and config_version stay): all of them and the
  // news, or nothing.
  virtual Status save_sources(const std::vector<model::RegisteredLogSource>& sources, const SourceNews& news) = 0;
  // They are inactive from `now` on; save_sources() brings one back.
  virtual Status set_inactive(const std::vector<std::string>& source_ids, Nanos now, const SourceNews& news) = 0;
  // As save_sources; counts the values of user labels.
  virtual Status save_user_labels(const model::RegisteredLogSource& source, const SourceNews& news) = 0;
  virtual Status delete_source(const std::string& source_id, Nanos now, const SourceNews& news) = 0;
  // Forgets sources that are inactive or deleted, with their histories, the longest gone first: those that went before
  // `before`, and what exceeds `kept`; at most `at_most`. Returns how many.
  virtual Result<std::uint64_t> forget_gone(Nanos before, std::uint64_t kept, std::uint64_t at_most) = 0;
  virtual Status set_config_version(const std::vector<std::string>& source_ids, std::int64_t version) = 0;
  virtual Result<std::vector<model::RegisteredLogSource>> find_sources(const std::vector<std::string>& source_ids) = 0;
  // By source_id, a prefix of it, log path or service name, the first of these that finds any; at most `limit`.
  virtual Result<std::vector<model::RegisteredLogSource>> look_up(const std::string& key, std::size_t limit) = 0;
  virtual Result<std::vector<model::RegisteredLogSource>> active_sources_of(const std::string& agent_id) = 0;
  // The active ones, and those that went but have a block in its config still.
  virtual Result<std::vector<model::RegisteredLogSource>> sources_for_config(const std::string& agent_id) = 0;
  // Active ones that neither they nor their agent were heard of since `before`.
  virtual Result<std::vector<model::RegisteredLogSource>> unseen_sources(Nanos before) = 0;
  // Newest first; that of a deleted source is still there.
  virtual Result<std::vector<SourceChange>> history(const std::string& source_id, std::size_t limit) = 0;
  // The values that people gave this label, at any source.
  virtual Result<std::vector<std::string>> label_values(const std::string& name) = 0;
  virtual Result<SourcePage> list_sources(const SourceFilter& filter, std::int64_t after, std::size_t limit) = 0;
};

struct AgentRecord {
  std::string agent_id;
  std::string host_name;
  std::string version;
  Nanos first_seen_ns = 0;
  Nanos last_seen_ns = 0;
};

class AgentRepository {
 public:
  virtual ~AgentRepository() = default;
  virtual Status save_agent(const AgentRecord& agent) = 0;  // first_seen of a known agent stays
  virtual Status set_last_seen(const std::vector<AgentRecord>& agents) = 0;
  virtual Result<std::vector<AgentRecord>> list_agents() = 0;
};

// rendered → deployed → applied → verified or unproven is the good way; refused, failed and broken are the ends of it.
enum class ArtifactState {
  kRendered,  // made, and validated
  kApplied,   // the agent says it runs
  kFailed,    // the agent could not apply it
  kRefused,   // by validation or by the canary: never sent to be applied
  kDeployed,  // sent
  kVerified,  // delivery proven with it
  kUnproven,  // applied, the probe is good, and no line came by which to prove more
  kBroken,    // taken back: delivery failed with it
};
std::string_view to_string(ArtifactState state);

struct ConfigArtifact {
  model::CollectorConfig config;
  ArtifactState state = ArtifactState::kRendered;
  std::string error;  // why it failed, was refused, or is broken
};

// An agent keeps its newest versions; older ones go, so that an agent whose sources churn cannot fill the disk.
inline constexpr std::int64_t kKeptConfigVersions = 200;

class ConfigRepository {
 public:
  virtual ~ConfigRepository() = default;
  // Version, agent and content of an artifact never change afterwards; a version that exists is an error.
  virtual Status add_config(const model::CollectorConfig& config) = 0;
  virtual Status set_config_state(const std::string& agent_id, std::int64_t version, ArtifactState state,
                                  const std::string& error) = 0;
  // The newest of all: its version is the last one taken.
  virtual Result<std::optional<ConfigArtifact>> latest_config(const std::string& agent_id) = 0;
  // The newest that is meant to run: it was sent, and is neither refused nor broken.
  virtual Result<std::optional<ConfigArtifact>> desired_config(const std::string& agent_id) = 0;
  virtual Result<std::optional<ConfigArtifact>> find_config(const std::string& agent_id, std::int64_t version) = 0;
  // Newest first, without yaml; an empty agent_id: of all agents. At most `limit`.
  virtual Result<std::vector<ConfigArtifact>> list_configs(const std::string& agent_id, std::size_t limit) = 0;
};

}  // namespace oc::control_plane
