#include "agent/agent.h"

#include <cctype>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/utsname.h>

#include "agent/collector_requests.h"
#include "agent/discovery/discovery.h"
#include "agent/discovery/docker/engine_sockets.h"
#include "agent/discovery/marked_file_systems.h"
#include "agent/opamp_client/opamp_client.h"
#include "agent/opamp_client/probe_file.h"
#include "agent/supervisor/supervisor.h"
#include "base/files.h"
#include "base/ids.h"
#include "base/log.h"
#include "contracts/config/official_collector.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kLockTime = 10s;  // an agent that stops takes at most 5 s
constexpr auto kLockRetry = 100ms;

// False: told to stop while waiting.
Result<std::optional<FileLock>> lock_agent(const contracts::DataDirectory& directory, SignalWait& signals) {
  const auto deadline = std::chrono::steady_clock::now() + kLockTime;
  for (;;) {
    auto lock = FileLock::acquire(directory.agent() / "lock");
    if (lock) return std::optional(*std::move(lock));
    if (!lock.error().retryable() || std::chrono::steady_clock::now() > deadline)
      return in_context(std::move(lock).error(), "another agent runs in this data directory");
    const auto event = signals.wait(kLockRetry);
    if (event == SignalWait::Event::kStop || event == SignalWait::Event::kLifelineLost) return std::nullopt;
  }
}

// The OpAMP instance_uid, made once.
Result<std::string> read_or_create_agent_id(const contracts::DataDirectory& directory) {
  const auto path = directory.agent() / "instance_uid";
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    OC_TRY_ASSIGN(std::string id, read_file(path, 1024));
    while (!id.empty() && std::isspace(static_cast<unsigned char>(id.back()))) id.pop_back();
    if (id.size() == 36) return id;
    log::error("{} holds no UUID: the agent gets a new one", path.string());
  }
  std::string id = random_uuid();
  OC_TRY(write_file_atomic(path, id + "\n"));
  return id;
}

// What the agent runs as its collector.
struct CollectorProgram {
  bool official = false;
  std::string version;
  std::vector<std::string> command;  // program and first arguments
};

Result<CollectorProgram> collector_program(const contracts::Config& config, const AgentOptions& options) {
  if (config.collector_kind != "official")
    return CollectorProgram{
        false, OC_VERSION, {options.executable.empty() ? own_executable() : options.executable, "collector"}};
  OC_TRY_ASSIGN(auto found, contracts::find_official_collector(config));
  log::info("the collector is {}, version {}", found.executable, found.version);
  return CollectorProgram{true, std::move(found.version), {std::move(found.executable)}};
}

// Ties the parts together: what one learns the others are told. Called from their threads.
class Wiring final : public DiscoveryListener {
 public:
  Wiring(const contracts::Config& config, const CollectorProgram& program, const contracts::DataDirectory& directory,
         std::string agent_id, Supervisor& supervisor, OpampClient& client)
      : config_(config),
        program_(program),
        directory_(directory),
        agent_id_(std::move(agent_id)),
        supervisor_(supervisor),
        client_(client) {
    describe();
  }

  void on_sources(std::vector<model::DiscoveredLogSource> upserted, std::vector<std::string> removed) override {
    client_.update_sources(std::move(upserted), std::move(removed));
  }
  void on_ledger(std::vector<contracts::LedgerEntry> entries) override {
    client_.report_ledger(std::move(entries));
    supervisor_.expect_figures();
  }
  void on_notes(DiscoveryNotes notes) override {
    found_ = std::move(notes);
    describe();
  }
  void on_short_lived(std::vector<std::string> patterns) override {
    held_files_ = std::move(patterns);
    describe();
  }

  // Who is to hear of what is delivered, from now on; nullptr: nobody.
  void tell(Discovery* discovery) {
    const std::lock_guard lock(mutex_);
    discovery_ = discovery;
  }
  void on_collector(contracts::CollectorReport report) {
    std::map<std::string, std::uint64_t> delivered;
    for (const auto& source : report.sources) delivered[source.source_id] = source.acknowledged_offset;
    client_.report_collector(std::move(report));
    const std::lock_guard lock(mutex_);
    if (discovery_ != nullptr) discovery_->delivered(delivered);
  }

 private:
  void describe() {
    struct utsname host{};
    ::uname(&host);
    Json notes = supervisor_.notes();
    for (const auto& note : found_.notes) notes.push_back(note);
    Json proposed = Json::array();
    for (const auto& log : found_.proposed) proposed.push_back(contracts::to_json(log));
    client_.set_description(
        {.identifying = {{"service.name", "onecollector-agent"},
                         {"service.version", OC_VERSION},
                         {"service.instance.id", agent_id_}},
         .non_identifying = {
             {"host.name", host.nodename},
             {"os.type", "linux"},
             {"onecollector.collector.kind", config_.collector_kind},
             {"onecollector.collector.version", program_.version},
             {"onecollector.collector.health_endpoint", supervisor_.health_endpoint().text()},
             {"onecollector.collector.metrics_endpoint", supervisor_.metrics_endpoint().text()},
             {"onecollector.collector.storage_directory",
              directory_.collector_storage(config_.collector_kind).string()},
             {"onecollector.collector.memory_limit_mib", std::to_string(config_.limits.collector_memory_mib)},
             {"onecollector.collector.held_files", Json(held_files_).dump()},
             {"onecollector.discovery.left_out", Json(found_.left_out).dump()},
             {"onecollector.discovery.proposed", proposed.dump()},
             {"onecollector.discovery.overflows", std::to_string(found_.overflows)},
             {"onecollector.notes", notes.dump(-1, ' ', false, Json::error_handler_t::replace)}}});
  }

