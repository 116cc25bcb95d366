#include "agent/log_format/delimited_shape.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "agent/log_format/delimited_rows.h"
#include "agent/log_format/json_record.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

constexpr double kShapeShare = 0.9;

struct Table {
  char delimiter = ',';
  bool quoted = true;
  bool comments = false;   // lines that begin with "#" are no records
  std::size_t header = 0;  // rows at the file's front that are no records
  std::vector<std::string> columns;
  std::optional<std::size_t> time_column;
  bool date_and_time = false;  // the time of day stands in the next column
  std::optional<std::size_t> severity_column;
};

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

// The column whose values are nearly all times; among several the best-named, then the first.
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

std::string place_of(const Table& table, const std::optional<std::size_t>& column) {
  if (!column) return {};
  return *column < table.columns.size() ? "column:" + table.columns[*column] : fmt::format("column:{}", *column + 1);
}

InferenceReport report_of(const Table& table, const std::vector<DelimitedRow>& rows, std::string shape) {
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

std::optional<std::size_t> column_named(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
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
  if (columns < kFewestColumns || static_cast<double>(regular) < kShapeShare * static_cast<double>(rows.size()))
    return std::nullopt;
  const std::size_t total = rows.size();
  if (rows[0].values.size() == columns && is_header(rows[0], rows)) {
    table.columns = rows[0].values;
    table.header = 1;
    rows.erase(rows.begin());
  }
  find_time_column(table, rows);
  find_severity_column(table, rows);
  // Without a header only commas and semicolons with a time in front are sure to be a table.
  const bool sure_without_header =
      (delimiter == ',' || delimiter == ';') && table.time_column.value_or(columns) <= 1 && columns >= 4;
  if (table.columns.empty() && !sure_without_header) return std::nullopt;
  InferenceReport report = report_of(table, rows, delimiter == '\t' ? "tsv" : "csv");
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
  const auto date = column_named(table, "date");
  const auto time = column_named(table, "time");
  table.date_and_time = date && time && *time == *date + 1;
  table.time_column = table.date_and_time ? date : time;
  InferenceReport report = report_of(table, rows, "w3c");
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
  InferenceReport report = report_of(table, rows, "tsv");
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
