// The `trace` block of parsers and trace_parser, the `scope_name` block and scope_name_parser: what links a record to a
// trace, and who wrote it.
#pragma once

#include <optional>

#include "collector/operators/operator.h"
#include "collector/record/field_path.h"

namespace oc::collector {

class TraceParser {
 public:
  // Reads trace_id, span_id and trace_flags, each with its parse_from: of the body, where they are not given.
  static std::optional<TraceParser> parse(ConfigReader& reader);

  // Fields that are not there are passed over. An error names one that is not written in hexadecimal digits; the others
  // are set.
  Status apply(LogRecord& record, Arena& arena) const;

 private:
  FieldPath trace_id_ = FieldPath::of(RecordRoot::kAttributes), span_id_ = trace_id_, flags_ = trace_id_;
};

class ScopeNameParser {
 public:
  static std::optional<ScopeNameParser> parse(ConfigReader& reader);
  Status apply(LogRecord& record) const;

 private:
  explicit ScopeNameParser(FieldPath from) : from_(std::move(from)) {}
  FieldPath from_;
};

std::shared_ptr<const Operator> parse_trace_parser(ConfigReader& reader);
std::shared_ptr<const Operator> parse_scope_name_parser(ConfigReader& reader);

}  // namespace oc::collector
