#include "apps/onecollector/up/role_group.h"

#include <algorithm>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/discovery/marked_file_systems.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"

namespace oc::apps {

using std::chrono::steady_clock;

namespace {

constexpr int kHopeless = 3;  // deaths before the first readiness; one may be a race with a predecessor's end
constexpr std::chrono::milliseconds kAgentStop{4'500};  // the agent gives its collector 4 s
constexpr std::chrono::milliseconds kStop{5'000};
constexpr std::chrono::seconds kRotationInterval{10};
constexpr std::chrono::seconds kGroupsInterval{1};  // an engine is installed, its socket is given to another group

bool is_agent(const RoleProcess& role) { return role.role() == "agent"; }
bool is_any(const RoleProcess&) { return true; }

std::vector<std::string> with_backfill(std::vector<std::string> arguments, const std::string& backfill) {
  if (!backfill.empty()) arguments.insert(arguments.end(), {"--backfill", backfill});
  return arguments;
}

// A filter that does not parse is the agent's to complain of.
UniqueFd mark_searched_file_systems(const contracts::FilesystemDiscovery& config) {
  if (!config.enabled) return {};
  const auto filter = agent::PathFilter::make(config);
  return filter ? agent::mark_file_systems(*filter) : UniqueFd();
}

}  // namespace

RoleGroup::RoleGroup(const contracts::Config& config, const contracts::DataDirectory& data, const ServiceUser& user,
                     const std::vector<std::string>& arguments, const std::string& backfill)
    : config_(config), data_(data), finder_(config.processes.enabled, arguments, data, user) {
  if (config.embedded_backend()) roles_.emplace_back("backend", arguments, data, user);
  roles_.emplace_back("control-plane", arguments, data, user);
  auto with_engine = user;
  if (config.docker.enabled) with_engine.engine_sockets = config.docker.sockets;
  roles_.emplace_back("agent", with_backfill(arguments, backfill), data, with_engine);
  file_system_events_ = mark_searched_file_systems(config.filesystem);
  if (file_system_events_) roles_.back().hand_over("--file-system-events", file_system_events_.get());
}

Status RoleGroup::start() {
  for (auto& role : roles_) OC_TRY(role.start());
  write_state();
  return {};
}

bool RoleGroup::tend(SignalWait& signals, std::chrono::milliseconds timeout) {
  const auto event = signals.wait(timeout);
  if (event == SignalWait::Event::kStop) return false;
  reap();
  const auto now = steady_clock::now();
  for (auto& role : roles_) {
    const pid_t before = role.pid();
    role.tend(now);
    if (role.pid() != before) write_state();
  }
  finder_.tend(now);
  if (now >= next_groups_) {
    for (auto& role : roles_) role.join_groups();
    next_groups_ = now + kGroupsInterval;
  }
  if (now >= next_rotation_) {
    for (const auto& role : roles_) role.rotate_log();
    next_rotation_ = now + kRotationInterval;
  }
  return true;
}

void RoleGroup::reap() {
  int status = 0;
  for (pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0; pid = ::waitpid(-1, &status, WNOHANG)) {
    finder_.reaped(pid, status);
    for (auto& role : roles_)
      if (role.reaped(pid, status, steady_clock::now())) break;
  }
}

const RoleProcess* RoleGroup::hopeless() const {
  const auto found = std::ranges::find_if(roles_, [](const auto& role) { return role.deaths() >= kHopeless; });
  return found == roles_.end() ? nullptr : &*found;
}

bool RoleGroup::wait_until_gone(const std::function<bool(const RoleProcess&)>& which, steady_clock::time_point end) {
  while (std::ranges::any_of(roles_, [&](const auto& role) { return which(role) && role.running(); })) {
    if (steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    reap();
  }
  return true;
}

void RoleGroup::stop() {
  const auto begin = steady_clock::now();
  finder_.stop();
  for (auto& role : roles_) role.expect_end();
  for (const auto& role : roles_)
    if (is_agent(role)) role.signal(SIGTERM);
  wait_until_gone(is_agent, begin + kAgentStop);
  for (const auto& role : roles_) role.signal(SIGTERM);
  if (!wait_until_gone(is_any, begin + kStop)) {
    log::warn("not everything stopped in time and was ended by force; nothing is lost, it goes on at the next start");
    for (const auto& role : roles_) role.signal(SIGKILL);
    wait_until_gone(is_any, steady_clock::now() + std::chrono::seconds(1));
  }
  ::unlink(data_.state().c_str());
}

void RoleGroup::write_state() const {
  Json state = {{"pid", ::getpid()}, {"roles", Json::object()}};
  for (const auto& role : roles_) state["roles"][role.role()] = role.pid();
  state["server"] = "http://" + config_.listen.ui.text();
  state["logs"] = config_.logs_base_url();
  if (const auto written = write_file_atomic(data_.state(), state.dump(2) + "\n"); !written)
    log::warn("{}", written.error().text());
}

}  // namespace oc::apps
