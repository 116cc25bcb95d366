#include "collector/operators/json_parser.h"

namespace oc::collector {

std::shared_ptr<const Operator> JsonParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<JsonParser>();
  made->keys_ = ParserKeys::read(reader);
  reader.boolean("parse_ints", made->rules_.parse_ints);
  made->rules_.may_go_on = made->rules_.parse_ints;  // as in the official collector, whose other decoder this is
  return made;
}

Result<Fate> JsonParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  OC_TRY_ASSIGN(Value parsed, parse_json_value(text, rules_, arena));
  if (parsed.is_null()) parsed = Value::empty_map();
  if (!parsed.is_map()) return permanent("not a JSON object");
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
