#include "agent/log_format/table.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "agent/log_format/json_record.h"
#include "formats/find_timestamp.h"
#include "formats/time_key.h"

namespace oc::agent {
namespace {

std::optional<formats::FoundTimestamp> time_of_row(const Table& table, const std::vector<std::string>& values) {
  if (!table.time_column || *table.time_column >= values.size()) return std::nullopt;
  const std::string& value = values[*table.time_column];
  if (!table.date_and_time) return formats::timestamp_value(value);
  if (*table.time_column + 1 >= values.size()) return std::nullopt;
  return formats::timestamp_value(value + " " + values[*table.time_column + 1]);
}

std::optional<formats::Severity> severity_of_row(const Table& table, const std::vector<std::string>& values) {
  if (!table.severity_column || *table.severity_column >= values.size()) return std::nullopt;
  return severity_of_member(table.columns.empty() ? "level" : table.columns[*table.severity_column],
                            values[*table.severity_column]);
}

bool is_comment(const Table& table, std::string_view line) { return table.comments && line.starts_with('#'); }

class TableReader final : public RecordReader {
 public:
  explicit TableReader(Table table) : table_(std::move(table)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    std::size_t to_skip = table_.header;
    for (const DelimitedRow& row : split_rows(lines, table_.delimiter, table_.quoted)) {
      const std::string_view line = lines[row.first_line];
      if (line.empty() || is_comment(table_, line)) continue;
      if (to_skip > 0) {
        --to_skip;
        continue;
      }
      facts.record_start[row.first_line] = true;
      if (const auto stamp = time_of_row(table_, row.values)) facts.time[row.first_line] = stamp->time;
      facts.severity[row.first_line] = severity_of_row(table_, row.values);
    }
    return facts;
  }

  std::optional<formats::TimeParts> time_of(std::string_view line) const override {
    if (is_comment(table_, line)) return std::nullopt;
    const auto stamp = time_of_row(table_, split_row(line, table_.delimiter, table_.quoted));
    if (!stamp) return std::nullopt;
    return stamp->time;
  }

 private:
  Table table_;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string place_of(const Table& table, const std::optional<std::size_t>& column) {
  if (!column) return {};
  return *column < table.columns.size() ? "column:" + table.columns[*column] : fmt::format("column:{}", *column + 1);
}

std::optional<std::size_t> column_named(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, lower);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

}  // namespace

void find_time_column(Table& table, const std::vector<DelimitedRow>& rows) {
  int best_rank = -1;
  const std::size_t columns = rows.empty() ? 0 : rows[0].values.size();
  for (std::size_t column = 0; column < columns; ++column) {
    std::size_t times = 0;
    for (const auto& row : rows)
      times += column < row.values.size() && formats::timestamp_value(row.values[column]).has_value();
    const int rank = column < table.columns.size() ? formats::time_key_rank(table.columns[column]) : 0;
    if (times * 10 < rows.size() * 8 || rank <= best_rank) continue;
    best_rank = rank;
    table.time_column = column;
  }
}

void find_severity_column(Table& table, const std::vector<DelimitedRow>& rows) {
  const std::size_t columns = rows.empty() ? 0 : rows[0].values.size();
  for (std::size_t column = 0; column < columns && !table.severity_column; ++column) {
    std::size_t levels = 0;
    std::set<std::string> words;
    for (const auto& row : rows) {
      if (column >= row.values.size()) continue;
      levels += formats::severity_of(row.values[column]).has_value();
      words.insert(row.values[column]);
    }
    const std::string name = column < table.columns.size() ? lower(table.columns[column]) : "";
    const bool named =
        name == "level" || name == "severity" || name == "loglevel" || name == "priority" || name == "lvl";
    if (levels * 10 >= rows.size() * 8 && !rows.empty() && (named || words.size() <= 8)) table.severity_column = column;
  }
}

void join_date_and_time(Table& table) {
  const auto date = column_named(table, "date");
  const auto time = column_named(table, "time");
  if (!date || !time || *time != *date + 1) return;
  table.date_and_time = true;
  table.time_column = date;
}

InferenceReport table_report(const Table& table, const std::vector<DelimitedRow>& rows, std::string shape) {
  InferenceReport report;
  report.shape = std::move(shape);
  report.fields = table.columns;
  report.multiline = std::ranges::any_of(rows, [](const auto& row) { return row.lines > 1; });
  report.timestamp_place = place_of(table, table.time_column);
  report.severity_place = place_of(table, table.severity_column);
  for (const auto& row : rows) {
    if (const auto stamp = time_of_row(table, row.values)) {
      report.timestamp_layout = stamp->layout;
      break;
    }
  }
  report.reader = std::make_shared<TableReader>(table);
  return report;
}

}  // namespace oc::agent
