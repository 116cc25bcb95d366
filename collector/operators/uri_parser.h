// uri_parser: an absolute or relative URI, or a query that begins with "?", becomes fields: scheme, user, host, port,
// path, query.
#pragma once

#include "collector/operators/parser_keys.h"

namespace oc::collector {

class UriParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  ParserKeys keys_;
};

// As Go's url.ParseRequestURI reads it: what is behind "#" belongs to the query. What is not there has no field. Text
// without escapes stays where it is, the rest lies in the arena.
Result<Value> parse_uri(std::string_view text, Arena& arena);

}  // namespace oc::collector
