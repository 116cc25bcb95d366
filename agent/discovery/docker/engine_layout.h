// Where an engine keeps the logs of its containers: Docker below DATA-ROOT/containers, Podman (its driver k8s-file)
// below GRAPH-ROOT/STORAGE-DRIVER-containers. The folder's name tells the two apart.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "agent/discovery/docker/engine_client.h"
#include "base/result.h"

namespace oc::agent {

// The folder, without links. Errors: as EngineClient::get; a permanent one from what is no engine.
Result<std::string> log_folder(EngineClient& client, const std::string& socket, const std::stop_token& stop);

bool is_podman_folder(const std::string& folder);
// Where the log of a container lies that says nothing else of it; Docker's driver `local` has another place.
std::string default_log_path(const std::string& folder, const std::string& container_id);
std::string local_log_path(const std::string& folder, const std::string& container_id);
// Whether it is a log of Docker's driver `local` (formats/docker_local.h).
bool is_local_log(const std::string& log_path);
// Globs of all of them.
std::vector<std::string> log_patterns(const std::string& folder);
// The folder of such a log.
std::string folder_of_log(const std::string& log_path);
// What to ask for an account of a container. Podman's compatible one says json-file of every log driver.
std::string inspect_path(const std::string& folder, const std::string& container_id);

}  // namespace oc::agent
