#include "collector/operators/filter.h"

#include <random>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

std::shared_ptr<const Operator> FilterOperator::parse(ConfigReader& reader) {
  auto made = std::make_shared<FilterOperator>();
  double ratio = 1;
  reader.number("drop_ratio", ratio, 0, 1);
  made->dropped_of_1000_ = static_cast<int>(ratio * 1000);
  made->expression_ = read_condition(reader, "expr");
  if (!made->expression_) reader.fail("expr", "'expr' is missing");  // unless there is an error already
  return made;
}

Result<Fate> FilterOperator::process(LogRecord& record, Arena& arena) const {
  const auto leaves_out = expression_->test(record, arena);
  if (leaves_out && !*leaves_out) return Fate::kGoesOn;
  if (!leaves_out || dropped_of_1000_ == 1000) return Fate::kLeftOut;
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_int_distribution<int>(0, 999)(random) < dropped_of_1000_ ? Fate::kLeftOut : Fate::kGoesOn;
}

}  // namespace oc::collector
