// The fields of one line for /detected_fields: read as JSON, and where it is none as logfmt, by LogQL's own parsers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/logql/line.h"
#include "query/logql/log_query.h"
#include "query/logql/stages/stage.h"

namespace oc::stores {

struct LineField {
  std::string name, value;
  bool by_query = false;  // found by the query's own parsers
};

struct LineFields {
  std::string_view parser;  // "json", "logfmt"; empty: the line is neither
  // By name. What the query's parsers found comes first, where both found something.
  std::vector<LineField> fields;
};

// One thread at a time.
class LineFieldReader {
 public:
  LineFieldReader();
  LineFields read(const query::LogEntry& entry);

 private:
  bool run(query::Stage& stage, const query::LogEntry& entry, const query::Labels& stream);

  std::unique_ptr<query::Stage> json_, logfmt_;
  query::Line line_;
};

// Where the field stands in the JSON of the line: {"request", "method"} for request_method. Empty: nowhere.
std::vector<std::string> json_path_of(std::string_view line, std::string_view field);

}  // namespace oc::stores
