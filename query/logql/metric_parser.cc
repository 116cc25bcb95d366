#include "query/logql/metric_parser.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "query/logql/binary_operation.h"
#include "query/logql/go_text.h"
#include "query/logql/log_parser.h"

namespace oc::query {

namespace {

template <typename Node>
ExprPtr make_expr(Node node) {
  return std::make_unique<Expr>(Expr{std::move(node)});
}

struct OperatorRow {
  std::string_view symbol;
  BinaryOperator op;
  int precedence;  // higher binds tighter
};
constexpr int kLowest = 1;
constexpr int kPower = 4;  // associates to the right
constexpr std::array<OperatorRow, 12> kOperators = {{{"==", BinaryOperator::kEqual, 1},
                                                     {"!=", BinaryOperator::kNotEqual, 1},
                                                     {">", BinaryOperator::kGreater, 1},
                                                     {">=", BinaryOperator::kGreaterOrEqual, 1},
                                                     {"<", BinaryOperator::kLess, 1},
                                                     {"<=", BinaryOperator::kLessOrEqual, 1},
                                                     {"+", BinaryOperator::kAdd, 2},
                                                     {"-", BinaryOperator::kSubtract, 2},
                                                     {"*", BinaryOperator::kMultiply, 3},
                                                     {"/", BinaryOperator::kDivide, 3},
                                                     {"%", BinaryOperator::kModulo, 3},
                                                     {"^", BinaryOperator::kPower, 4}}};
constexpr std::array<std::string_view, 3> kSetOperators = {"and", "or", "unless"};
constexpr std::array<std::string_view, 4> kMatchingWords = {"on", "ignoring", "group_left", "group_right"};

const OperatorRow* operator_at(const TokenCursor& cursor) {
  for (const auto& row : kOperators) {
    if (cursor.peek().is(row.symbol)) return &row;
  }
  return nullptr;
}

template <std::size_t N>
Status refuse(TokenCursor& cursor, const std::array<std::string_view, N>& words) {
  for (const auto word : words) {
    if (cursor.peek().is(word)) return cursor.not_supported(cursor.peek());
  }
  return {};
}

// Loki's own type names, as its messages print them.
std::string_view log_type_name(const Expr& expr) {
  return std::get<LogExpr>(expr.node).stages.empty() ? "*syntax.MatchersExpr" : "*syntax.PipelineExpr";
}

Result<ExprPtr> combine(const OperatorRow& row, bool returns_bool, ExprPtr left, ExprPtr right) {
  for (const auto& [side, expr] : {std::pair("left", left.get()), std::pair("right", right.get())}) {
    if (!expr->is_log()) continue;
    return parse_error(
        fmt::format("unexpected type for {} leg of binary operation ({}): {}", side, row.symbol, log_type_name(*expr)));
  }
  const auto* left_literal = std::get_if<LiteralExpr>(&left->node);
  const auto* right_literal = std::get_if<LiteralExpr>(&right->node);
  if (left_literal != nullptr && right_literal != nullptr) {
    return make_expr(LiteralExpr{apply_to_scalars(row.op, left_literal->value, right_literal->value)});
  }
  return make_expr(BinaryExpr{row.op, returns_bool, std::move(left), std::move(right)});
}

Result<ExprPtr> parse_number(TokenCursor& cursor, double sign) {
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kNumber, "NUMBER"));
  const auto value = go_parse_float(token.text);
  if (!value) return parse_error("unable to parse literal as a float: " + value.error().message);
  return make_expr(LiteralExpr{sign * *value});
}

Result<ExprPtr> parse_vector_literal(TokenCursor& cursor) {
  OC_TRY(cursor.expect("("));
  OC_TRY_ASSIGN(auto literal, parse_number(cursor, 1));
  OC_TRY(cursor.expect(")", ")"));
  return make_expr(VectorLiteralExpr{std::get<LiteralExpr>(literal->node).value});
}

Result<ExprPtr> parse_log(TokenCursor& cursor) {
  LogExpr log;
  OC_TRY_ASSIGN(log.matchers, parse_selector(cursor));
  OC_TRY(parse_stages(cursor, log.stages));
  return make_expr(std::move(log));
}

Result<ExprPtr> parse_function(TokenCursor& cursor) {
  const auto function = cursor.take();
  if (is_range_function(function.text)) return parse_range_aggregation(cursor, function);
  if (is_vector_function(function.text)) return parse_vector_aggregation(cursor, function);
  if (function.text == "vector") return parse_vector_literal(cursor);
  return cursor.not_supported(function);
}

Result<ExprPtr> parse_operand(TokenCursor& cursor) {
  const Nesting nesting(cursor);
  OC_TRY(nesting.status());
  if (cursor.take_if("(")) {
    OC_TRY_ASSIGN(auto inner, parse_expression(cursor));
    OC_TRY(cursor.expect(")"));
    return inner;
  }
  if (cursor.peek().is("{")) return parse_log(cursor);
  if (cursor.take_if("-")) return parse_number(cursor, -1);
  if (cursor.take_if("+")) return parse_number(cursor, 1);
  if (cursor.peek().kind == TokenKind::kNumber) return parse_number(cursor, 1);
  if (cursor.peek().kind == TokenKind::kFunction) return parse_function(cursor);
  return cursor.unexpected();
}

// Precedence climbing.
Result<ExprPtr> parse_operators(TokenCursor& cursor, int min_precedence) {
  const Nesting nesting(cursor);
  OC_TRY(nesting.status());
  OC_TRY_ASSIGN(auto left, parse_operand(cursor));
  for (;;) {
    OC_TRY(refuse(cursor, kSetOperators));
    const auto* row = operator_at(cursor);
    if (row == nullptr || row->precedence < min_precedence) return left;
    cursor.take();
    const bool returns_bool = cursor.take_if("bool");
    OC_TRY(refuse(cursor, kMatchingWords));
    OC_TRY_ASSIGN(auto right, parse_operators(cursor, row->precedence == kPower ? kPower : row->precedence + 1));
    OC_TRY_ASSIGN(left, combine(*row, returns_bool, std::move(left), std::move(right)));
  }
}

}  // namespace

Result<ExprPtr> parse_expression(TokenCursor& cursor) { return parse_operators(cursor, kLowest); }

}  // namespace oc::query
