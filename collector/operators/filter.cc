#include "collector/operators/filter.h"

namespace oc::collector {

std::shared_ptr<const Operator> FilterOperator::parse(ConfigReader& reader) {
  auto made = std::make_shared<FilterOperator>();
  std::string text;
  reader.text("expr", text);
  reader.not_supported({"drop_ratio"});
  if (text.empty()) {
    reader.fail("expr", "'expr' is missing");
    return made;
  }
  auto expression = Expression::compile_condition(text);
  if (expression) {
    made->expression_ = std::move(*expression);
  } else {
    reader.fail("expr", "'expr': " + expression.error().message, expression.error().next_step);
  }
  return made;
}

Result<Fate> FilterOperator::process(LogRecord& record, Arena& arena) const {
  const auto leaves_out = expression_->test(record, arena);
  return leaves_out && !*leaves_out ? Fate::kGoesOn : Fate::kLeftOut;
}

}  // namespace oc::collector
