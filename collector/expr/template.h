// A text with expressions in it, EXPR(…), such as the attributes of a route.
#pragma once

#include <string>
#include <vector>

#include "collector/expr/expression.h"

namespace oc::collector {

class ExpressionTemplate {
 public:
  static Result<ExpressionTemplate> compile(std::string_view text);

  // The text lives in the arena or in the template. An error: one of the expressions gives no text.
  Result<std::string_view> text_for(const LogRecord& record, Arena& arena) const;

 private:
  std::string begin_;
  struct Part {
    Expression expression;
    std::string behind;
  };
  std::vector<Part> parts_;
};

}  // namespace oc::collector
