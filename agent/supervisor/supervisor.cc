#include "agent/supervisor/supervisor.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <poll.h>

#include "agent/supervisor/collector_runner.h"
#include "agent/supervisor/config_files.h"
#include "agent/supervisor/figures.h"
#include "agent/supervisor/health_report.h"
#include "agent/supervisor/port_choice.h"
#include "agent/supervisor/restart_backoff.h"
#include "agent/wake_event.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using contracts::opamp::RemoteConfigState;
using Steady = std::chrono::steady_clock;

constexpr auto kBusyLook = 1s;   // at the collector's figures while they move
constexpr auto kIdleLook = 15s;  // reading a thousand sources' figures costs milliseconds: rarely, then
constexpr auto kStartTime = 5s;  // for the config of the last run to be seen again

std::vector<std::string> validate_command(std::vector<std::string> command) {
  command.insert(command.end(), {"validate", "--config"});
  return command;
}

class SupervisorThread final : public Supervisor {
 public:
  SupervisorThread(SupervisorOptions options, const contracts::DataDirectory& directory,
                   std::optional<CollectorProcess> adopted, PortChoice health, PortChoice metrics)
      : options_(std::move(options)),
        health_(health.endpoint),
        metrics_(metrics.endpoint),
        files_(directory.collector_config(), validate_command(options_.command)),
        collector_({options_.command, directory.collector_config(), directory.own_log("collector"),
                    "http://" + metrics_.text() + "/metrics", options_.token},
                   std::move(adopted), stopping_) {
    for (auto* choice : {&health, &metrics})
      if (!choice->note.empty()) notes_.push_back(choice->note);
  }
  ~SupervisorThread() override { end(); }

  void end() override {
    stopping_ = true;
    wake_.set();
    if (thread_.joinable()) thread_.join();
    collector_.stop();
  }

  void begin(SupervisorCallbacks callbacks) override {
    callbacks_ = std::move(callbacks);
    thread_ = std::thread([this] { run(); });
  }
  void apply(contracts::opamp::RemoteConfig config) override {
    {
      const std::lock_guard lock(mutex_);
      wanted_ = std::move(config);
    }
    wake_.set();
  }
  void expect_figures() override {
    if (!figures_expected_.exchange(true)) wake_.set();
  }
  const contracts::Endpoint& health_endpoint() const override { return health_; }
  const contracts::Endpoint& metrics_endpoint() const override { return metrics_; }
  const std::vector<std::string>& notes() const override { return notes_; }

 private:
  void run() {
    resume();
    while (!stopping_) {
      if (collector_.has_ended()) on_death();
      if (!collector_.has_process() && files_.current() && Steady::now() >= start_at_) start_collector();
      if (auto config = take_wanted()) apply_now(*std::move(config));
      if (figures_expected_.exchange(false)) look_at_ = std::min(look_at_, last_look_ + kBusyLook);
      if (collector_.has_process() && Steady::now() >= look_at_) look();
      sleep();
    }
  }

