// csv_parser: a row of values becomes fields by a header, which the config gives or an attribute of the record.
#pragma once

#include <string>
#include <vector>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

struct CsvRules {
  std::string delimiter = ",";  // one character
  bool lazy_quotes = false;     // a quote may stand in a value, and in a quoted one by itself
  bool ignore_quotes = false;   // quotes are characters as any other
};

// The values, as Go's encoding/csv reads them (RFC 4180); what follows a line end that is not in quotes goes on with
// the last value. A list in the arena, its texts there or in `row`.
Result<Value> csv_values(std::string_view row, const CsvRules& rules, Arena& arena);

class CsvParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  Result<Value> names_for(const LogRecord& record, Arena& arena) const;

  ParserKeys keys_;
  CsvRules rules_;
  std::string header_delimiter_ = ",";
  std::string header_, header_attribute_;  // one of them
};

}  // namespace oc::collector
