#include "collector/operators/filter.h"

#include "collector/operators/parser_keys.h"

namespace oc::collector {

std::shared_ptr<const Operator> FilterOperator::parse(ConfigReader& reader) {
  auto made = std::make_shared<FilterOperator>();
  reader.not_supported({"drop_ratio"});
  made->expression_ = read_condition(reader, "expr");
  if (!made->expression_) reader.fail("expr", "'expr' is missing");  // unless there is an error already
  return made;
}

Result<Fate> FilterOperator::process(LogRecord& record, Arena& arena) const {
  const auto leaves_out = expression_->test(record, arena);
  return leaves_out && !*leaves_out ? Fate::kGoesOn : Fate::kLeftOut;
}

}  // namespace oc::collector
