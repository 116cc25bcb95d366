#include "agent/discovery/docker/logs_inside.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include "agent/discovery/docker/engine_client.h"
#include "agent/discovery/glob.h"
#include "agent/discovery/log_path_hints.h"
#include "base/files.h"

namespace oc::agent {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPatterns = 16;  // each is a folder to be listed every two seconds

const Json& at(const Json& json, const char* key) {
  static const Json kNothing;
  const auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() ? *found : kNothing;
}

std::vector<std::string> patterns_of_label(const std::string& label) {
  std::vector<std::string> patterns;
  for (std::size_t from = 0; from <= label.size();) {
    const auto comma = std::min(label.find(',', from), label.size());
    auto pattern = label.substr(from, comma - from);
    pattern.erase(0, pattern.find_first_not_of(' '));
    pattern.erase(pattern.find_last_not_of(' ') + 1);
    if (!pattern.empty()) patterns.push_back(std::move(pattern));
    from = comma + 1;
  }
  return patterns;
}

std::vector<std::string> patterns_of_environment(const Json& inspect) {
  std::vector<std::string> patterns;
  for (const auto& variable : at(at(inspect, "Config"), "Env"))
    if (variable.is_string())
      if (auto pattern = log_pattern_of_variable(variable.get_ref<const std::string&>()))
        patterns.push_back(*std::move(pattern));
  return patterns;
}

// A path of the container where it lies on the host, as far as mounts decide it. "": in none that can be read.
std::optional<std::string> in_a_mount(const Json& inspect, const fs::path& path) {
  const Json* nearest = nullptr;
  std::string at_path;
  for (const auto& mount : at(inspect, "Mounts")) {
    const auto destination = text_at(mount, {"Destination"});
    const bool covers = path == destination || path.string().starts_with(destination == "/" ? "/" : destination + "/");
    if (destination.empty() || !covers || destination.size() < at_path.size()) continue;
    nearest = &mount;
    at_path = destination;
  }
  if (nearest == nullptr) return std::nullopt;
  const auto type = text_at(*nearest, {"Type"});
  const auto source = real_path(text_at(*nearest, {"Source"}));
  if ((type != "bind" && type != "volume") || !source) return "";
  const auto rest = path.lexically_relative(at_path);
  return rest == "." ? *source : (fs::path(*source) / rest).lexically_normal().string();
}

// Links that the image has made, /var/log/app → /data for one, are those of the container at its start.
fs::path resolved(const Json& inspect, const fs::path& folder) {
  const auto merged = real_path(text_at(inspect, {"GraphDriver", "Data", "MergedDir"}));
  const auto found = merged ? path_in_root(*merged, folder) : Result<std::string>(std::unexpected(merged.error()));
  return found ? fs::path("/") / fs::path(*found).lexically_relative(*merged) : folder;
}

struct Place {
  std::string path;    // on the host
  std::string remark;  // in place of it
};

Place place_of(const Json& inspect, const fs::path& path) {
  auto mounted = in_a_mount(inspect, path);
  const auto there = mounted ? path : resolved(inspect, path.parent_path()) / path.filename();
  if (!mounted) mounted = in_a_mount(inspect, there);
  if (mounted && mounted->empty()) return {{}, fmt::format("{} lies in a mount that only it can see", path.string())};
  if (mounted) return {*mounted, {}};
  const auto layer = real_path(text_at(inspect, {"GraphDriver", "Data", "UpperDir"}));
  if (layer) return {fs::path(*layer) / there.relative_path(), {}};
  const auto driver = text_at(inspect, {"GraphDriver", "Name"});
  return {
      {},
      fmt::format("{} is not collected: its engine's storage driver{} does not say where its files lie on the host; "
                  "let it be in a volume",
                  path.string(), driver.empty() ? "" : " " + driver)};
}

bool has_wildcards(const std::string& text) { return text.find_first_of("*?[{") != std::string::npos; }

// Why it is no pattern of ours; empty: it is.
std::string fault_of(const fs::path& pattern) {
  if (!pattern.is_absolute() || !pattern.has_filename())
    return fmt::format("its label {}: \"{}\" is no absolute path of a file", kLogsLabel, pattern.string());
  if (has_wildcards(pattern.parent_path())) return fmt::format("its label {}: folders have no wildcards", kLogsLabel);
  if (const auto glob = Glob::parse(pattern.string()); !glob)
    return fmt::format("its label {}: {}", kLogsLabel, glob.error().message);
  return {};
}

void add(const Json& inspect, const fs::path& pattern, FoundLogsInside& found) {
  auto fault = fault_of(pattern);
  auto place = fault.empty() ? place_of(inspect, pattern) : Place{};
  if (fault.empty()) fault = std::move(place.remark);
  if (!fault.empty()) {
    found.remark = std::move(fault);
    return;
  }
  const fs::path here(place.path);
  found.logs.push_back({pattern.parent_path(), here.parent_path(), pattern.filename(), here.filename()});
}

std::vector<std::string> names_in(int folder, const Glob& glob) {
  std::set<std::string> names;
  const std::unique_ptr<DIR, decltype(&::closedir)> listing(::fdopendir(folder), &::closedir);
  if (!listing) return {};
  while (const auto* entry = ::readdir(listing.get()))
    if (glob.matches(entry->d_name)) names.insert(entry->d_name);
  return {names.begin(), names.end()};
}

void list(const LogsInside& logs, ListedLogsInside& listed) {
  const auto glob = Glob::parse(logs.name);
  auto folder = open_without_links(logs.folder, O_RDONLY | O_DIRECTORY);
  if (!glob || !folder) return;  // it is not there yet
  for (const auto& name : names_in(folder->release(), *glob)) {
    const auto path = fs::path(logs.folder) / name;
    const auto stat = stat_path(path, FollowLinks::kNo);
    if (!stat || stat->kind != FileStat::Kind::kRegular) continue;
    const bool mounted_alone = logs.name != logs.inside_name;
    if (listed.files.size() == kMaxFilesInside)
      ++listed.beyond;
    else
      listed.files.push_back({path, fs::path(logs.inside) / (mounted_alone ? logs.inside_name : name), *stat});
  }
}

}  // namespace

FoundLogsInside logs_inside(const Json& inspect) {
  FoundLogsInside found;
  const auto label = text_at(inspect, {"Config", "Labels", kLogsLabel.data()});
  auto patterns = label.empty() ? patterns_of_environment(inspect) : patterns_of_label(label);
  if (patterns.size() > kMaxPatterns) {
    found.remark = fmt::format("it names more than {} places of logs: {} and others are left out", kMaxPatterns,
                               patterns[kMaxPatterns]);
    patterns.resize(kMaxPatterns);
  }
  for (const auto& pattern : patterns) add(inspect, fs::path(pattern).lexically_normal(), found);
  return found;
}

ListedLogsInside list_logs_inside(const std::vector<LogsInside>& logs) {
  ListedLogsInside listed;
  for (const auto& each : logs) list(each, listed);
  return listed;
}

}  // namespace oc::agent
