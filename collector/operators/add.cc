#include "collector/operators/add.h"

#include "collector/record/config_literal.h"

namespace oc::collector {

std::shared_ptr<const Operator> Add::parse(ConfigReader& reader) {
  auto made = std::make_shared<Add>();
  made->field_ = read_field(reader, "field");
  if (!made->field_) reader.fail("field", "'field' is missing");
  const auto* value = reader.child("value");
  if (!value) {
    reader.fail("value", "'value' is missing");
    return made;
  }
  const std::string_view text = value->scalar;
  if (text.starts_with("EXPR(") && text.ends_with(")")) {
    auto expression = Expression::compile(text.substr(5, text.size() - 6));
    if (expression) {
      made->expression_ = std::move(*expression);
    } else {
      reader.fail("value", "'value': " + expression.error().message, expression.error().next_step);
    }
  } else {
    made->value_ = literal(*value, made->constants_);
  }
  return made;
}

Result<Fate> Add::process(LogRecord& record, Arena& arena) const {
  Value value = value_;
  if (expression_) {
    OC_TRY_ASSIGN(value, expression_->evaluate(record, arena));
  }
  // A copy: later operators may change what is in it.
  if (!field_->set(record, contracts::otlp::clone(value, arena), arena))
    return permanent("attributes and resource can only be set to a map");
  return Fate::kGoesOn;
}

}  // namespace oc::collector
