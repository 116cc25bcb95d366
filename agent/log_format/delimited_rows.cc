#include "agent/log_format/delimited_rows.h"

namespace oc::agent {
namespace {

// Takes one line's values; true while a quote is open at its end.
class RowScanner {
 public:
  RowScanner(char delimiter, bool quoted) : delimiter_(delimiter), quoted_(quoted) { values_.emplace_back(); }

  bool add(std::string_view line) {
    if (in_quotes_) values_.back() += '\n';
    for (std::size_t i = 0; i < line.size(); ++i) take(line, i);
    return in_quotes_;
  }

  std::vector<std::string> values() && { return std::move(values_); }

 private:
  void take(std::string_view line, std::size_t& i) {
    const char c = line[i];
    const bool doubled = in_quotes_ && c == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (doubled) {
      values_.back() += c;
      ++i;
    } else if (quoted_ && c == '"' && (in_quotes_ || values_.back().empty())) {
      in_quotes_ = !in_quotes_;
    } else if (c == delimiter_ && !in_quotes_) {
      values_.emplace_back();
    } else {
      values_.back() += c;
    }
  }

  char delimiter_;
  bool quoted_;
  bool in_quotes_ = false;
  std::vector<std::string> values_;
};

}  // namespace

std::vector<DelimitedRow> split_rows(Lines lines, char delimiter, bool quoted) {
  std::vector<DelimitedRow> rows;
  for (std::size_t at = 0; at < lines.size();) {
    DelimitedRow row{at, 1, {}};
    RowScanner scanner(delimiter, quoted);
    bool open = scanner.add(lines[at]);
    while (open && at + row.lines < lines.size() && row.lines < kLongestRowLines)
      open = scanner.add(lines[at + row.lines++]);
    if (open) {
      row.lines = 1;
      row.values = split_row(lines[at], delimiter, false);
    } else {
      row.values = std::move(scanner).values();
    }
    at += row.lines;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> split_row(std::string_view line, char delimiter, bool quoted) {
  RowScanner scanner(delimiter, quoted);
  scanner.add(line);
  return std::move(scanner).values();
}

}  // namespace oc::agent
