#include "control_plane/activities/verify_health.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/verification/log_store_client.h"

namespace oc::control_plane {

namespace {

ServiceHealth health_of(std::string name, const Status& status) {
  return {std::move(name), status.has_value(), status ? "" : status.error().text()};
}

ServiceHealth collector_health(const AgentFacts& agent) {
  ServiceHealth health{"collector " + agent.agent_id, agent.connected && agent.collector_healthy, ""};
  if (health.healthy) return health;
  if (!agent.connected)
    health.reason =
        fmt::format("its agent on {} is not connected, last seen {}", agent.host_name, to_rfc3339(agent.last_seen_ns));
  else
    health.reason = agent.collector_error.empty() ? "its health check fails" : agent.collector_error;
  return health;
}

}  // namespace

Result<ServiceHealth> VerifyCollectorHealth::execute(const Input& input, const ActivityContext&) {
  const auto agent = fleet_.agent(input.agent_id);
  if (!agent)
    return permanent(fmt::format("agent_id: no agent has the id \"{}\"", input.agent_id),
                     "list_active_collectors_activity lists them");
  return collector_health(*agent);
}

ServiceHealth VerifyServicesHealth::store_health(const ActivityContext& context) const {
  LogStoreClient store(config_.logs_base_url(), config_.embedded_backend() ? token_ : "");
  const std::stop_callback ends(context.cancelled, [&store] { store.cancel(); });
  return health_of("log-store", store.ready());
}

Result<VerifyServicesHealthOutput> VerifyServicesHealth::execute(const Input&, const ActivityContext& context) {
  Output output;
  const auto listed = agents_.list_agents();
  output.services.push_back(health_of("control-plane", listed ? Status() : std::unexpected(listed.error())));
  output.services.push_back(store_health(context));
  for (const auto& agent : fleet_.agents()) output.services.push_back(collector_health(agent));
  output.healthy = std::ranges::all_of(output.services, &ServiceHealth::healthy);
  return output;
}

}  // namespace oc::control_plane
