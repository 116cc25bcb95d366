// The text of a parsed query: what parse_query reads as the same query again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/logql/ast.h"

namespace oc::query {

std::string to_text(const std::vector<Matcher>& matchers);  // `{app="api", env=~"p.*"}`
std::string to_text(const Matcher& matcher);
std::string to_text(const LogExpr& log);
std::string to_text(const UnwrapExpr& unwrap);                             // without the filters behind it
std::string to_text(const BinaryExpr& expr, std::string_view list_comma);  // the operator with its modifiers
std::string to_text(const Expr& expr);                                     // on one line

// As Loki's format_query lays it out: an expression of more than 100 bytes is broken over indented lines.
std::string to_pretty_text(const Expr& expr);

}  // namespace oc::query
