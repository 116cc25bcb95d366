#include <fmt/format.h>

#include "collector/dry_run/dry_run.h"

namespace oc::collector {

Json to_json(const DryRunReport& report) {
  Json errors = Json::array(), sources = Json::array(), exporters = Json::array();
  for (const auto& error : report.errors)
    errors.push_back({{"component", error.component}, {"place", error.place}, {"message", error.message}});
  for (const auto& source : report.sources) {
    Json dropped = Json::object();
    for (const auto& [reason, count] : source.dropped) dropped[reason] = count;
    sources.push_back({{"source_id", source.source_id},
                       {"receiver", source.receiver},
                       {"read_records", source.read_records},
                       {"emitted_records", source.emitted_records},
                       {"dropped", std::move(dropped)}});
  }
  for (const auto& exporter : report.exporters)
    exporters.push_back({{"id", exporter.id}, {"records", exporter.records}});
  return {{"ok", report.ok()},
          {"errors", std::move(errors)},
          {"sampled", report.sampled},
          {"known_sources", report.known_sources},
          {"sources", std::move(sources)},
          {"exporters", std::move(exporters)},
          {"seconds", report.seconds}};
}

std::string to_text(const DryRunReport& report) {
  std::string text;
  for (const auto& error : report.errors)
    text += fmt::format("error: {}{}{}{}{}\n", error.place, error.place.empty() ? "" : ": ", error.component,
                        error.component.empty() ? "" : ": ", error.message);
  for (const auto& source : report.sources) {
    text +=
        fmt::format("{}: {} records read, {} emitted", source.receiver, source.read_records, source.emitted_records);
    for (const auto& [reason, count] : source.dropped) text += fmt::format(", {} left out by {}", count, reason);
    text += '\n';
  }
  if (report.sampled)
    text += fmt::format("{} of {} sources were looked at\n", report.sources.size(), report.known_sources);
  for (const auto& exporter : report.exporters) text += fmt::format("{}: {} records\n", exporter.id, exporter.records);
  return text + fmt::format("{} in {:.3f} s\n", report.ok() ? "ok" : "not ok", report.seconds);
}

}  // namespace oc::collector
