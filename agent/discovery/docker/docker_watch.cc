#include "agent/discovery/docker/docker_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_layout.h"
#include "base/clock.h"
#include "base/log.h"

namespace oc::agent {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kReconcile{60};    // a full list, whatever the events said
constexpr std::chrono::seconds kKeptRemoved{60};  // as discovery keeps files that are gone

// After these a container may have another log path or name.
const std::set<std::string> kChanges = {"create", "start", "restart", "rename", "update"};
// "died" and "remove" are Podman's.
const std::set<std::string> kEnds = {"die", "died", "destroy", "remove"};

void sleep_unless_stopped(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

DockerWatch::DockerWatch(std::string socket, std::function<void(const Containers&)> on_change)
    : socket_(std::move(socket)),
      on_change_(std::move(on_change)),
      client_(socket_),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void DockerWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::error_code ignored;
    if (std::filesystem::exists(socket_, ignored)) {
      const auto outcome = follow(stop);
      if (stop.stop_requested()) return;
      say(outcome);
      if (outcome) continue;
    } else if (!folder_.empty()) {
      say(retryable(fmt::format("{} is gone", socket_), "is the engine running?"));
    }
    sleep_unless_stopped(kRetry, stop);
  }
}

// Events from the moment before the list was asked for, so that nothing falls in between.
Status DockerWatch::follow(const std::stop_token& stop) {
  const Nanos since = system_clock().wall_ns();
  OC_TRY_ASSIGN(folder_, log_folder(client_, socket_, stop));
  known_.folders = {folder_};
  EngineEvents events(socket_, folder_, since);
  while (!stop.stop_requested()) {
    OC_TRY(list(stop));
    for (const auto until = steady_clock::now() + kReconcile; steady_clock::now() < until && !stop.stop_requested();) {
      OC_TRY_ASSIGN(const auto event,
                    events.next(std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()), stop));
      if (event) take_event(*event, stop);
    }
  }
  return {};
}

Status DockerWatch::list(const std::stop_token& stop) {
  OC_TRY_ASSIGN(const auto listed, client_.get("/containers/json?all=true", stop));
  if (!listed.is_array()) return permanent(socket_ + " does not speak Docker's Engine API");
  const auto before = known_;
  known_.troubles.clear();
  std::set<std::string> ids;
  for (const auto& entry : listed) {
    const auto id = text_at(entry, {"Id"});
    if (id.empty()) continue;
    ids.insert(id);
    if (is_new(id, entry)) look_at(id, nullptr, stop);
  }
  const auto now = steady_clock::now();
  std::erase_if(known_.containers, [&](const auto& known) {
    return !ids.contains(known.first) && now - removed_.try_emplace(known.first, now).first->second >= kKeptRemoved;
  });
  std::erase_if(removed_, [&](const auto& entry) { return !known_.containers.contains(entry.first); });
  const bool folder_is_new = std::exchange(told_folder_, folder_) != folder_;
  if (folder_is_new || before.containers != known_.containers || !before.troubles.empty()) on_change_(known_);
  return {};
}

// Labels and log drivers never change, names and states do.
bool DockerWatch::is_new(const std::string& id, const Json& listed) const {
  const auto known = known_.containers.find(id);
  if (known == known_.containers.end()) return true;
  if (known->second.ended != has_ended(text_at(listed, {"State"}))) return true;
  const auto names = listed.find("Names");
  const auto name = known->second.metadata.find("container.name");
  if (names == listed.end() || !names->is_array() || name == known->second.metadata.end()) return false;
  return std::ranges::none_of(*names, [&](const Json& each) { return each == "/" + name->second; });
}

void DockerWatch::look_at(const std::string& id, const EngineEvents::Event* event, const std::stop_token& stop) {
  const auto known = known_.containers.find(id);
  const bool is_known = known != known_.containers.end();
  auto log = event != nullptr && event->log ? event->log : open_log_of(folder_, id);
  const auto inspect = client_.get(inspect_path(folder_, id), stop);
  if (!inspect && is_known && !known->second.log && known->second.left_out.empty()) known->second.log = log;
  if (!inspect && (is_known || event == nullptr)) return;  // gone already, or the engine is: the next list says which
  auto container = inspect ? container_from_inspect(*inspect) : container_from_event(event->json);
  if (!container) return;
  if (!inspect && log) container->is_local = is_local_log(log->path);
  const auto path = container->is_local ? local_log_path(folder_, id) : default_log_path(folder_, id);
  const auto name = container->log_path.rfind('/');
  const bool as_usual = name == std::string::npos || container->log_path.substr(name) == path.substr(path.rfind('/'));
  if (container->in_journal) container->log_path.clear();
  if (container->left_out.empty() && !container->in_journal && as_usual)
    container->log_path = path;  // never begun, or reached by a link
  if (container->log_path != path || !log || log->path != path) log = open_log(container->log_path);
  if (is_known && known->second.log) log = known->second.log;
  if (container->left_out.empty() && !container->in_journal) container->log = std::move(log);
  known_.containers[id] = *std::move(container);
}

void DockerWatch::take_event(const EngineEvents::Event& event, const std::stop_token& stop) {
  const auto& id = event.container_id;
  const auto before = known_.containers;
  if (event.action == "destroy" || event.action == "remove") removed_.try_emplace(id, steady_clock::now());
  const auto known = known_.containers.find(id);
  if (known != known_.containers.end() && kEnds.contains(event.action)) known->second.ended = true;
  if (kChanges.contains(event.action)) look_at(id, &event, stop);
  if (known_.containers != before) on_change_(known_);
}

// Once for each change of its state.
void DockerWatch::say(const Status& outcome) {
  std::vector<std::string> troubles;
  if (!outcome) troubles.push_back(outcome.error().text());
  if (troubles == known_.troubles) return;
  known_.troubles = troubles;
  for (const auto& trouble : troubles) log::warn("containers: {}", trouble);
  on_change_(known_);
}

}  // namespace oc::agent
