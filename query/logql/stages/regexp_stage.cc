// | regexp "…(?P<label>…)…"
#include <fmt/format.h>

#include "query/logql/capture_regex.h"
#include "query/logql/go_text.h"
#include "query/logql/label_hints.h"
#include "query/logql/stages/field_text.h"
#include "query/logql/stages/followed_fields.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

class RegexpStage final : public Stage {
 public:
  RegexpStage(const LabelHints& hints, std::shared_ptr<const CaptureRegex> regex)
      : hints_(hints), regex_(std::move(regex)) {
    for (const auto& name : regex_->names()) {
      names_.emplace_back();
      append_label_name(names_.back(), name);
    }
  }

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels) || !regex_->match(line.text, captures_)) return true;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].empty()) continue;
      if (store_field(hints_, line.labels, names_[i], captures_[i + 1]) == FieldOutcome::kDropLine) return false;
    }
    return true;
  }

  std::unique_ptr<Stage> follow(LineTemplate& of) const override {
    const auto groups = regex_->match_template(of.pieces());
    if (!groups) return nullptr;
    FollowedFields found;
    for (std::size_t i = 0; i + 1 < groups->size(); ++i) {
      if (names_[i].empty() || !hints_.may_want(names_[i])) continue;
      found.fields.push_back(of.field(names_[i], (*groups)[i + 1], nullptr));
    }
    return make_fields_stage(hints_, std::move(found));
  }

 private:
  const LabelHints& hints_;
  std::shared_ptr<const CaptureRegex> regex_;
  std::vector<std::string> names_;  // of the groups; "" for one without
  std::vector<std::string_view> captures_;
};

class RegexpExpr final : public StageExpr {
 public:
  RegexpExpr(std::string expression, std::shared_ptr<const CaptureRegex> regex)
      : expression_(std::move(expression)), regex_(std::move(regex)) {}
  std::string text() const override { return "| regexp " + go_quote(expression_); }
  bool reads_line() const override { return true; }
  bool changes_labels() const override { return true; }
  bool follows_templates() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    return std::make_unique<RegexpStage>(hints, regex_);
  }

 private:
  std::string expression_;
  std::shared_ptr<const CaptureRegex> regex_;
};

Status check_names(const CaptureRegex& regex) {
  std::vector<std::string> seen;
  for (const auto& name : regex.names()) {
    if (name.empty()) continue;
    if (std::ranges::find(seen, name) != seen.end()) {
      return permanent(fmt::format("duplicate extracted label name '{}'", name));
    }
    seen.push_back(name);
  }
  if (seen.empty()) return permanent("at least one named capture must be supplied");
  return {};
}

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_regexp_stage(TokenCursor& cursor) {
  OC_TRY(cursor.count_regex());
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING"));
  const auto invalid = [](const Error& error) { return parse_error("invalid regexp parser: " + error.message); };
  auto regex = CaptureRegex::compile(token.text);
  if (!regex) return invalid(regex.error());
  if (const auto checked = check_names(*regex); !checked) return invalid(checked.error());
  return std::make_unique<RegexpExpr>(std::move(token.text), std::make_shared<const CaptureRegex>(std::move(*regex)));
}

}  // namespace oc::query
