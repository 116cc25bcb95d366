// Opens the logs of containers in the moment they appear, on a thread of its own: a container may be gone, and its log
// with it, before its engine has told of it or answered what it was. Of containers that were there before the catcher
// nothing is caught.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "agent/discovery/docker/container.h"
#include "agent/wake_event.h"
#include "base/files.h"

namespace oc::agent {

class LogCatcher {
 public:
  // `folder`: where the logs of containers lie. Without inotify nothing is caught.
  explicit LogCatcher(std::string folder);
  ~LogCatcher();

  // Hands out what was caught of a container, once. nullptr: nothing. Thread-safe.
  std::shared_ptr<const OpenLog> take(const std::string& container_id);

 private:
  using Time = std::chrono::steady_clock::time_point;
  void run();
  void read_events();
  void appeared(const std::string& path);
  bool watch(const std::string& path);
  void list(const std::string& path);
  void keep(const std::string& container_id, std::shared_ptr<const OpenLog> log);

  const std::string folder_;
  UniqueFd inotify_;
  WakeEvent stop_;
  std::map<int, std::string> watched_;  // by watch descriptor; used by the thread alone
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const OpenLog>> caught_;  // by container id; nullptr: handed out
  std::deque<std::pair<Time, std::string>> order_;                // of caught_: when, and whose
  std::thread thread_;                                            // last: it uses all of the above
};

}  // namespace oc::agent
