// json_array_parser: a JSON array becomes a list, or with `header` a map. As of the official one numbers are whole
// (others become 0), objects inside stay JSON, arrays inside fail, and what is JSON but no array is an empty one.
#pragma once

#include <string>
#include <vector>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

class JsonArrayParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  ParserKeys keys_;
  std::vector<std::string> header_;  // empty: a list
};

}  // namespace oc::collector
