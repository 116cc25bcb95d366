// The `timestamp` block of parsers, and time_parser.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "collector/operators/time_format.h"
#include "collector/pipeline/config_reader.h"
#include "collector/record/field_path.h"

namespace oc::collector {

class TimestampParser {
 public:
  // Reads parse_from, layout, layout_type and location.
  static std::optional<TimestampParser> parse(ConfigReader& reader);

  // An error if there is no such field, or it is no such time: then the record has no time of its own.
  Status apply(LogRecord& record) const;

 private:
  TimestampParser(FieldPath from, std::string layout) : from_(std::move(from)), layout_(std::move(layout)) {}
  FieldPath from_;
  std::string layout_;
  std::optional<TimeFormat> format_;  // none: layout_ is one of epoch numbers
};

}  // namespace oc::collector
