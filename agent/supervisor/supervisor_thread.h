// The thread behind Supervisor. All but what says otherwise runs on it.
#pragma once

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "agent/supervisor/collector_runner.h"
#include "agent/supervisor/config_files.h"
#include "agent/supervisor/figures.h"
#include "agent/supervisor/health_report.h"
#include "agent/supervisor/port_choice.h"
#include "agent/supervisor/restart_backoff.h"
#include "agent/supervisor/supervisor.h"
#include "agent/wake_event.h"

namespace oc::agent {

class SupervisorThread final : public Supervisor {
 public:
  SupervisorThread(SupervisorOptions options, const contracts::DataDirectory& directory,
                   std::optional<CollectorProcess> adopted, PortChoice health, PortChoice metrics);
  ~SupervisorThread() override { end(); }

  void begin(SupervisorCallbacks callbacks) override;
  void end() override;
  void apply(contracts::opamp::RemoteConfig config) override;
  void trust(const std::string& yaml) override;
  Status command(contracts::CollectorAction action) override;
  void expect_figures() override;
  const contracts::Endpoint& health_endpoint() const override { return health_; }
  const contracts::Endpoint& metrics_endpoint() const override { return metrics_; }
  const std::vector<std::string>& notes() const override { return notes_; }

 private:
  using Steady = std::chrono::steady_clock;
  struct Command {
    contracts::CollectorAction action;
    std::promise<Status> done;
  };
  // What others left for the thread.
  struct Wanted {
    std::optional<contracts::opamp::RemoteConfig> config;
    std::vector<Command> commands;
  };

  void run();
  void sleep();
  void resume();
  void start_collector();
  void on_death();
  void look_soon();
  void look();
  void count_anew();
  void report_status(const std::string& hash, contracts::opamp::RemoteConfigState state, const std::string& error);
  void report_health();

  // supervisor_commands.cc
  Wanted take_wanted();
  void carry_out(std::vector<Command> commands);
  Status carry_out(contracts::CollectorAction action);
  void apply_now(contracts::opamp::RemoteConfig config);
  bool runs_already(const std::string& yaml);
  bool is_trusted(const std::string& yaml);
  Status put_into_effect(const std::string& yaml);
  Status switch_collector();
  contracts::opamp::ConfigMap effective_config() const { return {{"", {files_.current().value_or(""), "text/yaml"}}}; }

  const SupervisorOptions options_;
  const contracts::Endpoint health_, metrics_;
  std::vector<std::string> notes_;
  std::atomic<bool> stopping_ = false, figures_expected_ = false;
  ConfigFiles files_;
  CollectorRunner collector_;
  SupervisorCallbacks callbacks_;
  CollectorState state_;
  RestartBackoff backoff_;
  Figures figures_;
  Steady::time_point start_at_, look_at_, last_look_, busy_until_;
  bool held_ = false;  // stopped on request: not started until somebody asks for it

  std::mutex mutex_;  // guards the next three
  Wanted wanted_;
  std::string trusted_hash_;
  bool ended_ = false;
  WakeEvent wake_;
  std::thread thread_;
};

}  // namespace oc::agent
