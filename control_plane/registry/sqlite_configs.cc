#include <map>
#include <mutex>

#include <fmt/format.h>

#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

std::string_view to_string(ArtifactState state) {
  switch (state) {
    case ArtifactState::kRendered:
      return "rendered";
    case ArtifactState::kApplied:
      return "applied";
    case ArtifactState::kFailed:
      return "failed";
    case ArtifactState::kRefused:
      return "refused";
    case ArtifactState::kDeployed:
      return "deployed";
    case ArtifactState::kVerified:
      return "verified";
    case ArtifactState::kUnproven:
      return "unproven";
    case ArtifactState::kBroken:
      return "broken";
  }
  return "rendered";
}

namespace {

constexpr const char* kColumns =
    "SELECT agent_id, version, parent, hash, reason, author, generated_at_ns, state, error, policy_version, "
    "quarantined, endpoints, reread";
constexpr const char* kNotMeantToRun = "(0, 3, 7)";  // rendered: not decided yet, refused, broken

std::map<std::string, std::string> quarantined_of(const std::string& text) {
  std::map<std::string, std::string> quarantined;
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return quarantined;
  for (const auto& [source_id, reason] : json->items())
    if (reason.is_string()) quarantined[source_id] = reason.get<std::string>();
  return quarantined;
}

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> list;
  const auto json = parse_json(text);
  if (!json || !json->is_array()) return list;
  for (const auto& element : *json)
    if (element.is_string()) list.push_back(element.get<std::string>());
  return list;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

ConfigArtifact artifact_of(const SqlRow& row) {
  ConfigArtifact artifact;
  artifact.config.agent_id = row.text(0);
  artifact.config.version = row.integer(1);
  artifact.config.parent = row.integer(2);
  artifact.config.hash = row.text(3);
  artifact.config.reason = row.text(4);
  artifact.config.author = row.text(5);
  artifact.config.generated_at_ns = row.integer(6);
  artifact.state = static_cast<ArtifactState>(row.integer(7));
  artifact.error = row.text(8);
  artifact.config.policy_version = row.integer(9);
  artifact.config.quarantined = quarantined_of(row.text(10));
  artifact.config.endpoints = list_of(row.text(11));
  artifact.config.reread = list_of(row.text(12));
  return artifact;
}

class SqliteConfigs final : public ConfigRepository {
 public:
  explicit SqliteConfigs(SqliteConnections& connections) : connections_(connections) {}

  Status add_config(const model::CollectorConfig& config) override {
    std::lock_guard lock(connections_.writer.mutex);
    auto& database = connections_.writer.database;
    return database.transaction([&]() -> Status {
      OC_TRY(database.execute("INSERT INTO config_contents VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                              {config.hash, config.yaml}));
      OC_TRY(database.execute("INSERT INTO configs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, '', ?8, ?9, ?10, ?11)",
                              {config.agent_id, config.version, config.parent, config.hash, config.reason,
                               config.author, config.generated_at_ns, config.policy_version,
                               text_of(config.quarantined), text_of(config.endpoints), text_of(config.reread)}));
      return prune(database, config);
    });
  }

  Status set_config_state(const std::string& agent_id, std::int64_t version, ArtifactState state,
                          const std::string& error) override {
    std::lock_guard lock(connections_.writer.mutex);
    return connections_.writer.database.execute(
        "UPDATE configs SET state = ?3, error = ?4 WHERE agent_id = ?1 AND version = ?2",
        {agent_id, version, static_cast<std::int64_t>(state), error});
  }

  Result<std::optional<ConfigArtifact>> latest_config(const std::string& agent_id) override {
    return one(
        std::string(kColumns) +
            ", yaml FROM configs JOIN config_contents USING (hash) WHERE agent_id = ?1 ORDER BY version DESC LIMIT 1",
        {agent_id});
  }

  Result<std::optional<ConfigArtifact>> desired_config(const std::string& agent_id) override {
    return one(fmt::format("{}, yaml FROM configs JOIN config_contents USING (hash) WHERE agent_id = ?1 AND state NOT "
                           "IN {} ORDER BY version DESC LIMIT 1",
                           kColumns, kNotMeantToRun),
               {agent_id});
  }

  Result<std::optional<ConfigArtifact>> find_config(const std::string& agent_id, std::int64_t version) override {
    return one(std::string(kColumns) +
                   ", yaml FROM configs JOIN config_contents USING (hash) WHERE agent_id = ?1 AND version = ?2",
               {agent_id, version});
  }

  Result<std::vector<ConfigArtifact>> list_configs(const std::string& agent_id, std::size_t limit) override {
    std::vector<ConfigArtifact> artifacts;
    const auto take = [&](const SqlRow& row) { artifacts.push_back(artifact_of(row)); };
    const std::string of_agent = " FROM configs WHERE agent_id = ?1 ORDER BY version DESC LIMIT ?2";
    const std::string of_all = " FROM configs WHERE ?1 = '' ORDER BY generated_at_ns DESC LIMIT ?2";
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(connections_.reader.database.execute(kColumns + (agent_id.empty() ? of_all : of_agent),
                                                {agent_id, static_cast<std::int64_t>(limit)}, take));
    return artifacts;
  }

 private:
  Result<std::optional<ConfigArtifact>> one(const std::string& sql, const std::vector<SqlValue>& parameters) {
    std::optional<ConfigArtifact> found;
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(connections_.reader.database.execute(sql, parameters, [&](const SqlRow& row) {
      found = artifact_of(row);
      found->config.yaml = row.text(13);
    }));
    return found;
  }

  // The one that is meant to run stays, however many were refused after it.
  static Status prune(Database& database, const model::CollectorConfig& newest) {
    OC_TRY(database.execute(
        fmt::format(
            "DELETE FROM configs WHERE agent_id = ?1 AND version <= ?2 AND version IS NOT (SELECT max(version) FROM "
            "configs WHERE agent_id = ?1 AND version < ?3 AND state NOT IN {})",
            kNotMeantToRun),
        {newest.agent_id, newest.version - kKeptConfigVersions, newest.version}));
    if (database.changes() == 0) return {};
    return database.execute(
        "DELETE FROM config_contents WHERE NOT EXISTS (SELECT 1 FROM configs WHERE configs.hash = "
        "config_contents.hash)");
  }

  SqliteConnections& connections_;
};

}  // namespace

std::unique_ptr<ConfigRepository> make_sqlite_configs(SqliteConnections& connections) {
  return std::make_unique<SqliteConfigs>(connections);
}

}  // namespace oc::control_plane
