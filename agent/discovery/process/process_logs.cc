#include "agent/discovery/process/process_logs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "agent/discovery/left_out.h"
#include "base/json.h"

namespace oc::agent {

namespace {

constexpr int kVersion = 1;

Result<ProcessLogs> from_json(const Json& json) {
  if (json.at("version") != kVersion) return permanent("it has another version");
  ProcessLogs out;
  out.unreadable = json.at("unreadable").get<std::size_t>();
  for (const auto& entry : json.at("logs")) {
    out.logs.push_back({entry.at("path").get<std::string>(), entry.at("process").get<std::string>(),
                        entry.at("pid").get<int>(), entry.at("service").get<std::string>(),
                        entry.at("unit").get<std::string>()});
    if (!out.logs.back().path.starts_with('/')) return permanent("a log without a path");
  }
  return out;
}

bool is_container_id(std::string_view name) {
  constexpr std::size_t kDigits = 64;
  return name.size() == kDigits && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What engines keep of their containers, which are found by asking them, and the write-ahead logs of databases:
// LevelDB and RocksDB call theirs 000123.log. Eight digits are a date.
bool only_looks_like_a_log(const std::filesystem::path& file) {
  constexpr std::size_t kDateDigits = 8;
  const auto stem = file.stem().string();
  if (stem.size() < kDateDigits && stem.find_first_not_of("0123456789") == std::string::npos) return true;
  return std::ranges::any_of(file.parent_path(), [](const auto& part) { return is_container_id(part.string()); });
}

}  // namespace

// Names are bytes of others: what is no UTF-8 in them is replaced.
std::string encode_process_logs(const ProcessLogs& logs) {
  Json entries = Json::array();
  for (const auto& log : logs.logs)
    entries.push_back(
        {{"path", log.path}, {"process", log.process}, {"pid", log.pid}, {"service", log.service}, {"unit", log.unit}});
  const Json json = {{"version", kVersion}, {"unreadable", logs.unreadable}, {"logs", std::move(entries)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ProcessLogs> decode_process_logs(std::string_view text) {
  OC_TRY_ASSIGN(const auto json, parse_json(text));
  try {
    return from_json(json);
  } catch (const Json::exception& error) {
    return permanent(fmt::format("it lacks something: {}", error.what()));
  }
}

bool goes_by_the_name_of_a_log(const std::string& path) {
  if (left_out_by_name(path)) return false;
  const std::filesystem::path file(path);
  if (only_looks_like_a_log(file)) return false;
  const auto extension = file.extension().string();
  constexpr std::array<std::string_view, 4> kExtensions = {".log", ".out", ".err", ".trace"};
  if (std::ranges::find(kExtensions, extension) != kExtensions.end()) return true;
  constexpr std::array<std::string_view, 2> kFolders = {"log", "logs"};
  const auto folder = file.parent_path().filename().string();
  constexpr std::array<std::string_view, 3> kTexts = {"", ".txt", ".json"};  // logs/current, logs/a.json; not logs/a.db
  return std::ranges::find(kFolders, folder) != kFolders.end() && std::ranges::find(kTexts, extension) != kTexts.end();
}

}  // namespace oc::agent
