#include "agent/discovery/log_path_hints.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace oc::agent {

namespace {

// Spring Boot's two are the first of the last row: of its properties, in capitals.
constexpr std::array<std::string_view, 14> kNames = {
    "LOG_FILE",    "LOGFILE",        "LOG_PATH",          "LOGPATH",           "LOG_DIR",
    "LOGDIR",      "LOGS_DIR",       "LOGGING_FILE_NAME", "LOGGING_FILE_PATH", "APP_LOG_FILE",
    "APP_LOG_DIR", "ERROR_LOG_FILE", "LOG_FOLDER",        "ACCESS_LOG_FILE"};

bool names_a_folder(std::string_view name, const std::filesystem::path& path) {
  if (name.ends_with("DIR") || name.ends_with("FOLDER") || name == "LOGGING_FILE_PATH") return true;
  return name.ends_with("PATH") && !path.has_extension();
}

}  // namespace

std::optional<std::string> log_pattern_of_variable(std::string_view variable) {
  const auto equals = variable.find('=');
  if (equals == std::string_view::npos || std::ranges::find(kNames, variable.substr(0, equals)) == kNames.end())
    return std::nullopt;
  const auto name = variable.substr(0, equals), value = variable.substr(equals + 1);
  if (!value.starts_with('/') || value.find_first_of("*?[]{}\\\n") != std::string_view::npos) return std::nullopt;
  auto path = std::filesystem::path(value).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "/a/" is the folder /a
  if (path == "/") return std::nullopt;
  return (names_a_folder(name, path) ? path / "*.log" : path).string();
}

}  // namespace oc::agent
