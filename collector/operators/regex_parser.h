// regex_parser: the named groups of a regex become fields. A group that took no part is the empty text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collector/operators/parser_keys.h"
#include "collector/record/regex.h"
#include "formats/regex/simple_pattern.h"

namespace oc::collector {

class RegexParser final : public Operator {
 public:
  static constexpr int kMostGroups = 100;  // they lie on the stack while a record is looked at
  static constexpr std::size_t kFewGroups = 16;

  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  bool find(std::string_view text, std::span<std::string_view> groups) const;

  ParserKeys keys_;
  std::shared_ptr<const re2::RE2> regex_;
  std::optional<formats::SimplePattern> simple_;     // the same expression, where it is of that kind
  std::vector<std::pair<int, std::string>> groups_;  // number and name
};

}  // namespace oc::collector
