// What the watches of all engines last said, for the thread of discovery to take when it has time.
#pragma once

#include <memory>
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
  ContainerNews(const std::vector<std::string>& sockets, const WakeEvent& wake);

  // The newest of all engines together, once.
  std::optional<Containers> take();

 private:
  void put(std::size_t engine, const Containers& containers);

  const WakeEvent& wake_;
  std::mutex mutex_;
  std::vector<Containers> newest_;  // by engine
  bool changed_ = false;
  std::vector<std::unique_ptr<DockerWatch>> watches_;  // last: their threads use all of the above
};

// What an official collector does not read: logs of the driver `local`, and inside of containers, where it would follow
// every link.
void leave_out_for_official(Containers& all);
// Containers whose log driver is journald, where the journal is not read.
void leave_out_of_journal(Containers& all);
// For people: what hinders, and which containers are not collected, and why.
std::vector<std::string> container_notes(const Containers& containers);

}  // namespace oc::agent
