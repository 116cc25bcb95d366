// The `severity` block of parsers, and severity_parser.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/pipeline/config_reader.h"
#include "collector/record/field_path.h"

namespace oc::collector {

class SeverityParser {
 public:
  // Reads parse_from, preset, mapping and overwrite_text.
  static std::optional<SeverityParser> parse(ConfigReader& reader);

  // What is not mapped keeps its text, with number 0. An error if there is no such field, or it is neither a text nor a
  // whole number.
  Status apply(LogRecord& record, Arena& arena) const;

 private:
  explicit SeverityParser(FieldPath from) : from_(std::move(from)) {}
  void add_preset(std::string_view preset);
  void read_mapping(ConfigReader& reader);
  void add_mapped(ConfigReader& reader, std::int32_t number, const ConfigValue& value);
  void add_range(std::int64_t from, std::int64_t to, std::int32_t number);

  FieldPath from_;
  bool overwrite_text_ = false;
  void finish();
  std::int32_t number_for(std::string_view text) const;

  std::map<std::string, std::int32_t, std::less<>> numbers_;        // by text in lower case
  std::vector<std::pair<std::uint64_t, std::int32_t>> short_ones_;  // of these texts: sorted by short_text()
  std::size_t longest_ = 0;                                         // of all of them
};

}  // namespace oc::collector
