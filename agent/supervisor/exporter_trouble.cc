#include "agent/supervisor/exporter_trouble.h"

#include <fmt/format.h>

#include "base/json.h"

namespace oc::agent {
namespace {

constexpr std::size_t kMaxReasonBytes = 500;  // it travels with every source

std::string member(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

// "TIME\tLEVEL\tPLACE\tMESSAGE\t{JSON}" of a component that exports and has an error to tell.
std::string complaint_of(std::string_view line) {
  const auto fields = line.find("\t{");
  if (line.find("xporting failed") == std::string_view::npos || fields == std::string_view::npos) return {};
  const auto json = parse_json(line.substr(fields + 1));
  if (!json || !json->is_object()) return {};
  const auto error = member(*json, "error");
  if (error.empty()) return {};
  const auto component = member(*json, "otelcol.component.id");
  return fmt::format("{}{}{}", component, component.empty() ? "" : ": ", error.substr(0, kMaxReasonBytes));
}

}  // namespace

std::string exporter_complaint(std::string_view log) {
  std::string last;
  while (!log.empty()) {
    const auto line = log.substr(0, log.find('\n'));
    log.remove_prefix(std::min(line.size() + 1, log.size()));
    if (auto complaint = complaint_of(line); !complaint.empty()) last = std::move(complaint);
  }
  return last;
}

void ExporterTrouble::note(const ExporterFigures& figures, std::string_view log) {
  auto complaint = exporter_complaint(log);
  if (figures.sent < before_.sent || figures.failed < before_.failed) before_ = {};  // the collector began anew
  const bool sends = figures.sent > before_.sent && (complaint.empty() || figures.queued == 0);
  if (complaint.empty() && figures.failed > before_.failed)
    complaint = fmt::format("{} records were given up by an exporter", figures.failed - before_.failed);
  before_ = figures;
  if (sends)
    text_.clear();
  else if (!complaint.empty())
    text_ = std::move(complaint);
}

}  // namespace oc::agent