  const contracts::Config& config_;
  const CollectorProgram& program_;
  const contracts::DataDirectory& directory_;
  const std::string agent_id_;
  Supervisor& supervisor_;
  OpampClient& client_;
  DiscoveryNotes found_;
  std::vector<std::string> held_files_;
  std::mutex mutex_;
  Discovery* discovery_ = nullptr;
};

// Before it goes, an official collector ends what it is sending, and takes it up again afterwards.
constexpr auto kOfficialApplyTime = 20s;

SupervisorOptions supervisor_options(const contracts::Config& config, const CollectorProgram& program,
                                     const std::string& token) {
  SupervisorOptions options{.health = config.listen.collector_health,
                            .metrics = config.listen.collector_metrics,
                            .token = token,
                            .command = program.command,
                            .official = program.official};
  if (program.official) options.apply_time = kOfficialApplyTime;
  return options;
}

// They call the client and the client calls them: they are ended while all are there. The supervisor first, so that no
// request waits for it.
class EndAtExit {
 public:
  EndAtExit(Supervisor& supervisor, CollectorRequests& requests) : supervisor_(supervisor), requests_(requests) {}
  ~EndAtExit() {
    supervisor_.end();
    requests_.end();
  }
  EndAtExit(const EndAtExit&) = delete;
  EndAtExit& operator=(const EndAtExit&) = delete;

 private:
  Supervisor& supervisor_;
  CollectorRequests& requests_;
};

void wait_for_stop(SignalWait& signals) {
  for (;;) {
    const auto event = signals.wait(1h);
    if (event == SignalWait::Event::kStop) return log::info("stopping");
    if (event == SignalWait::Event::kLifelineLost) return log::info("stopping: onecollector up has ended");
  }
}

}  // namespace

Status run_agent(const contracts::Config& config, const contracts::DataDirectory& directory,
                 const AgentOptions& options, SignalWait& signals) {
  OC_TRY(ensure_directory(directory.agent(), 0700));
  OC_TRY_ASSIGN(const auto lock, lock_agent(directory, signals));
  if (!lock) return {};
  OC_TRY_ASSIGN(const auto agent_id, read_or_create_agent_id(directory));
  OC_TRY_ASSIGN(const auto token, directory.read_or_create_token());
  OC_TRY_ASSIGN(auto probe, ProbeFile::open(directory.probe_file(), agent_id, system_clock()));
  OC_TRY_ASSIGN(const auto program, collector_program(config, options));
  OC_TRY_ASSIGN(const auto supervisor, Supervisor::create(supervisor_options(config, program, token), directory));
  CollectorRequests requests({program.command, directory.collector(), program.official}, *supervisor);
  const auto client =
      OpampClient::start({.url = "ws://" + config.listen.opamp.text() + "/v1/opamp",
                          .token = token,
                          .agent_id = agent_id,
                          .on_remote_config = [&](auto remote) { supervisor->apply(std::move(remote)); },
                          .on_collector_request =
                              [&](auto request, auto answer) { requests.take(std::move(request), std::move(answer)); }},
                         std::move(probe));
  Wiring wiring(config, program, directory, agent_id, *supervisor, *client);
  supervisor->begin({[&](auto status) { client->set_remote_config_status(std::move(status)); },
                     [&](auto effective) { client->set_effective_config(std::move(effective)); },
                     [&](auto health) { client->set_health(std::move(health)); },
                     [&](auto report) { wiring.on_collector(std::move(report)); }});
  const EndAtExit end_at_exit(*supervisor, requests);
  std::unique_ptr<Discovery> discovery;
  if (config.filesystem.enabled || config.docker.enabled || config.journald.enabled || config.processes.enabled) {
    auto files = config.filesystem;
    if (!files.enabled) files.roots.clear();
    OC_TRY_ASSIGN(auto marks, take_over_marks(options.file_system_events));
    OC_TRY_ASSIGN(discovery,
                  Discovery::start({.agent_id = agent_id,
                                    .filesystem = files,
                                    .engine_sockets = engine_sockets(config.docker, ::getenv("XDG_RUNTIME_DIR")),
                                    .journald = config.journald,
                                    .processes = config.processes,
                                    .backfill = config.backfill,
                                    .limits = config.limits,
                                    .native_collector = !program.official,
                                    .marks = std::move(marks)},
                                   directory, wiring));
    wiring.tell(discovery.get());
  } else {
    wiring.on_sources({}, {});
  }
  wait_for_stop(signals);
  wiring.tell(nullptr);
  return {};
}

}  // namespace oc::agent
