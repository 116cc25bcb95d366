// Files that are looked at by the word of a container or a process, not for where they lie.
#pragma once

#include <map>
#include <string>

#include "agent/discovery/file_stat.h"
#include "model/log_source.h"

namespace oc::agent {

// What is said of a file: it becomes its source's.
using Metadata = std::map<std::string, std::string>;

struct NamedFile {
  Metadata metadata;
  FileStat stat;
};
using NamedFiles = std::map<std::string, NamedFile>;  // by their path, without links

inline bool is_of_container(const Metadata& said) { return said.contains("container.id"); }
// Whether a container's engine writes it, not the container itself.
inline bool is_engine_log(const Metadata& said) {
  return is_of_container(said) && !said.contains(model::kContainerFile);
}

}  // namespace oc::agent
