#include "cli/proposed_logs.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/json_words.h"

namespace oc::cli {

namespace {

constexpr std::size_t kShownLogs = 10;  // of a host; a screen is not a list

// As discovery.processes.allow takes it: wildcards and references stand for themselves.
std::string allow_pattern(const std::string& path) {
  std::string pattern;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '$' && path.substr(i, 2) == "${") pattern += '$';
    if (std::string_view("*?[\\").find(path[i]) != std::string_view::npos) pattern += '\\';
    pattern += path[i];
  }
  return Json(pattern).dump();  // a JSON text is a YAML text
}

std::string section_of(const Json& agent, const Terminal& terminal) {
  const auto logs = agent.value("proposed_logs", Json::array());
  if (logs.empty() || !agent.value("connected", false)) return {};
  Table table({"LOG", "WRITTEN BY"});
  std::vector<std::string> allow;
  for (std::size_t i = 0; i < std::min(logs.size(), kShownLogs); ++i) {
    table.add({{text_at(logs[i], "path")},
               {fmt::format("{} ({})", text_at(logs[i], "process"), logs[i].value("pid", std::int64_t{0}))}});
    allow.push_back(allow_pattern(text_at(logs[i], "path")));
  }
  auto section = fmt::format("\n{} written by processes of {} and not collected:\n{}",
                             logs.size() == 1 ? "1 more log is" : fmt::format("{} more logs are", logs.size()),
                             text_at(agent, "host_name"), table.render(terminal));
  if (logs.size() > kShownLogs)
    section += fmt::format("and {} more, see 'onecollector status --output json'\n", logs.size() - kShownLogs);
  return section + fmt::format(
                       "To have them collected, write into onecollector.yaml and start 'onecollector up' again:\n"
                       "  discovery: {{processes: {{allow: [{}]}}}}\n",
                       fmt::join(allow, ", "));
}

}  // namespace

std::string proposed_logs_section(const Json& agents, const Terminal& terminal) {
  std::string sections;
  for (const auto& agent : agents) sections += section_of(agent, terminal);
  return sections;
}

}  // namespace oc::cli
