// What the watch of an engine last said, for the thread of discovery to take when it has time.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/discovery/docker/docker_watch.h"
#include "agent/wake_event.h"

namespace oc::agent {

class ContainerNews {
 public:
  // `wake` is set whenever there is something to take.
  ContainerNews(const std::string& socket, const WakeEvent& wake);

  // The newest, once.
  std::optional<Containers> take();

 private:
  void put(const Containers& containers);

  const WakeEvent& wake_;
  std::mutex mutex_;
  std::optional<Containers> newest_;
  DockerWatch watch_;  // last: its thread uses all of the above
};

// For people: what hinders, and which containers are not collected, and why.
std::vector<std::string> container_notes(const Containers& containers);

}  // namespace oc::agent
