#include "agent/supervisor/supervisor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <poll.h>

#include "agent/supervisor/supervisor_thread.h"
#include "base/clock.h"
#include "base/log.h"

namespace oc::agent {

using namespace std::chrono_literals;
using contracts::opamp::RemoteConfigState;

namespace {

constexpr auto kBusyLook = 1s;   // at the collector's figures while they move
constexpr auto kIdleLook = 15s;  // reading a thousand sources' figures costs milliseconds: rarely, then
constexpr auto kOfficialFiguresTime = 3s;
constexpr auto kStartTime = 5s;  // for the config of the last run to be seen again
constexpr auto kForeignGrace = 4s;

std::vector<std::string> validate_command(std::vector<std::string> command) {
  command.insert(command.end(), {"validate", "--config"});
  return command;
}

}  // namespace

SupervisorThread::SupervisorThread(SupervisorOptions options, const contracts::DataDirectory& directory,
                                   std::optional<CollectorProcess> adopted, PortChoice health, PortChoice metrics)
    : options_(std::move(options)),
      health_(health.endpoint),
      metrics_(metrics.endpoint),
      files_(directory.collector_config(), validate_command(options_.command)),
      collector_({options_.command, directory.collector_config(), directory.own_log("collector"),
                  "http://" + metrics_.text() + "/metrics", options_.token, options_.official},
                 std::move(adopted), stopping_) {
  for (auto* choice : {&health, &metrics})
    if (!choice->note.empty()) notes_.push_back(choice->note);
}

void SupervisorThread::begin(SupervisorCallbacks callbacks) {
  callbacks_ = std::move(callbacks);
  thread_ = std::thread([this] { run(); });
}

void SupervisorThread::end() {
  stopping_ = true;
  wake_.set();
  if (thread_.joinable()) thread_.join();
  carry_out(take_wanted().commands);  // whoever came too late is told so
  collector_.stop();
}

void SupervisorThread::expect_figures() {
  if (!figures_expected_.exchange(true)) wake_.set();
}

void SupervisorThread::run() {
  resume();
  while (!stopping_) {
    if (collector_.has_ended()) on_death();
    const bool due = !held_ && files_.current() && Steady::now() >= start_at_;
    if (!collector_.has_process() && due) start_collector();
    auto wanted = take_wanted();
    carry_out(std::move(wanted.commands));
    if (wanted.config) apply_now(*std::move(wanted.config));
    if (figures_expected_.exchange(false)) look_soon();
    if (collector_.has_process() && Steady::now() >= look_at_) look();
    sleep();
  }
}

void SupervisorThread::sleep() {
  std::optional<Steady::time_point> until;
  if (collector_.has_process()) {
    until = look_at_;
  } else if (files_.current() && !held_) {
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
void SupervisorThread::resume() {
  if (collector_.has_process()) log::info("adopted the running collector, process {}", collector_.pid());
  if (files_.current()) {
    callbacks_.on_effective_config(effective_config());
    if (!collector_.has_process()) start_collector();
    const bool runs = collector_.wait_for_config(files_.current_hash(), kStartTime).has_value();
    if (runs) report_status(files_.current_hash(), RemoteConfigState::kApplied, {});
  }
  look();
}

void SupervisorThread::start_collector() {
  backoff_.started(Steady::now());
  count_anew();
  if (auto started = collector_.start(files_.current_hash()); !started) {
    state_.last_error = started.error().text();
    log::error("the collector cannot be started: {}", state_.last_error);
    start_at_ = Steady::now() + backoff_.after_death(Steady::now());
    return report_health();
  }
  state_.started_ns = system_clock().wall_ns();
  look_at_ = Steady::now() + kBusyLook;
  log::info("started the collector, process {}", collector_.pid());
}

void SupervisorThread::on_death() {
  state_.last_error = collector_.reap();
  state_.answers = false;
  const auto wait = backoff_.after_death(Steady::now());
  start_at_ = Steady::now() + wait;
  log::warn("{}; starting it again in {} ms", state_.last_error, wait.count());
  report_health();
}

// An official collector looks at its files from time to time: what was written may not be in its first figures.
void SupervisorThread::look_soon() {
  look_at_ = std::min(look_at_, last_look_ + kBusyLook);
  if (options_.official) busy_until_ = Steady::now() + kOfficialFiguresTime;
}

void SupervisorThread::look() {
  last_look_ = Steady::now();
  bool moved = false;
  const auto metrics = collector_.has_process() ? collector_.figures() : std::nullopt;
  state_.answers = metrics.has_value();
  if (metrics) {
    if (metrics->config_hashes.contains(files_.current_hash())) state_.last_error.clear();
    auto changed = figures_.take(metrics->report);
    moved = !changed.sources.empty() || figures_.left_out_changed();
    if (moved) callbacks_.on_report(std::move(changed));
  }
  const bool busy = moved || !metrics || last_look_ < busy_until_;
  look_at_ = last_look_ + (busy ? Steady::duration(kBusyLook) : Steady::duration(kIdleLook));
  report_health();
}

// An official collector's counts begin at 0 with every start and reload, and it shows none before the first record:
// the last figures are told, then that they begin anew.
void SupervisorThread::count_anew() {
  if (!options_.official) return;
  if (collector_.has_process() && !collector_.has_ended()) look();
  if (auto zeros = figures_.begin_anew(); !zeros.sources.empty()) callbacks_.on_report(std::move(zeros));
}

void SupervisorThread::report_status(const std::string& hash, RemoteConfigState state, const std::string& error) {
  if (state == RemoteConfigState::kFailed) log::error("config {} failed: {}", hash, error);
  if (state == RemoteConfigState::kApplied) log::info("config {} is applied", hash);
  callbacks_.on_remote_config_status({hash, state, error});
}

void SupervisorThread::report_health() {
  state_.configured = files_.current().has_value();
  state_.running = collector_.has_process();
  callbacks_.on_health(health_report(state_, figures_.by_source()));
}

Result<std::unique_ptr<Supervisor>> Supervisor::create(SupervisorOptions options,
                                                       const contracts::DataDirectory& directory) {
  OC_TRY(ensure_directory(directory.collector(), 0700));
  OC_TRY(ensure_directory(directory.collector_storage(options.official ? "official" : "native"), 0700));
  OC_TRY(ensure_directory(directory.own_log("collector").parent_path()));
  auto adopted = CollectorProcess::adopt(directory.collector() / "collector.lock");
  if (adopted && options.official) {  // of an agent that ran the native one
    adopted->stop(kForeignGrace);
    adopted.reset();
  }
  const pid_t own = adopted ? adopted->pid() : 0;
  OC_TRY_ASSIGN(auto health, choose_port(options.health, "health check", own));
  OC_TRY_ASSIGN(auto metrics, choose_port(options.metrics, "metrics endpoint", own));
  return std::make_unique<SupervisorThread>(std::move(options), directory, std::move(adopted), std::move(health),
                                            std::move(metrics));
}

}  // namespace oc::agent
