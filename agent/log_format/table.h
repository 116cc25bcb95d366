// A table's columns, and the reader of its rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/log_format/delimited_rows.h"
#include "agent/log_format/record_reader.h"

namespace oc::agent {

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

// Fills time_column with the column whose values are nearly all times; among several the best-named, then the first.
void find_time_column(Table& table, const std::vector<DelimitedRow>& rows);
// Fills severity_column likewise, with levels.
void find_severity_column(Table& table, const std::vector<DelimitedRow>& rows);
// Fills time_column where the date and the time of day stand in columns of their own, side by side.
void join_date_and_time(Table& table);

// All but confidence and reason.
InferenceReport table_report(const Table& table, const std::vector<DelimitedRow>& rows, std::string shape);

}  // namespace oc::agent
