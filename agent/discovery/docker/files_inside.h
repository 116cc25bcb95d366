// The log files inside all containers, to be looked for again and again: not every kernel reports what is written
// through overlayfs. Used by one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/discovery/docker/docker_watch.h"

namespace oc::agent {

struct ContainerFile {
  Container container;  // whose it is; its metadata says model::kContainerFile
  FileStat stat;
};
using ContainerFiles = std::map<std::string, ContainerFile>;  // by their path on the host, without links

class FilesInside {
 public:
  void set_containers(const Containers& containers);
  bool wanted() const { return !containers_.empty(); }
  ContainerFiles list();
  // For people, of the last list.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::vector<Container> containers_;  // those that have some
  std::vector<std::string> notes_;
};

}  // namespace oc::agent
