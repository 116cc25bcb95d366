#include "agent/discovery/docker/engine_events.h"

#include <utility>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_layout.h"

namespace oc::agent {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
// More than an engine makes in the time of its slowest answer; then it is read no faster than it is worked through.
constexpr std::size_t kMaxWaiting = 10'000;

}  // namespace

std::shared_ptr<const OpenLog> open_log(const std::string& path) {
  auto fd = open_to_look_at(path);
  const auto stat = fd ? stat_open_file(fd->get()) : Result<FileStat>(std::unexpected(fd.error()));
  if (!stat || stat->kind != FileStat::Kind::kRegular) return nullptr;
  return std::make_shared<const OpenLog>(*std::move(fd), *stat, path);
}

std::shared_ptr<const OpenLog> open_log_of(const std::string& folder, const std::string& container_id) {
  auto log = open_log(default_log_path(folder, container_id));
  return log || is_podman_folder(folder) ? log : open_log(local_log_path(folder, container_id));
}

EngineEvents::EngineEvents(const std::string& socket, std::string folder, Nanos since)
    : folder_(std::move(folder)),
      catcher_(folder_),
      client_(socket),
      thread_([this, since](const std::stop_token& stop) { run(stop, since); }) {}

void EngineEvents::run(const std::stop_token& stop, Nanos since) {
  const auto path = fmt::format("/events?since={}.{:09}&filters=%7B%22type%22%3A%5B%22container%22%5D%7D",
                                since / kSecond, since % kSecond);
  auto ended =
      client_.stream(path, [&](const Json& json) { take(json, stop); }, [&] { return !stop.stop_requested(); });
  const std::lock_guard lock(mutex_);
  ended_ = ended ? Status(retryable("the engine ended its stream of events")) : std::move(ended);
  changed_.notify_all();
}

void EngineEvents::take(const Json& json, const std::stop_token& stop) {
  Event event{.container_id = text_at(json, {"Actor", "ID"}),
              .action = text_at(json, {"Action"}),
              .json = json,
              .log = nullptr};
  if (event.container_id.empty()) return;
  if (event.action == "start") event.log = catcher_.take(event.container_id);
  if (event.action == "start" && !event.log) event.log = open_log_of(folder_, event.container_id);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return events_.size() < kMaxWaiting; });
  events_.push_back(std::move(event));
  changed_.notify_all();
}

Result<std::optional<EngineEvents::Event>> EngineEvents::next(std::chrono::milliseconds time,
                                                              const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [&] { return !events_.empty() || !ended_; });
  if (events_.empty() && !ended_) return std::unexpected(ended_.error());
  if (events_.empty()) return std::nullopt;
  auto event = std::move(events_.front());
  events_.pop_front();
  changed_.notify_all();
  return event;
}

}  // namespace oc::agent
