#include <mutex>

#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

namespace {

class SqliteAgents final : public AgentRepository {
 public:
  explicit SqliteAgents(SqliteConnections& connections) : connections_(connections) {}

  Status save_agent(const AgentRecord& agent) override {
    std::lock_guard lock(connections_.writer.mutex);
    return connections_.writer.database.execute(
        "INSERT INTO agents VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(agent_id) DO UPDATE SET "
        "host_name = excluded.host_name, version = excluded.version, last_seen_ns = excluded.last_seen_ns",
        {agent.agent_id, agent.host_name, agent.version, agent.first_seen_ns, agent.last_seen_ns});
  }

  Status set_last_seen(const std::vector<AgentRecord>& agents) override {
    std::lock_guard lock(connections_.writer.mutex);
    auto& database = connections_.writer.database;
    return database.transaction([&]() -> Status {
      for (const auto& agent : agents)
        OC_TRY(database.execute("UPDATE agents SET last_seen_ns = max(last_seen_ns, ?2) WHERE agent_id = ?1",
                                {agent.agent_id, agent.last_seen_ns}));
      return {};
    });
  }

  Result<std::vector<AgentRecord>> list_agents() override {
    std::vector<AgentRecord> agents;
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(connections_.reader.database.execute(
        "SELECT agent_id, host_name, version, first_seen_ns, last_seen_ns FROM agents ORDER BY agent_id", {},
        [&](const SqlRow& row) {
          agents.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4)});
        }));
    return agents;
  }

 private:
  SqliteConnections& connections_;
};

}  // namespace

std::unique_ptr<AgentRepository> make_sqlite_agents(SqliteConnections& connections) {
  return std::make_unique<SqliteAgents>(connections);
}

}  // namespace oc::control_plane
