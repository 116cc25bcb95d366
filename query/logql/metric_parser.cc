#include "query/logql/metric_parser.h"

#include <fmt/format.h>

#include "query/logql/binary_operation.h"
#include "query/logql/go_text.h"
#include "query/logql/label_replace.h"
#include "query/logql/log_parser.h"

namespace oc::query {

namespace {

constexpr int kLowestPrecedence = 1;

template <typename Node>
ExprPtr make_expr(Node node) {
  return std::make_unique<Expr>(Expr{std::move(node)});
}

std::optional<BinaryOperator> operator_at(const TokenCursor& cursor) {
  const auto& token = cursor.peek();
  if (token.kind != TokenKind::kSymbol && token.kind != TokenKind::kKeyword) return std::nullopt;
  return find_binary_operator(token.text);
}

// Loki's own type names, as its messages print them.
std::string_view log_type_name(const Expr& expr) {
  return std::get<LogExpr>(expr.node).stages.empty() ? "*syntax.MatchersExpr" : "*syntax.PipelineExpr";
}

// What the grammar lets through and an operator does not take; "" if it is well.
std::string misuse(const BinaryExpr& expr) {
  for (const auto& [side, operand] : {std::pair("left", expr.left.get()), std::pair("right", expr.right.get())}) {
    if (operand->is_log()) {
      return fmt::format("unexpected type for {} leg of binary operation ({}): {}", side, name_of(expr.op),
                         log_type_name(*operand));
    }
  }
  if (!is_set_operator(expr.op)) return {};
  for (const auto& [side, operand] : {std::pair("left", expr.left.get()), std::pair("right", expr.right.get())}) {
    if (const auto* literal = std::get_if<LiteralExpr>(&operand->node)) {
      return fmt::format("unexpected literal for {} leg of logical/set binary operation ({}): {:f}", side,
                         name_of(expr.op), literal->value);
    }
  }
  return {};
}

ExprPtr combine(TokenCursor& cursor, BinaryExpr expr) {
  if (const auto what = misuse(expr); !what.empty()) {
    cursor.note(parse_error(what).error());
    return make_expr(std::move(expr));
  }
  const auto* left = std::get_if<LiteralExpr>(&expr.left->node);
  const auto* right = std::get_if<LiteralExpr>(&expr.right->node);
  if (left != nullptr && right != nullptr) {
    return make_expr(LiteralExpr{apply_to_scalars(expr.op, left->value, right->value)});
  }
  return make_expr(std::move(expr));
}

// `what` names it in messages.
Result<double> parse_number(TokenCursor& cursor, double sign, std::string_view what) {
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kNumber, "NUMBER"));
  const auto value = go_parse_float(token.text);
  if (value) return sign * *value;
  cursor.note(parse_error(fmt::format("unable to parse {} as a float: {}", what, value.error().message)).error());
  return 0;
}

Result<ExprPtr> parse_literal(TokenCursor& cursor, double sign) {
  OC_TRY_ASSIGN(const double value, parse_number(cursor, sign, "literal"));
  return make_expr(LiteralExpr{value});
}

Result<ExprPtr> parse_vector_literal(TokenCursor& cursor) {
  OC_TRY(cursor.expect("(", "("));
  OC_TRY_ASSIGN(const double value, parse_number(cursor, 1, "vectorExpr"));
  OC_TRY(cursor.expect(")", ")"));
  return make_expr(VectorLiteralExpr{value});
}

Result<ExprPtr> parse_label_replace(TokenCursor& cursor) {
  OC_TRY(cursor.count_regex());
  LabelReplaceExpr expr;
  OC_TRY(cursor.expect("(", "("));
  OC_TRY_ASSIGN(expr.inner, parse_expression(cursor));
  if (expr.inner->is_log()) return cursor.unexpected();
  for (auto* text : {&expr.destination, &expr.replacement, &expr.source, &expr.regex}) {
    OC_TRY(cursor.expect(",", text == &expr.destination ? "" : ","));
    OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING"));
    *text = std::move(token.text);
  }
  OC_TRY(cursor.expect(")", ")"));
  if (const auto checked = check_label_replace(expr); !checked) cursor.note(checked.error());
  return make_expr(std::move(expr));
}

Result<ExprPtr> parse_log(TokenCursor& cursor) {
  LogExpr log;
  OC_TRY_ASSIGN(log.matchers, parse_selector(cursor));
  OC_TRY(parse_stages(cursor, log.stages));
  return make_expr(std::move(log));
}

Result<ExprPtr> parse_function(TokenCursor& cursor) {
  const auto& name = cursor.peek().text;
  if (const auto function = find_range_function(name)) {
    cursor.take();
    return parse_range_aggregation(cursor, *function);
  }
  if (const auto function = find_vector_function(name)) {
    cursor.take();
    return parse_vector_aggregation(cursor, *function);
  }
  if (cursor.take_if("vector")) return parse_vector_literal(cursor);
  if (cursor.take_if("label_replace")) return parse_label_replace(cursor);
  return cursor.unexpected();
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
  if (cursor.take_if("-")) return parse_literal(cursor, -1);
  if (cursor.take_if("+")) return parse_literal(cursor, 1);
  if (cursor.peek().kind == TokenKind::kNumber) return parse_literal(cursor, 1);
  if (cursor.peek().kind == TokenKind::kFunction) return parse_function(cursor);
  return cursor.unexpected();
}

// bool, on (…), ignoring (…), group_left (…), group_right (…)
Status parse_modifiers(TokenCursor& cursor, BinaryExpr& expr) {
  expr.returns_bool = cursor.take_if("bool");
  if (!cursor.peek().is("on") && !cursor.peek().is("ignoring")) return {};
  expr.matching.on = cursor.take().text == "on";
  OC_TRY_ASSIGN(expr.matching.labels, parse_label_list(cursor));
  if (!cursor.peek().is("group_left") && !cursor.peek().is("group_right")) return {};
  const bool left = cursor.take().text == "group_left";
  expr.matching.cardinality = left ? VectorMatching::Cardinality::kManyToOne : VectorMatching::Cardinality::kOneToMany;
  if (!cursor.peek().is("(")) return {};
  OC_TRY_ASSIGN(expr.matching.include, parse_label_list(cursor));
  return {};
}

// Precedence climbing; ^ associates to the right.
Result<ExprPtr> parse_operators(TokenCursor& cursor, int min_precedence) {
  const Nesting nesting(cursor);
  OC_TRY(nesting.status());
  OC_TRY_ASSIGN(auto left, parse_operand(cursor));
  for (;;) {
    const auto op = operator_at(cursor);
    if (!op || precedence_of(*op) < min_precedence) return left;
    cursor.take();
    BinaryExpr expr{.op = *op, .matching = {}, .left = std::move(left), .right = {}};
    OC_TRY(parse_modifiers(cursor, expr));
    const int right_precedence = precedence_of(*op) + (*op == BinaryOperator::kPower ? 0 : 1);
    OC_TRY_ASSIGN(expr.right, parse_operators(cursor, right_precedence));
    left = combine(cursor, std::move(expr));
  }
}

}  // namespace

Result<ExprPtr> parse_expression(TokenCursor& cursor) { return parse_operators(cursor, kLowestPrecedence); }

}  // namespace oc::query
