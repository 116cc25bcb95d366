// json_parser: the members of a JSON object become fields.
#pragma once

#include "collector/operators/parser_keys.h"
#include "collector/record/json_value.h"

namespace oc::collector {

class JsonParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  ParserKeys keys_;
  JsonRules rules_;
};

}  // namespace oc::collector
