#include "query/logql/parser.h"

#include <fmt/format.h>

#include "query/logql/limits.h"
#include "query/logql/log_parser.h"
#include "query/logql/metric_parser.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

namespace {

Status check_size(std::string_view query) {
  if (query.size() < kMaxQueryBytes) return {};
  return parse_error(fmt::format("input size too long ({} > {})", query.size(), kMaxQueryBytes));
}

enum class Errors { kAll, kOfGrammar };

Result<ExprPtr> parse(std::string_view query, Errors errors) {
  OC_TRY(check_size(query));
  TokenCursor cursor(query);
  OC_TRY_ASSIGN(auto expr, parse_expression(cursor));
  if (cursor.peek().kind != TokenKind::kEnd) return cursor.unexpected();
  if (cursor.noted() && errors == Errors::kAll) return std::unexpected(*cursor.noted());
  return expr;
}

}  // namespace

Result<ExprPtr> parse_query(std::string_view query) { return parse(query, Errors::kAll); }

Result<LogExpr> parse_log_query(std::string_view query) {
  OC_TRY_ASSIGN(auto expr, parse_query(query));
  if (!expr->is_log())
    return permanent("only log selector is supported", "give a query such as {app=\"api\"} |= \"error\"");
  return std::get<LogExpr>(std::move(expr->node));
}

Result<std::vector<Matcher>> parse_matchers(std::string_view selector, Selectivity selectivity) {
  // That a selector selects too much is the one error of meaning that matchers alone can have.
  const auto errors = selectivity == Selectivity::kRequired ? Errors::kAll : Errors::kOfGrammar;
  OC_TRY_ASSIGN(auto expr, parse(selector, errors));
  auto* log = std::get_if<LogExpr>(&expr->node);
  if (log == nullptr || !log->stages.empty()) return permanent("only label matchers are supported");
  return std::move(log->matchers);
}

}  // namespace oc::query
