// Texts with expressions in them, as `attributes` and `resource` of receivers and routes take them:
// pre-EXPR(body)-post.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/expr/expression.h"

namespace oc::collector {

class TextTemplate {
 public:
  static bool is_one(std::string_view text) { return text.contains("EXPR("); }
  // Errors are the expressions', or of one without an end.
  static Result<TextTemplate> compile(std::string_view text);

  // Thread-safe. An error where an expression fails or gives no text. Lives as long as the arena.
  Result<std::string_view> render(const LogRecord& record, Arena& arena) const;

 private:
  struct Part {
    std::string text;
    std::optional<Expression> expression;  // behind the text
  };
  std::vector<Part> parts_;
};

}  // namespace oc::collector