  void sleep() {
    std::optional<Steady::time_point> until;
    if (collector_.has_process()) {
      until = look_at_;
    } else if (files_.current()) {
      until = start_at_;
    }
    int timeout = -1;
    if (until)
      timeout = static_cast<int>(
          std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(*until - Steady::now()).count()));
    std::array<pollfd, 2> fds{{{wake_.fd(), POLLIN, 0}, {collector_.exit_fd(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), timeout);
    wake_.clear();
  }

  // Before the control plane says anything, the config of the last run goes on.
  void resume() {
    if (collector_.has_process()) log::info("adopted the running collector, process {}", collector_.pid());
    if (files_.current()) {
      callbacks_.on_effective_config(effective_config());
      if (!collector_.has_process()) start_collector();
      const bool runs = collector_.wait_for_config(files_.current_hash(), kStartTime).has_value();
      if (runs) report_status(files_.current_hash(), RemoteConfigState::kApplied, {});
    }
    look();
  }

  void start_collector() {
    backoff_.started(Steady::now());
    if (auto started = collector_.start(); !started) {
      state_.last_error = started.error().text();
      log::error("the collector cannot be started: {}", state_.last_error);
      start_at_ = Steady::now() + backoff_.after_death(Steady::now());
      return report_health();
    }
    state_.started_ns = system_clock().wall_ns();
    look_at_ = Steady::now() + kBusyLook;
    log::info("started the collector, process {}", collector_.pid());
  }

  void on_death() {
    state_.last_error = collector_.reap();
    state_.answers = false;
    const auto wait = backoff_.after_death(Steady::now());
    start_at_ = Steady::now() + wait;
    log::warn("{}; starting it again in {} ms", state_.last_error, wait.count());
    report_health();
  }

  std::optional<contracts::opamp::RemoteConfig> take_wanted() {
    const std::lock_guard lock(mutex_);
    return std::exchange(wanted_, std::nullopt);
  }

  void apply_now(contracts::opamp::RemoteConfig config) {
    const auto file = config.files.find("");
    if (file == config.files.end())
      return report_status(config.hash, RemoteConfigState::kFailed, "the config has no file with the empty name");
    const std::string& yaml = file->second.body;
    if (runs_already(yaml)) return report_status(config.hash, RemoteConfigState::kApplied, {});
    report_status(config.hash, RemoteConfigState::kApplying, {});
    if (auto applied = put_into_effect(yaml); !applied) {
      report_status(config.hash, RemoteConfigState::kFailed, applied.error().text());
    } else {
      callbacks_.on_effective_config(effective_config());
      report_status(config.hash, RemoteConfigState::kApplied, {});
    }
    look();
  }

  bool runs_already(const std::string& yaml) {
    if (yaml != files_.current() || !collector_.has_process()) return false;
    const auto metrics = collector_.scrape();
    return metrics && metrics->config_hashes.contains(files_.current_hash());
  }

  // After an error the config before it runs again.
  Status put_into_effect(const std::string& yaml) {
    OC_TRY(files_.validate(yaml));
    OC_TRY(files_.install(yaml));
    auto result = switch_collector();
    if (result || stopping_) return result;
    const std::string words = collector_.words();
    OC_TRY(files_.put_back());
    if (auto back = switch_collector(); !back) log::warn("putting the config before back: {}", back.error().text());
    if (!words.empty()) result.error().message += ": " + words;
    return result;
  }

  // Makes the collector run what the config file says now; without one it is stopped.
  Status switch_collector() {
    if (collector_.has_ended()) on_death();
    if (!files_.current()) {
      collector_.stop();
      return {};
    }
    if (collector_.has_process()) {
      OC_TRY(collector_.reload());
    } else {
      start_collector();
    }
    return collector_.wait_for_config(files_.current_hash(), options_.apply_time);
  }

  void look() {
    last_look_ = Steady::now();
    bool moved = false;
    const auto metrics = collector_.has_process() ? collector_.scrape() : std::nullopt;
    state_.answers = metrics.has_value();
    if (metrics) {
      if (metrics->config_hashes.contains(files_.current_hash())) state_.last_error.clear();
      auto changed = figures_.take(metrics->report);
      moved = !changed.sources.empty();
      if (moved) callbacks_.on_report(std::move(changed));
    }
    look_at_ = last_look_ + (moved || !metrics ? Steady::duration(kBusyLook) : Steady::duration(kIdleLook));
    report_health();
  }

  contracts::opamp::ConfigMap effective_config() const { return {{"", {files_.current().value_or(""), "text/yaml"}}}; }
  void report_status(const std::string& hash, RemoteConfigState state, const std::string& error) {
    if (state == RemoteConfigState::kFailed) log::error("config {} failed: {}", hash, error);
    if (state == RemoteConfigState::kApplied) log::info("config {} is applied", hash);
    callbacks_.on_remote_config_status({hash, state, error});
  }
  void report_health() {
    state_.configured = files_.current().has_value();
    state_.running = collector_.has_process();
    callbacks_.on_health(health_report(state_, figures_.by_source()));
  }

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
  Steady::time_point start_at_, look_at_, last_look_;

  std::mutex mutex_;  // guards wanted_
  std::optional<contracts::opamp::RemoteConfig> wanted_;
  WakeEvent wake_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Supervisor>> Supervisor::create(SupervisorOptions options,
                                                       const contracts::DataDirectory& directory) {
  OC_TRY(ensure_directory(directory.collector(), 0700));
  OC_TRY(ensure_directory(directory.collector_storage(), 0700));
  OC_TRY(ensure_directory(directory.own_log("collector").parent_path()));
  auto adopted = CollectorProcess::adopt(directory.collector() / "collector.lock");
  const pid_t own = adopted ? adopted->pid() : 0;
  OC_TRY_ASSIGN(auto health, choose_port(options.health, "health check", own));
  OC_TRY_ASSIGN(auto metrics, choose_port(options.metrics, "metrics endpoint", own));
  return std::make_unique<SupervisorThread>(std::move(options), directory, std::move(adopted), std::move(health),
                                            std::move(metrics));
}

}  // namespace oc::agent
