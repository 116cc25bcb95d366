#include "collector/ottl/paths.h"

#include <algorithm>
#include <array>

namespace oc::collector::ottl {

namespace {

struct Path {
  std::string_view name;
  Node::Read read;
};

constexpr Path kLogPaths[] = {
    {"body", [](const LogRecord& record, Arena&) { return record.body(); }},
    {"body.string",
     [](const LogRecord& record, Arena& arena) {
       if (record.body().is_string()) return record.body();
       return Value::of(arena.copy(contracts::otlp::to_text(record.body())));
     }},
    {"attributes", [](const LogRecord& record, Arena&) { return record.attributes(); }},
    {"severity_number",
     [](const LogRecord& record, Arena&) { return Value::of(std::int64_t{record.severity_number()}); }},
    {"severity_text", [](const LogRecord& record, Arena&) { return Value::of(record.severity_text()); }},
    {"time_unix_nano", [](const LogRecord& record, Arena&) { return Value::of(std::int64_t{record.time_ns()}); }},
    {"observed_time_unix_nano",
     [](const LogRecord& record, Arena&) { return Value::of(std::int64_t{record.observed_ns()}); }},
};
constexpr Path kResourcePaths[] = {
    {"attributes", [](const LogRecord& record, Arena&) { return record.resource(); }},
};

template <std::size_t count>
Node::Read find(const Path (&paths)[count], std::string_view name) {
  const auto found = std::ranges::find(paths, name, &Path::name);
  return found == std::end(paths) ? nullptr : found->read;
}

}  // namespace

Node::Read find_path(const std::string& path, OttlContext context) {
  const std::string_view name = path;
  if (name.starts_with("resource.")) return find(kResourcePaths, name.substr(9));
  if (name.starts_with("log.")) return context == OttlContext::kLog ? find(kLogPaths, name.substr(4)) : nullptr;
  return context == OttlContext::kLog ? find(kLogPaths, name) : find(kResourcePaths, name);
}

std::vector<std::string> path_names() {
  std::vector<std::string> names = {"resource.attributes"};
  for (const auto& path : kLogPaths) {
    names.emplace_back(path.name);
    names.push_back("log." + std::string(path.name));
  }
  return names;
}

std::optional<std::int64_t> find_enum(const std::string& name) {
  constexpr std::array<std::string_view, 6> kLevels = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  constexpr std::string_view kPrefix = "SEVERITY_NUMBER_";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string_view rest = std::string_view(name).substr(kPrefix.size());
  if (rest == "UNSPECIFIED") return 0;
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (!rest.starts_with(kLevels[i])) continue;
    const auto step = rest.substr(kLevels[i].size());
    const auto first = static_cast<std::int64_t>(i) * 4 + 1;
    if (step.empty()) return first;
    if (step.size() == 1 && step[0] >= '2' && step[0] <= '4') return first + (step[0] - '1');
  }
  return std::nullopt;
}

}  // namespace oc::collector::ottl
