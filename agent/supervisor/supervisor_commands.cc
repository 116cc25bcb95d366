// What the supervisor does when it is told to: put a config into effect, or start, stop, restart, reload the collector.
#include <utility>

#include "agent/supervisor/supervisor_thread.h"
#include "base/ids.h"
#include "base/log.h"

namespace oc::agent {

using contracts::CollectorAction;
using contracts::opamp::RemoteConfigState;

namespace {

constexpr const char* kHeld = "the collector was stopped on request";
constexpr const char* kHowToStart = "start it again: onecollector activities run start_collector_activity";

}  // namespace

void SupervisorThread::apply(contracts::opamp::RemoteConfig config) {
  {
    const std::lock_guard lock(mutex_);
    wanted_.config = std::move(config);
  }
  wake_.set();
}

void SupervisorThread::trust(const std::string& yaml) {
  auto hash = stable_hash(yaml);
  const std::lock_guard lock(mutex_);
  trusted_hash_ = std::move(hash);
}

bool SupervisorThread::is_trusted(const std::string& yaml) {
  const auto hash = stable_hash(yaml);
  const std::lock_guard lock(mutex_);
  return trusted_hash_ == hash;
}

Status SupervisorThread::command(CollectorAction action) {
  std::future<Status> done;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return retryable("the agent is stopping");
    wanted_.commands.push_back({action, {}});
    done = wanted_.commands.back().done.get_future();
  }
  wake_.set();
  return done.get();
}

SupervisorThread::Wanted SupervisorThread::take_wanted() {
  const std::lock_guard lock(mutex_);
  if (stopping_) ended_ = true;
  return std::exchange(wanted_, {});
}

void SupervisorThread::carry_out(std::vector<Command> commands) {
  for (auto& command : commands)
    command.done.set_value(stopping_ ? Status(retryable("the agent is stopping")) : carry_out(command.action));
}

Status SupervisorThread::carry_out(CollectorAction action) {
  log::info("asked to {} the collector", to_string(action));
  held_ = action == CollectorAction::kStop;
  if (action == CollectorAction::kStop || action == CollectorAction::kRestart) collector_.stop();
  if (action == CollectorAction::kStop) {
    state_.last_error = kHeld;
    look();
    return {};
  }
  if (!files_.current()) return retryable("there is no config to run yet");
  const auto switched = switch_collector();
  look();
  return switched;
}

void SupervisorThread::apply_now(contracts::opamp::RemoteConfig config) {
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
  figures_expected_ = true;  // a source that is new to it has none yet
}

bool SupervisorThread::runs_already(const std::string& yaml) {
  if (yaml != files_.current() || !collector_.has_process()) return false;
  const auto metrics = collector_.scrape();
  return metrics && metrics->config_hashes.contains(files_.current_hash());
}

// After an error the config before it runs again.
Status SupervisorThread::put_into_effect(const std::string& yaml) {
  if (held_) return retryable(kHeld, kHowToStart);
  if (!is_trusted(yaml)) OC_TRY(files_.validate(yaml));
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
Status SupervisorThread::switch_collector() {
  if (collector_.has_ended()) on_death();
  if (!files_.current()) {
    collector_.stop();
    return {};
  }
  if (collector_.has_process()) {
    count_anew();
    OC_TRY(collector_.reload(files_.current_hash()));
  } else {
    start_collector();
  }
  return collector_.wait_for_config(files_.current_hash(), options_.apply_time);
}

}  // namespace oc::agent
