// | level="error" or status >= 500 and duration > 1s: the grammar. What the comparisons do stands in comparisons.cc.
#include <fmt/format.h>

#include "query/logql/stages/comparisons.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// Of `or` the right side is not looked at where the left one holds: a value it can't convert does not mark the line
// then.
class LogicalFilter final : public LabelPredicate {
 public:
  LogicalFilter(bool is_and, PredicatePtr left, PredicatePtr right)
      : is_and_(is_and), left_(std::move(left)), right_(std::move(right)) {}
  bool holds(LineLabels& labels) const override {
    const bool left = left_->holds(labels);
    if (!is_and_ && left) return true;
    const bool right = right_->holds(labels);
    return is_and_ ? left && right : right;
  }
  std::string text() const override {
    return fmt::format("( {} {} {} )", left_->text(), is_and_ ? "," : "or", right_->text());
  }
  void add_labels(std::vector<std::string>& labels) const override {
    left_->add_labels(labels);
    right_->add_labels(labels);
  }
  bool is_compound() const override { return true; }

 private:
  bool is_and_;
  PredicatePtr left_;
  PredicatePtr right_;
};

class LabelFilterStage final : public Stage {
 public:
  explicit LabelFilterStage(std::shared_ptr<const LabelPredicate> predicate) : predicate_(std::move(predicate)) {}
  bool process(Line& line) override { return predicate_->holds(line.labels); }

 private:
  std::shared_ptr<const LabelPredicate> predicate_;
};

class LabelFilterExpr final : public StageExpr {
 public:
  explicit LabelFilterExpr(PredicatePtr predicate) : predicate_(std::move(predicate)) {}
  std::string text() const override { return "| " + predicate_->text(); }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    OC_TRY(predicate_->check());
    return std::make_unique<LabelFilterStage>(predicate_);
  }
  bool add_required_labels(std::vector<std::string>& labels) const override {
    predicate_->add_labels(labels);
    return true;
  }
  bool reads_only_labels() const override { return true; }
  std::shared_ptr<const LabelPredicate> predicate() const override { return predicate_; }

 private:
  std::shared_ptr<const LabelPredicate> predicate_;
};

constexpr std::string_view kOperandExpected = "IDENTIFIER or (";

bool operand_follows(const TokenCursor& cursor) {
  return cursor.peek().kind == TokenKind::kIdentifier || cursor.peek().is("(");
}

class LabelFilterParser {
 public:
  LabelFilterParser(TokenCursor& cursor, ByteSizes sizes) : cursor_(cursor), sizes_(sizes) {}

  Result<PredicatePtr> parse_or() {
    const Nesting nesting(cursor_);
    OC_TRY(nesting.status());
    OC_TRY_ASSIGN(auto left, parse_and());
    while (cursor_.take_if("or")) {
      OC_TRY_ASSIGN(auto right, parse_and());
      left = std::make_unique<LogicalFilter>(false, std::move(left), std::move(right));
    }
    return left;
  }

 private:
  Result<PredicatePtr> parse_and() {
    OC_TRY_ASSIGN(auto left, parse_list());
    while (cursor_.take_if("and")) {
      OC_TRY_ASSIGN(auto right, parse_list());
      left = std::make_unique<LogicalFilter>(true, std::move(left), std::move(right));
    }
    return left;
  }

  // A comma, or nothing at all, means "and" and takes all that follows (so reads Loki's grammar).
  Result<PredicatePtr> parse_list() {
    OC_TRY_ASSIGN(auto left, parse_operand());
    if (!cursor_.take_if(",") && !operand_follows(cursor_)) return left;
    OC_TRY_ASSIGN(auto right, parse_or());
    return std::make_unique<LogicalFilter>(true, std::move(left), std::move(right));
  }

  Result<PredicatePtr> parse_operand() {
    const Nesting nesting(cursor_);
    OC_TRY(nesting.status());
    if (cursor_.take_if("(")) {
      OC_TRY_ASSIGN(auto inner, parse_or());
      OC_TRY(cursor_.expect(")"));
      return inner;
    }
    if (cursor_.peek().kind != TokenKind::kIdentifier) return cursor_.unexpected(kOperandExpected);
    return parse_comparison(cursor_, sizes_);
  }

  TokenCursor& cursor_;
  ByteSizes sizes_;
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_label_filter(TokenCursor& cursor, ByteSizes sizes) {
  OC_TRY_ASSIGN(auto predicate, LabelFilterParser(cursor, sizes).parse_or());
  return std::make_unique<LabelFilterExpr>(std::move(predicate));
}

}  // namespace oc::query
