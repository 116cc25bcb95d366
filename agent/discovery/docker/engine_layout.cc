#include "agent/discovery/docker/engine_layout.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "agent/discovery/file_stat.h"

namespace oc::agent {

namespace {

constexpr const char* kPodmanLog = "ctr.log";
constexpr const char* kLocalLog = "/local-logs/container.log";
// The oldest that Podman 4 and 5 both answer to.
constexpr const char* kPodmanApi = "/v4.0.0/libpod";

bool is_podman(const Json& version) {
  const auto parts = version.is_object() ? version.find("Components") : version.end();
  if (!version.is_object() || parts == version.end() || !parts->is_array()) return false;
  return std::ranges::any_of(*parts, [](const Json& part) { return text_at(part, {"Name"}) == "Podman Engine"; });
}

}  // namespace

Result<std::string> log_folder(EngineClient& client, const std::string& socket, const std::stop_token& stop) {
  OC_TRY_ASSIGN(const auto info, client.get("/info", stop));
  const auto root = text_at(info, {"DockerRootDir"});
  if (root.empty()) return permanent(socket + " does not speak Docker's Engine API");
  const auto version = client.get("/version", stop);
  auto folder = root + "/containers";
  if (version && is_podman(*version)) folder = fmt::format("{}/{}-containers", root, text_at(info, {"Driver"}));
  const auto real = real_path(folder);
  return real ? *real : folder;
}

bool is_podman_folder(const std::string& folder) { return folder.ends_with("-containers"); }

std::string default_log_path(const std::string& folder, const std::string& container_id) {
  if (is_podman_folder(folder)) return fmt::format("{}/{}/userdata/{}", folder, container_id, kPodmanLog);
  return fmt::format("{0}/{1}/{1}-json.log", folder, container_id);
}

std::string local_log_path(const std::string& folder, const std::string& container_id) {
  return fmt::format("{}/{}{}", folder, container_id, kLocalLog);
}

bool is_local_log(const std::string& log_path) { return log_path.ends_with(kLocalLog); }

std::vector<std::string> log_patterns(const std::string& folder) {
  if (is_podman_folder(folder)) return {fmt::format("{}/*/userdata/{}", folder, kPodmanLog)};
  return {folder + "/*/*-json.log", fmt::format("{}/*{}", folder, kLocalLog)};
}

std::string folder_of_log(const std::string& log_path) {
  const std::filesystem::path path(log_path);
  auto container = path.parent_path();
  if (path.filename() == kPodmanLog || is_local_log(log_path)) container = container.parent_path();
  return container.parent_path();
}

std::string inspect_path(const std::string& folder, const std::string& container_id) {
  return fmt::format("{}/containers/{}/json", is_podman_folder(folder) ? kPodmanApi : "", container_id);
}

}  // namespace oc::agent
