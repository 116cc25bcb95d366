#include "collector/operators/json_array_parser.h"

#include <fmt/format.h>

#include "collector/record/json_value.h"

namespace oc::collector {

namespace {

Result<Value> item_of(const Value& item) {
  if (item.type == Value::Type::kDouble) return Value::of(std::int64_t{0});
  if (item.is_list()) return permanent("an array inside the array");
  return item;
}

}  // namespace

std::shared_ptr<const Operator> JsonArrayParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<JsonArrayParser>();
  made->keys_ = ParserKeys::read(reader);
  std::string header;
  reader.text("header", header);
  for (std::string_view rest = header; !header.empty();) {
    const auto comma = rest.find(',');
    made->header_.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return made;
}

Result<Fate> JsonArrayParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  OC_TRY_ASSIGN(Value parsed, parse_json_value(text, {.parse_ints = true, .keep_objects = true}, arena));
  if (!parsed.is_list()) parsed = Value::empty_list();
  if (!header_.empty() && parsed.size != header_.size())
    return permanent(fmt::format("{} values, {} names in the header", parsed.size, header_.size()));
  Value map = Value::empty_map();
  for (std::size_t i = 0; i < parsed.size; ++i) {
    OC_TRY_ASSIGN(parsed.list[i], item_of(parsed.list[i]));
    if (!header_.empty()) map.set(header_[i], parsed.list[i], arena);
  }
  OC_TRY(keys_.put(record, header_.empty() ? parsed : map, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
