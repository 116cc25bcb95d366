// | pattern "<ip> - <user> <_>"
#include "query/logql/go_text.h"
#include "query/logql/label_hints.h"
#include "query/logql/stages/capture_pattern.h"
#include "query/logql/stages/followed_fields.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

class PatternStage final : public Stage {
 public:
  PatternStage(const LabelHints& hints, std::shared_ptr<const CapturePattern> pattern)
      : hints_(hints), pattern_(std::move(pattern)) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    pattern_->capture(line.text, captures_);
    for (std::size_t i = 0; i < captures_.size(); ++i) {
      const auto& name = pattern_->names()[i];
      if (store_field(hints_, line.labels, name, captures_[i]) == FieldOutcome::kDropLine) return false;
    }
    return true;
  }

  std::unique_ptr<Stage> follow(LineTemplate& of) const override {
    const auto captures = pattern_->capture_in(of.pieces());
    if (!captures) return nullptr;
    FollowedFields found;
    for (std::size_t i = 0; i < captures->size(); ++i) {
      const auto& name = pattern_->names()[i];
      if (hints_.may_want(name)) found.fields.push_back(of.field(name, (*captures)[i], nullptr));
    }
    return make_fields_stage(hints_, std::move(found));
  }

 private:
  const LabelHints& hints_;
  std::shared_ptr<const CapturePattern> pattern_;
  std::vector<std::string_view> captures_;
};

class PatternExpr final : public StageExpr {
 public:
  PatternExpr(std::string expression, std::shared_ptr<const CapturePattern> pattern)
      : expression_(std::move(expression)), pattern_(std::move(pattern)) {}
  std::string text() const override { return "| pattern " + go_quote(expression_); }
  bool reads_line() const override { return true; }
  bool changes_labels() const override { return true; }
  bool follows_templates() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    return std::make_unique<PatternStage>(hints, pattern_);
  }

 private:
  std::string expression_;
  std::shared_ptr<const CapturePattern> pattern_;
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_pattern_stage(TokenCursor& cursor) {
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING"));
  auto pattern = CapturePattern::compile_parser(token.text);
  if (!pattern) return parse_error("invalid pattern parser: " + pattern.error().message);
  return std::make_unique<PatternExpr>(std::move(token.text),
                                       std::make_shared<const CapturePattern>(std::move(*pattern)));
}

}  // namespace oc::query
