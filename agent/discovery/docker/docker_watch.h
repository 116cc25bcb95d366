// Follows the containers of one engine: its list, then its events from the moment before the list was asked for, so
// that nothing falls in between. A thread of its own. An engine that goes away is asked again, and its containers stay
// known meanwhile: their logs are still there. So do, for a minute, containers that were removed: what they said last
// is still to be collected.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/discovery/docker/container.h"
#include "agent/discovery/docker/engine_client.h"
#include "agent/discovery/docker/engine_events.h"

namespace oc::agent {

struct Containers {
  std::set<std::string> folders;                // below which their logs lie, of the engines that ever answered
  std::map<std::string, Container> containers;  // by id
  std::vector<std::string> troubles;            // for people, of the engines that do not answer
};

class DockerWatch {
 public:
  // `on_change` is called from the watch's thread and must be short.
  DockerWatch(std::string socket, std::function<void(const Containers&)> on_change);

 private:
  void run(const std::stop_token& stop);
  Status follow(const std::stop_token& stop);
  Status list(const std::stop_token& stop);
  bool is_new(const std::string& id, const Json& listed) const;
  void look_at(const std::string& id, const EngineEvents::Event* event, const std::stop_token& stop);
  void take_event(const EngineEvents::Event& event, const std::stop_token& stop);
  void say(const Status& outcome);

  const std::string socket_;
  const std::function<void(const Containers&)> on_change_;
  EngineClient client_;  // used by the thread alone, as are the next
  Containers known_;
  std::string folder_, told_folder_;                                      // empty: not known yet
  std::map<std::string, std::chrono::steady_clock::time_point> removed_;  // of known_.containers: when
  std::jthread thread_;                                                   // last: it uses all of the above
};

}  // namespace oc::agent
