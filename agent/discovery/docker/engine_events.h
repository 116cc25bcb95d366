// The events of an engine's containers, from a time on, each with the log that was caught of its container. They are
// read on a thread of their own, whatever else there is to be asked.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "agent/discovery/docker/container.h"
#include "agent/discovery/docker/engine_client.h"
#include "agent/discovery/docker/log_catcher.h"
#include "base/clock.h"

namespace oc::agent {

class EngineEvents {
 public:
  // `folder`: where the logs of containers lie.
  EngineEvents(const std::string& socket, std::string folder, Nanos since);

  struct Event {
    std::string container_id, action;
    Json json;
    std::shared_ptr<const OpenLog> log;  // of a container that has begun; nullptr: it was not there
  };
  // Waits for the next one, at most `time`. nullopt: none came. An error: the stream has ended, and why.
  Result<std::optional<Event>> next(std::chrono::milliseconds time, const std::stop_token& stop);

 private:
  void run(const std::stop_token& stop, Nanos since);
  void take(const Json& json, const std::stop_token& stop);

  const std::string folder_;
  LogCatcher catcher_;
  EngineClient client_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Event> events_;
  Status ended_;
  std::jthread thread_;  // last: it uses all of the above
};

// nullptr: there is no such file.
std::shared_ptr<const OpenLog> open_log(const std::string& path);
// Of a container of which no more is known than its id.
std::shared_ptr<const OpenLog> open_log_of(const std::string& folder, const std::string& container_id);

}  // namespace oc::agent
