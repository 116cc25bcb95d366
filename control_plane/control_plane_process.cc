#include "control_plane/control_plane_process.h"

#include "base/log.h"
#include "control_plane/api/rest_api.h"

namespace oc::control_plane {

namespace {

constexpr const char* kOpampPath = "/v1/opamp";

http::Server::Options server_options(const contracts::Endpoint& endpoint, const contracts::Config& config,
                                     const std::string& token) {
  http::Server::Options options;
  options.address = endpoint.address;
  options.port = endpoint.port;
  options.access.open = config.listen.access == "open";
  options.access.token = token;
  return options;
}

}  // namespace

ControlPlaneProcess::ControlPlaneProcess(const contracts::Config& config, std::string token, SqliteRegistry registry)
    : config_(config),
      token_(std::move(token)),
      repositories_(std::move(registry)),
      registry_(repositories_.sources(), repositories_.agents(), system_clock()),
      builder_(config_),
      verifier_({config_, token_, fleet_, board_, metrics_}),
      agents_({registry_, repositories_.configs(), builder_, fleet_, verifier_, metrics_}),
      journal_(repositories_.connections()),
      workflows_({journal_, activities_, runner_, nullptr, metrics_}) {
  verifier_.start([this](const auto& agent_id, const auto& test_id) { agents_.send_probe(agent_id, test_id); });
}

// Workflows first: they talk to agents. Then agents: nobody is left who talks to the verifier, and the verifier is not
// kept by a full queue.
ControlPlaneProcess::~ControlPlaneProcess() {
  workflows_.stop();
  agents_.stop();
  verifier_.stop();
  if (opamp_) opamp_->stop();
  if (api_) api_->stop();
}

Result<std::unique_ptr<ControlPlaneProcess>> ControlPlaneProcess::start(const contracts::Config& config,
                                                                        const contracts::DataDirectory& data) {
  OC_TRY_ASSIGN(auto token, data.read_or_create_token());
  OC_TRY_ASSIGN(auto registry, SqliteRegistry::open(data.control_plane() / "control-plane.db"));
  std::unique_ptr<ControlPlaneProcess> process(new ControlPlaneProcess(config, std::move(token), std::move(registry)));
  OC_TRY(process->start_workflows());
  OC_TRY(process->listen());
  return process;
}

// The list is complete before the engine runs what it left off.
Status ControlPlaneProcess::start_workflows() {
  OC_TRY_ASSIGN(activities_, control_plane_activities({config_, token_, registry_, repositories_.sources(),
                                                       repositories_.agents(), fleet_}));
  return workflows_.resume();
}

Status ControlPlaneProcess::listen() {
  http::Router opamp_routes;
  opamp_routes.websocket(kOpampPath, [this](const http::Request&) { return agents_.new_session(); });
  OC_TRY_ASSIGN(opamp_, http::Server::listen(server_options(config_.listen.opamp, config_, token_), opamp_routes));
  const ApiContext context{repositories_.sources(),
                           repositories_.agents(),
                           repositories_.configs(),
                           fleet_,
                           board_,
                           metrics_,
                           [this] { return verifier_.probe_now(); },
                           system_clock().wall_ns(),
                           workflows_,
                           activities_,
                           runner_};
  OC_TRY_ASSIGN(api_, http::Server::listen(server_options(config_.listen.ui, config_, token_), rest_api(context)));
  log::info("REST API on {}:{}, OpAMP on {}:{}{}", config_.listen.ui.address, api_port(), config_.listen.opamp.address,
            opamp_port(), kOpampPath);
  return {};
}

}  // namespace oc::control_plane
