// key_value_parser: "level=info msg='two words'" becomes fields. One pair that is none fails the whole text.
#pragma once

#include <string>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

class KeyValueParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  Result<std::string_view> take_pair(std::string_view& rest, Arena& arena) const;
  std::optional<std::string_view> take_plain(std::string_view& rest) const;

  ParserKeys keys_;
  std::string delimiter_ = "=", pair_delimiter_ = " ";
};

}  // namespace oc::collector
