#include "agent/log_format/delimited_shape.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "agent/log_format/delimited_rows.h"
#include "agent/log_format/table.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

constexpr double kRegularShare = 0.9;

std::vector<std::string> words_behind(std::string_view line, std::string_view directive, char delimiter) {
  std::vector<std::string> words;
  for (auto& word : split_row(line.substr(directive.size()), delimiter, false)) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

std::vector<DelimitedRow> data_rows(const Table& table, Lines lines) {
  std::vector<std::string_view> data;
  for (const auto line : lines) {
    if (!line.empty() && !line.starts_with('#')) data.push_back(line);
  }
  return split_rows(data, table.delimiter, table.quoted);
}

bool looks_like_name(const std::string& value) {
  if (value.empty() || value.size() > 64 || value[0] == '-' || (value[0] >= '0' && value[0] <= '9')) return false;
  return !formats::timestamp_value(value) && value.find_first_of("{}[]=\"'!?\\") == std::string::npos;
}

bool is_header(const DelimitedRow& row, const std::vector<DelimitedRow>& rows) {
  std::set<std::string> names(row.values.begin(), row.values.end());
  if (names.size() != row.values.size() || !std::ranges::all_of(row.values, looks_like_name)) return false;
  // Below a header some column is a number or a time.
  return rows.size() > 1 && std::ranges::any_of(rows[1].values, [](const auto& value) {
           return (!value.empty() && value.find_first_not_of("0123456789.-") == std::string::npos) ||
                  formats::timestamp_value(value);
         });
}

// Text with commas has a blank behind most of them.
bool separates_tightly(Lines lines, char delimiter) {
  std::size_t all = 0;
  std::size_t spaced = 0;
  for (const auto line : lines) {
    for (std::size_t at = line.find(delimiter); at != std::string_view::npos; at = line.find(delimiter, at + 1)) {
      ++all;
      spaced += at + 1 < line.size() && line[at + 1] == ' ';
    }
  }
  return spaced * 3 < all;
}

// Rows with as many values as most have.
std::size_t regular_rows(const std::vector<DelimitedRow>& rows, std::size_t& columns) {
  std::map<std::size_t, std::size_t> counts;
  for (const auto& row : rows) ++counts[row.values.size()];
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  columns = most->first;
  return most->second;
}

std::optional<InferenceReport> try_delimiter(Lines lines, char delimiter) {
  Table table;
  table.delimiter = delimiter;
  auto rows = split_rows(lines, delimiter, true);
  std::erase_if(rows, [&](const auto& row) { return lines[row.first_line].empty(); });
  std::size_t columns = 0;
  constexpr std::size_t kFewestRows = 3;
  constexpr std::size_t kFewestColumns = 3;
  if (rows.size() < kFewestRows || !separates_tightly(lines, delimiter)) return std::nullopt;
  const std::size_t regular = regular_rows(rows, columns);
  if (columns < kFewestColumns || static_cast<double>(regular) < kRegularShare * static_cast<double>(rows.size()))
    return std::nullopt;
  const std::size_t total = rows.size();
  if (rows[0].values.size() == columns && is_header(rows[0], rows)) {
    table.columns = rows[0].values;
    table.header = 1;
    rows.erase(rows.begin());
  }
  find_time_column(table, rows);
  if (!table.time_column) join_date_and_time(table);
  find_severity_column(table, rows);
  // Without a header only commas and semicolons with a time in front are sure to be a table.
  const bool sure_without_header =
      (delimiter == ',' || delimiter == ';') && table.time_column.value_or(columns) <= 1 && columns >= 4;
  if (table.columns.empty() && !sure_without_header) return std::nullopt;
  InferenceReport report = table_report(table, rows, delimiter == '\t' ? "tsv" : "csv");
  report.confidence = confidence_of(regular, total);
  report.reason = fmt::format("{} of {} rows have {} values{}", regular, total, columns,
                              table.header > 0 ? ", below a header" : ", no header");
  return report;
}

}  // namespace

std::optional<InferenceReport> recognise_w3c(Lines lines) {
  constexpr std::string_view kFields = "#Fields:";
  const auto directive = std::ranges::find_if(lines, [&](auto line) { return line.starts_with(kFields); });
  if (directive == lines.end() || !lines[0].starts_with('#')) return std::nullopt;
  Table table{.delimiter = ' ', .comments = true, .columns = words_behind(*directive, kFields, ' ')};
  const auto rows = data_rows(table, lines);
  find_time_column(table, rows);
  join_date_and_time(table);
  InferenceReport report = table_report(table, rows, "w3c");
  const bool iis = lines[0].find("Internet Information Services") != std::string_view::npos;
  report.dialect = iis ? "iis" : "";
  const auto regular =
      std::ranges::count_if(rows, [&](const auto& row) { return row.values.size() == table.columns.size(); });
  report.confidence = rows.empty() ? 0.5 : confidence_of(static_cast<std::size_t>(regular), rows.size());
  report.reason = fmt::format("a #Fields line names {} fields; {} of {} rows have them all", table.columns.size(),
                              regular, rows.size());
  return report;
}

std::optional<InferenceReport> recognise_zeek(Lines lines) {
  constexpr std::string_view kFields = "#fields\t";
  const auto directive = std::ranges::find_if(lines, [&](auto line) { return line.starts_with(kFields); });
  if (directive == lines.end() || !lines[0].starts_with('#')) return std::nullopt;
  Table table{.delimiter = '\t', .quoted = false, .comments = true, .columns = words_behind(*directive, kFields, '\t')};
  const auto rows = data_rows(table, lines);
  find_time_column(table, rows);
  InferenceReport report = table_report(table, rows, "tsv");
  report.dialect = "zeek";
  report.confidence = rows.empty() ? 0.5 : confidence_of(rows.size(), rows.size());
  report.reason = fmt::format("a #fields line names {} columns", table.columns.size());
  return report;
}

std::optional<InferenceReport> recognise_csv(Lines lines) {
  for (const char delimiter : {'\t', ';', ',', '|'}) {
    if (auto report = try_delimiter(lines, delimiter)) return report;
  }
  return std::nullopt;
}

}  // namespace oc::agent
