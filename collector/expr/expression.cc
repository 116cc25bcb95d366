#include "collector/expr/expression.h"

#include <fmt/format.h>

#include "collector/expr/evaluate.h"
#include "collector/expr/functions.h"
#include "collector/expr/lexer.h"
#include "collector/expr/parser.h"

namespace oc::collector {

namespace {

std::string_view name_of(expr::StaticType type) {
  using expr::StaticType;
  switch (type) {
    case StaticType::kNil:
      return "nil";
    case StaticType::kNumber:
      return "number";
    case StaticType::kString:
      return "string";
    case StaticType::kList:
      return "array";
    case StaticType::kMap:
      return "map";
    default:
      return "bool";
  }
}

}  // namespace

Expression::Expression(std::string text, std::shared_ptr<const expr::Node> root)
    : text_(std::move(text)), root_(std::move(root)) {}

Result<Expression> Expression::compile(std::string_view text) {
  auto root = expr::parse(text);
  if (!root) return in_context(root.error(), fmt::format("expression '{}'", text));
  return Expression(std::string(text), std::move(*root));
}

Result<Expression> Expression::compile_condition(std::string_view text) {
  OC_TRY_ASSIGN(Expression made, compile(text));
  if (made.root_->type != expr::StaticType::kAny && made.root_->type != expr::StaticType::kBool)
    return permanent(fmt::format("expression '{}': expected bool, but got {}", text, name_of(made.root_->type)));
  return made;
}

Result<Value> Expression::evaluate(const LogRecord& record, Arena& arena) const {
  return expr::evaluate(*root_, record, arena);
}

Result<bool> Expression::test(const LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const Value value, evaluate(record, arena));
  if (value.type != Value::Type::kBool)
    return permanent(fmt::format("the expression gives {}, neither true nor false", expr::type_name(value)));
  return value.boolean;
}

}  // namespace oc::collector
