#include "contracts/config/official_collector.h"

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "base/process.h"

namespace oc::contracts {

namespace {

constexpr std::chrono::milliseconds kVersionTime{10'000};  // a cold disk reads its 130 MB first
constexpr const char* kHowToName = "install otelcol-contrib, or name another with agent.collector.executable";

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<std::string> on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "" : variable;
  while (!folders.empty()) {
    const auto folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
    const auto program = std::filesystem::path(folder) / name;
    if (program.is_absolute() && is_program(program)) return program.string();
  }
  return std::nullopt;
}

Result<std::string> program_of(const std::string& named) {
  if (named.find('/') != std::string::npos) {
    if (is_program(named)) return named;
    return permanent(fmt::format("agent.collector.executable: {} is no program that can be run", named), kHowToName);
  }
  for (const auto& name : named.empty() ? std::vector<std::string>{"otelcol-contrib", "otelcol"} : std::vector{named})
    if (auto found = on_path(name)) return *std::move(found);
  return permanent(fmt::format("agent.collector.kind is official, but there is no {} on PATH",
                               named.empty() ? "otelcol-contrib and no otelcol" : named),
                   kHowToName);
}

}  // namespace

std::string official_version(std::string_view printed) {
  constexpr std::string_view kWord = " version ";
  const auto at = printed.find(kWord);
  if (at == std::string_view::npos) return {};
  auto version = printed.substr(at + kWord.size());
  if (version.starts_with('v')) version.remove_prefix(1);
  version = version.substr(0, version.find_first_not_of("0123456789."));
  return std::string(version.starts_with("0.") || version.starts_with("1.") ? version : std::string_view());
}

Result<OfficialCollector> find_official_collector(const Config& config) {
  OC_TRY_ASSIGN(auto program, program_of(config.collector_executable));
  SpawnOptions ask;
  ask.arguments = {program, "--version"};
  const auto answer = run(ask, kVersionTime);
  if (!answer) return in_context(answer.error(), "asking the official collector for its version");
  auto version = official_version(answer->output);
  if (answer->exit_code != 0 || version.empty())
    return permanent(fmt::format("{} does not answer --version as an OpenTelemetry Collector does", program),
                     kHowToName);
  return OfficialCollector{std::move(program), std::move(version)};
}

}  // namespace oc::contracts
