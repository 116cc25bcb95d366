// | drop a, b="x" and | keep a, b=~"x.*"
#include <algorithm>

#include "query/logql/log_parser.h"
#include "query/logql/pattern.h"
#include "query/logql/printer.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// A label by its name, or by its name and value.
struct NamedLabel {
  std::string name;
  std::optional<Matcher> matcher;
};

class LabelCondition {
 public:
  static Result<LabelCondition> compile(const NamedLabel& label) {
    LabelCondition condition(label.name);
    if (!label.matcher) return condition;
    condition.any_value_ = false;
    const auto type = label.matcher->type;
    condition.negated_ = type == Matcher::Type::kNotEqual || type == Matcher::Type::kNotRegex;
    condition.value_ = label.matcher->value;
    if (type == Matcher::Type::kRegex || type == Matcher::Type::kNotRegex) {
      OC_TRY_ASSIGN(condition.pattern_, Pattern::compile(condition.value_, PatternUse::kWholeText));
    }
    return condition;
  }

  const std::string& name() const { return name_; }
  bool holds(std::string_view value) const {
    if (any_value_) return true;
    return (pattern_ ? pattern_->matches(value) : value == value_) != negated_;
  }

 private:
  explicit LabelCondition(std::string name) : name_(std::move(name)) {}

  std::string name_;
  bool any_value_ = true;
  bool negated_ = false;
  std::string value_;
  std::optional<Pattern> pattern_;
};

class DropStage final : public Stage {
 public:
  explicit DropStage(std::vector<LabelCondition> conditions) : conditions_(std::move(conditions)) {}

  bool process(Line& line) override {
    auto& labels = line.labels;
    for (const auto& condition : conditions_) {
      if (condition.name() == kErrorLabel) {
        if (condition.holds(labels.error())) labels.clear_error();
      } else if (condition.name() == kErrorDetailsLabel) {
        if (condition.holds(labels.error_details())) labels.clear_error_details();
      } else if (labels.has(condition.name()) && condition.holds(labels.get(condition.name()))) {
        labels.remove(condition.name());
      }
    }
    return true;
  }

 private:
  std::vector<LabelCondition> conditions_;
};

class KeepStage final : public Stage {
 public:
  explicit KeepStage(std::vector<LabelCondition> conditions) : conditions_(std::move(conditions)) {}

  bool process(Line& line) override {
    doomed_.clear();
    for (const auto& label : line.labels.sorted()) {
      if (label.name != kErrorLabel && label.name != kErrorDetailsLabel && !kept(label)) {
        doomed_.emplace_back(label.name);
      }
    }
    for (const auto& name : doomed_) line.labels.remove(name);
    return true;
  }

 private:
  bool kept(const LineLabel& label) const {
    return std::ranges::any_of(conditions_, [&](const LabelCondition& condition) {
      return condition.name() == label.name && condition.holds(label.value);
    });
  }

  std::vector<LabelCondition> conditions_;
  std::vector<std::string> doomed_;
};

class LabelListExpr final : public StageExpr {
 public:
  LabelListExpr(bool drops, std::vector<NamedLabel> labels) : drops_(drops), labels_(std::move(labels)) {}

  std::string text() const override {
    std::string list;
    for (const auto& label : labels_) {
      if (!list.empty()) list += ",";
      list += label.matcher ? to_text(*label.matcher) : label.name;
    }
    return (drops_ ? "| drop " : "| keep ") + list;
  }
  bool changes_labels() const override { return true; }
  bool takes_labels_away() const override { return true; }
  bool reads_only_labels() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    std::vector<LabelCondition> conditions;
    for (const auto& label : labels_) {
      OC_TRY_ASSIGN(auto condition, LabelCondition::compile(label));
      conditions.push_back(std::move(condition));
    }
    if (drops_) return std::make_unique<DropStage>(std::move(conditions));
    return std::make_unique<KeepStage>(std::move(conditions));
  }

 private:
  bool drops_;
  std::vector<NamedLabel> labels_;
};

bool matcher_follows(const TokenCursor& cursor) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"=", "!=", "=~", "!~"},
                             [&](std::string_view symbol) { return cursor.peek(1).is(symbol); });
}

Result<std::unique_ptr<StageExpr>> parse_label_list_stage(TokenCursor& cursor, bool drops) {
  std::vector<NamedLabel> labels;
  do {
    OC_TRY(cursor.count_expression());
    if (cursor.peek().kind == TokenKind::kIdentifier && matcher_follows(cursor)) {
      OC_TRY_ASSIGN(auto matcher, parse_matcher(cursor, "IDENTIFIER"));
      const auto compiled = CompiledMatchers::compile(std::span(&matcher, 1));
      if (!compiled) return parse_error(compiled.error().message);
      auto name = matcher.name;
      labels.push_back({std::move(name), std::move(matcher)});
    } else {
      OC_TRY_ASSIGN(auto name, cursor.expect(TokenKind::kIdentifier, "IDENTIFIER"));
      labels.push_back({std::move(name.text), std::nullopt});
    }
  } while (cursor.take_if(","));
  return std::make_unique<LabelListExpr>(drops, std::move(labels));
}

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_drop_stage(TokenCursor& cursor) {
  return parse_label_list_stage(cursor, true);
}
Result<std::unique_ptr<StageExpr>> parse_keep_stage(TokenCursor& cursor) {
  return parse_label_list_stage(cursor, false);
}

}  // namespace oc::query
