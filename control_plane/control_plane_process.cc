#include "control_plane/control_plane_process.h"

#include "base/log.h"
#include "control_plane/api/rest_api.h"
#include "control_plane/config_builder/policy_proposal.h"
#include "control_plane/workflows/collector_dynamic_reload.h"

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

SpawnOptions backend_of(const contracts::DataDirectory& data, const ControlPlaneOptions& options) {
  SpawnOptions backend;
  if (options.backend_arguments.empty()) return backend;
  backend.arguments = {own_executable()};
  backend.arguments.insert(backend.arguments.end(), options.backend_arguments.begin(), options.backend_arguments.end());
  backend.log_file = data.own_log("backend");
  backend.new_session = true;
  return backend;
}

// Without it the agent's own collector still judges what it gets; only later, and as a whole.
std::optional<contracts::OfficialCollector> official_judge(const contracts::Config& config) {
  if (config.collector_kind != "official") return std::nullopt;
  auto found = contracts::find_official_collector(config);
  if (found) return *std::move(found);
  log::warn("configs are not validated before they are sent: {}", found.error().text());
  return std::nullopt;
}

}  // namespace

ControlPlaneProcess::ControlPlaneProcess(const contracts::Config& config, std::string token, SqliteRegistry registry,
                                         ConfigValidator validator)
    : config_(config),
      token_(std::move(token)),
      repositories_(std::move(registry)),
      registry_(repositories_.sources(), repositories_.agents(), system_clock()),
      feed_(repositories_.events()),
      builder_(config_),
      validator_(std::move(validator)),
      compiler_(builder_, validator_),
      verifier_({.config = config_,
                 .token = token_,
                 .fleet = fleet_,
                 .board = board_,
                 .metrics = metrics_,
                 .bus = &repositories_.events()}),
      generator_({repositories_.sources(), repositories_.configs(), repositories_.policies(), builder_, compiler_,
                  fleet_, metrics_}),
      journal_(repositories_.connections()),
      workflows_({journal_, activities_, runner_, &repositories_.events(), metrics_}),
      scheduler_({workflows_, generator_, repositories_.configs(), repositories_.policies(), fleet_, board_, metrics_}),
      agents_(
          {registry_, repositories_.configs(), fleet_, {&verifier_, &scheduler_}, repositories_.events(), metrics_}),
      config_parts_{generator_,
                    repositories_.configs(),
                    repositories_.policies(),
                    agents_,
                    fleet_,
                    verifier_,
                    repositories_.events(),
                    [this] { scheduler_.reconcile_all(); }},
      alert_sender_(config_),
      inactivity_(registry_, config_.inactive_after, config_.forget_after, system_clock()) {
  repositories_.events().count_in(metrics_);
  verifier_.start([this](const auto& agent_id, const auto& test_id) { agents_.send_probe(agent_id, test_id); });
}

// Workflows first: they talk to agents. Then agents: nobody is left who talks to the verifier, and the verifier is not
// kept by a full queue.
ControlPlaneProcess::~ControlPlaneProcess() {
  inactivity_.stop();
  overlay_.reset();
  scheduler_.stop();
  workflows_.stop();
  agents_.stop();
  verifier_.stop();
  if (opamp_) opamp_->stop();
  if (api_) api_->stop();
}

Result<std::unique_ptr<ControlPlaneProcess>> ControlPlaneProcess::start(const contracts::Config& config,
                                                                        const contracts::DataDirectory& data,
                                                                        const ControlPlaneOptions& options) {
  OC_TRY_ASSIGN(auto token, data.read_or_create_token());
  OC_TRY_ASSIGN(auto registry, SqliteRegistry::open(data.control_plane() / "control-plane.db"));
  OC_TRY_ASSIGN(auto validator, ConfigValidator::create({.executable = options.collector,
                                                         .folder = data.control_plane() / "validate",
                                                         .official = official_judge(config)}));
  std::unique_ptr<ControlPlaneProcess> process(
      new ControlPlaneProcess(config, std::move(token), std::move(registry), std::move(validator)));
  OC_TRY(process->start_workflows(backend_of(data, options)));
  OC_TRY(process->listen());
  return process;
}

// The list is complete before the engine goes on with what it left off.
Status ControlPlaneProcess::start_workflows(const SpawnOptions& backend) {
  const Reconcile reconcile = [this](const std::string& agent_id) {
    agent_id.empty() ? scheduler_.reconcile_all() : scheduler_.reconcile(agent_id);
  };
  OC_TRY_ASSIGN(activities_,
                control_plane_activities({config_, token_, registry_, repositories_.sources(), repositories_.agents(),
                                          fleet_, agents_, config_parts_, alert_sender_, reconcile, backend}));
  OC_TRY(workflows_.register_workflow(std::string(kReloadWorkflow), kReloadDefinition, &collector_dynamic_reload));
  OC_TRY(workflows_.resume());
  scheduler_.start();
  alerting_.emplace(AlertPipeline::Parts{repositories_.events(), metrics_, system_clock(), {}}, config_);
  if (!config_.overlay.empty())
    overlay_.emplace(config_.overlay, [this](const std::string& text) {
      return take_overlay_file(repositories_.policies(), config_.overlay, text, system_clock().wall_ns(),
                               [this](const model::Policy& policy) { return scheduler_.try_policy(policy); });
    });
  return {};
}

Status ControlPlaneProcess::listen() {
  http::Router opamp_routes;
  opamp_routes.websocket(kOpampPath, [this](const http::Request&) { return agents_.new_session(); });
  OC_TRY_ASSIGN(opamp_, http::Server::listen(server_options(config_.listen.opamp, config_, token_), opamp_routes));
  const ApiContext context{
      registry_,
      feed_,
      repositories_.sources(),
      repositories_.agents(),
      repositories_.configs(),
      repositories_.policies(),
      compiler_,
      fleet_,
      board_,
      metrics_,
      [this] { return verifier_.probe_now(); },
      system_clock().wall_ns(),
      workflows_,
      activities_,
      runner_,
      [this](const model::Policy& policy) { return scheduler_.try_policy(policy); },
      [this](const std::string& reason, const std::string& author) { return scheduler_.take_back(reason, author); },
      [this](const std::string& agent_id) { scheduler_.reconcile(agent_id); }};
  OC_TRY_ASSIGN(api_, http::Server::listen(server_options(config_.listen.ui, config_, token_), rest_api(context)));
  log::info("REST API on {}:{}, OpAMP on {}:{}{}", config_.listen.ui.address, api_port(), config_.listen.opamp.address,
            opamp_port(), kOpampPath);
  return {};
}

}  // namespace oc::control_plane
