#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "agent/log_format/block_shape.h"
#include "agent/log_format/json_record.h"
#include "formats/find_timestamp.h"

// systemd's export format (systemd.io/JOURNAL_EXPORT_FORMATS): FIELD=value lines, entries set apart by blank lines.
namespace oc::agent {
namespace {

constexpr std::string_view kTimeField = "__REALTIME_TIMESTAMP=";
constexpr std::string_view kPriorityField = "PRIORITY=";

bool is_field_line(std::string_view line) {
  const auto end = line.find('=');
  if (end == std::string_view::npos || end == 0) return false;
  return std::ranges::all_of(line.substr(0, end),
                             [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

class JournalReader final : public RecordReader {
 public:
  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    std::size_t record = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].empty()) continue;
      if (i == 0 || lines[i - 1].empty()) {
        record = i;
        facts.record_start[i] = true;
      }
      if (lines[i].starts_with(kTimeField)) {
        if (const auto stamp = formats::timestamp_value(lines[i].substr(kTimeField.size())))
          facts.time[record] = stamp->time;
      }
      if (lines[i].starts_with(kPriorityField)) {
        facts.severity[record] = severity_of_member("priority", lines[i].substr(kPriorityField.size()));
      }
    }
    return facts;
  }

  // The time stands behind the entry's first line.
  std::optional<formats::TimeParts> time_of(std::string_view) const override { return std::nullopt; }
};

}  // namespace

std::optional<InferenceReport> recognise_journal_export(Lines lines) {
  std::size_t fields = 0;
  std::size_t entries = 0;
  std::size_t texts = 0;
  InferenceReport report;
  for (const auto line : lines) {
    entries += line.starts_with(kTimeField);
    texts += !line.empty();
    if (!is_field_line(line)) continue;
    ++fields;
    const std::string_view name = line.substr(0, line.find('='));
    if (std::ranges::find(report.fields, name) == report.fields.end()) report.fields.emplace_back(name);
  }
  if (entries == 0 || fields * 10 < texts * 8) return std::nullopt;
  report.shape = "journal-export";
  report.dialect = "systemd export";
  report.multiline = true;
  report.record_start = "^__CURSOR=";
  report.timestamp_layout = "epoch_us";
  report.timestamp_place = "field:__REALTIME_TIMESTAMP";
  report.severity_place = "field:PRIORITY";
  report.confidence = confidence_of(fields, texts);
  report.reason = fmt::format("{} entries of the journal's export format", entries);
  report.reader = std::make_shared<JournalReader>();
  return report;
}

}  // namespace oc::agent
