#include "agent/discovery/docker/engine_sockets.h"

#include <sys/stat.h>
#include <unistd.h>

namespace oc::agent {

namespace {

// `su` and `sudo` may leave us the variable of somebody else.
bool is_ours(const char* folder) {
  struct stat info{};
  return ::stat(folder, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

}  // namespace

std::vector<std::string> engine_sockets(const contracts::DockerDiscovery& config, const char* runtime_folder) {
  if (!config.enabled) return {};
  auto sockets = config.sockets;
  if (sockets != contracts::DockerDiscovery{}.sockets || runtime_folder == nullptr || !is_ours(runtime_folder))
    return sockets;
  for (const auto* socket : {"/docker.sock", "/podman/podman.sock"})
    sockets.push_back(std::string(runtime_folder) + socket);
  return sockets;
}

}  // namespace oc::agent
