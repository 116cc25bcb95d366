// The log files inside all containers, to be looked for again and again: not every kernel reports what is written
// through overlayfs. Used by one thread.
#pragma once

#include <string>
#include <vector>

#include "agent/discovery/docker/docker_watch.h"
#include "agent/discovery/named_files.h"

namespace oc::agent {

class FilesInside {
 public:
  void set_containers(const Containers& containers);
  bool wanted() const { return !containers_.empty(); }
  // Their metadata is their container's, with model::kContainerFile.
  NamedFiles list();
  // For people, of the last list.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::vector<Container> containers_;  // those that have some
  std::vector<std::string> notes_;
};

}  // namespace oc::agent
