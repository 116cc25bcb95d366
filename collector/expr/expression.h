// Expressions in operators (`if`, `expr`, EXPR(…)): the part of expr-lang that log configs use, with its meaning.
//   body, attributes, resource ($ is body); a.b  a["b"]  a?.b  a[0]  a[-1]  a[1:3]; timestamp.Year() and the like
//   + - * / % ** ^  == != < <= > >=  and or not && || !  in  matches contains startsWith endsWith  ??  ? :  a..b  |
//   nil true false 12 1.5 "text" 'text' `raw` [1, 2] {"k": 1}; let x = …; …; if a {b} else {c}; functions
//   any(list, # > 1) and the like, with #index, and #acc in reduce(); dates and durations are not there
// As in the official collector, `severity_text` and `severity_number` are nil. Other unknown names are refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collector/record/log_record.h"

namespace oc::collector {

namespace expr {
struct Node;
}

class Expression {
 public:
  // Errors name the place, as (line:column).
  static Result<Expression> compile(std::string_view text);
  // An expression that can be nothing but true or false is asked for.
  static Result<Expression> compile_condition(std::string_view text);

  // Thread-safe. What the value views lives as long as the record, the arena and the expression.
  Result<Value> evaluate(const LogRecord& record, Arena& arena) const;
  // An error also if it is neither true nor false.
  Result<bool> test(const LogRecord& record, Arena& arena) const;
  const std::string& text() const { return text_; }

 private:
  Expression(std::string text, std::shared_ptr<const expr::Node> root);
  std::string text_;
  std::shared_ptr<const expr::Node> root_;
};

}  // namespace oc::collector
