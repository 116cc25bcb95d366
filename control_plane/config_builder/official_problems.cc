#include "control_plane/config_builder/official_problems.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::control_plane {

namespace {

constexpr std::array<std::string_view, 6> kOfficialSections = {"receivers",  "processors", "exporters",
                                                               "extensions", "connectors", "service"};
constexpr std::string_view kErrorsFollow = "decoding failed due to the following error(s):";
constexpr std::string_view kInvalidKeys = "has invalid keys: ";
constexpr std::size_t kMaxWords = 500;  // a reason is read at a glance

bool is_official_section(std::string_view text) {
  return std::ranges::find(kOfficialSections, text) != kOfficialSections.end();
}

// The text between `begin` and `end`; the rest stays in `text`. nullopt: it does not begin so.
std::optional<std::string_view> take_between(std::string_view& text, std::string_view begin, std::string_view end) {
  if (!text.starts_with(begin)) return std::nullopt;
  const auto close = text.find(end, begin.size());
  if (close == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(begin.size(), close - begin.size());
  text.remove_prefix(close + end.size());
  return taken;
}

// 'receivers' error reading configuration for "file_log/a": WORDS
// 'processors' unknown type: "nosuch" for id: "nosuch" (valid values: [...])
std::optional<ConfigProblem> from_reading(std::string_view line) {
  const auto whole = line;
  const auto section = take_between(line, "'", "' ");
  if (!section || !is_official_section(*section)) return std::nullopt;
  if (const auto id = take_between(line, "error reading configuration for \"", "\": "))
    return ConfigProblem{.component = std::string(*section) + "::" + std::string(*id), .message = std::string(line)};
  const auto type = take_between(line, "unknown type: \"", "\" for id: \"");
  const auto id = type ? take_between(line, "", "\"") : std::nullopt;
  if (id)
    return ConfigProblem{.component = std::string(*section) + "::" + std::string(*id),
                         .message = "unknown type '" + std::string(*type) + "'"};
  return ConfigProblem{.component = std::string(*section), .message = std::string(whole)};
}

// receivers::file_log/a: WORDS; deeper places, as in receivers::file_log/a::operators, are the component's.
std::optional<ConfigProblem> from_validation(std::string_view line) {
  const auto colons = line.find("::");
  if (colons == std::string_view::npos || !is_official_section(line.substr(0, colons))) return std::nullopt;
  const auto end = line.find(": ", colons);
  if (end == std::string_view::npos) return std::nullopt;
  auto component = line.substr(0, end);
  if (!component.starts_with("service::")) component = component.substr(0, component.find("::", colons + 2));
  return ConfigProblem{.component = std::string(component), .message = std::string(line.substr(end + 2))};
}

// failed to create "file_log/a" receiver for data type "logs": WORDS
std::optional<ConfigProblem> from_building(std::string_view line) {
  const auto id = take_between(line, "failed to create \"", "\" ");
  const auto kind = id ? take_between(line, "", " ") : std::nullopt;
  if (!kind || !is_official_section(std::string(*kind) + "s")) return std::nullopt;
  const auto words = line.find(": ");
  return ConfigProblem{.component = std::string(*kind) + "s::" + std::string(*id),
                       .message = std::string(words == std::string_view::npos ? line : line.substr(words + 2))};
}

std::optional<ConfigProblem> problem_of_line(std::string_view line) {
  for (const auto read : {from_reading, from_validation, from_building})
    if (auto problem = read(line)) return problem;
  return std::nullopt;
}

std::string_view without_prefix(std::string_view line) {
  for (const std::string_view prefix :
       {"Error: ", "failed to get config: ", "cannot unmarshal the configuration: ", "invalid configuration: ",
        "failed to build pipelines: ", "failed to build extensions: "})
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  return line;
}

// 'filelogreceiver.FileLogConfig' has invalid keys: x, y
// 'retry_on_failure.max_elapsed_time' time: invalid duration
std::string explained(std::string_view words, std::string& key) {
  if (const auto at = words.find(kInvalidKeys); at != std::string_view::npos) {
    const auto keys = words.substr(at + kInvalidKeys.size());
    key = std::string(keys.substr(0, keys.find_first_of(", ")));
    return fmt::format("unknown key '{}'", keys);
  }
  auto rest = words;
  if (const auto path = take_between(rest, "'", "' "); path && !path->empty()) {
    key = *path;
    for (auto dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 2)) key.replace(dot, 1, "::");
  }
  return to_utf8(words.substr(0, kMaxWords));
}

void add_words(ConfigProblem& problem, std::string_view words) {
  if (problem.message.size() < kMaxWords)
    problem.message += (problem.message.empty() ? "" : "; ") + explained(words, problem.key);
}

// "TIME\tLEVEL\t…" of the collector's log, which may stand before.
bool is_log(std::string_view line) { return line.size() > 4 && line.find('\t') != std::string_view::npos; }

}  // namespace

std::vector<ConfigProblem> official_problems(std::string_view output) {
  std::vector<ConfigProblem> problems;
  while (!output.empty()) {
    auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    if (is_log(line)) continue;
    line = without_prefix(line);
    auto problem = problem_of_line(line);
    auto words = problem ? std::string_view(problem->message) : line;
    if (words == kErrorsFollow) words = {};
    if (!problem && words.empty()) continue;
    if (problem || problems.empty())
      problems.emplace_back(ConfigProblem{.component = problem ? problem->component : ""});
    if (!words.empty()) add_words(problems.back(), words);
  }
  if (problems.empty()) problems.push_back({.message = "the official collector refuses it without a word"});
  for (auto& problem : problems) problem.file = "rendered";
  return problems;
}

}  // namespace oc::control_plane
