// The keys that all parsers have: parse_from, parse_to, timestamp, severity, trace, scope_name, body.
#pragma once

#include <optional>

#include "collector/expr/expression.h"
#include "collector/operators/operator.h"
#include "collector/operators/severity.h"
#include "collector/operators/timestamp.h"
#include "collector/operators/trace.h"
#include "collector/record/field_path.h"

namespace oc::collector {

// Whether a field may be all of the attributes or the resource. The official collector refuses that of most.
enum class Roots { kRefused, kAllowed };

// nullopt: the key is missing, or the reader knows of an error.
std::optional<FieldPath> read_field(ConfigReader& reader, std::string_view key, Roots roots = Roots::kRefused);
// Likewise of a list; empty: it is missing, or there is an error.
std::vector<FieldPath> read_fields(ConfigReader& reader, std::string_view key);
// A missing key is an error, which the reader is told.
std::optional<FieldPath> read_required_field(ConfigReader& reader, std::string_view key, Roots roots = Roots::kRefused);
// An expression that is true or false; likewise.
std::optional<Expression> read_condition(ConfigReader& reader, std::string_view key);

class ParserKeys {
 public:
  static ParserKeys read(ConfigReader& reader);

  // The text to be parsed; an error says that there is none.
  Result<std::string_view> source(const LogRecord& record) const;
  // Puts what was parsed, a map or a list, where it belongs, and takes time, severity, trace and scope from there.
  Status put(LogRecord& record, Value parsed, Arena& arena) const;
  bool puts_into_attributes() const { return to_.is_root() && to_.root() == RecordRoot::kAttributes; }
  bool has_timestamp() const { return timestamp_.has_value(); }
  bool has_blocks() const { return body_ || timestamp_ || severity_ || trace_ || scope_name_; }

 private:
  FieldPath from_ = FieldPath::of(RecordRoot::kBody), to_ = FieldPath::of(RecordRoot::kAttributes);
  std::optional<FieldPath> body_;
  std::optional<TimestampParser> timestamp_;
  std::optional<SeverityParser> severity_;
  std::optional<TraceParser> trace_;
  std::optional<ScopeNameParser> scope_name_;
};

}  // namespace oc::collector
