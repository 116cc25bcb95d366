// | json, and which of the two stages it is.
#include <string>

#include "query/logql/label_hints.h"
#include "query/logql/stages/followed_fields.h"
#include "query/logql/stages/json_path_stage.h"
#include "query/logql/stages/json_template.h"
#include "query/logql/stages/json_walk.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// All fields become labels. A field that an earlier stage or an earlier field of the line gave stays as it is.
class JsonStage final : public Stage {
 public:
  explicit JsonStage(const LabelHints& hints) : hints_(hints), walk_(hints) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    auto outcome = FieldOutcome::kGoOn;
    const auto end = walk_.run(line.text, true, [&](std::string_view path, const JsonValue& value) {
      outcome = store_field(hints_, line.labels, path, text_.label_text(value));
      return outcome == FieldOutcome::kGoOn;
    });
    if (end == JsonWalk::End::kDamaged) {
      line.labels.set_parser_error(kJsonParserError, walk_.error(), hints_.keeps_errors());
    }
    return outcome != FieldOutcome::kDropLine;
  }

  std::unique_ptr<Stage> follow(LineTemplate& of) const override {
    const auto text = alike_json(of);
    JsonWalk walk(hints_);
    FollowedFields found;
    const auto end = walk.run(text, text.size() == of.example().size(), [&](std::string_view path, const auto& value) {
      if (hints_.may_want(path)) found.fields.push_back(json_field(of, path, value));
      return true;
    });
    if (end == JsonWalk::End::kCutOff) {
      if (found.fields.empty()) return nullptr;
      found.end = FollowedFields::End::kUnknown;
    } else if (end == JsonWalk::End::kDamaged) {
      found.end = FollowedFields::End::kError;
      found.error = kJsonParserError;
      found.details = walk.error();
    }
    return make_fields_stage(hints_, std::move(found));
  }

 private:
  const LabelHints& hints_;
  JsonWalk walk_;
  JsonText text_;
};

class JsonStageExpr final : public StageExpr {
 public:
  explicit JsonStageExpr(std::vector<LabelExtraction> extractions) : extractions_(std::move(extractions)) {}

  std::string text() const override { return "| json" + to_text(extractions_); }
  bool reads_line() const override { return true; }
  bool changes_labels() const override { return true; }
  bool follows_templates() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    if (extractions_.empty()) return std::make_unique<JsonStage>(hints);
    return make_json_path_stage(hints, extractions_);
  }

 private:
  std::vector<LabelExtraction> extractions_;
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_json_stage(TokenCursor& cursor) {
  OC_TRY_ASSIGN(auto extractions, parse_label_extractions(cursor));
  return std::make_unique<JsonStageExpr>(std::move(extractions));
}

}  // namespace oc::query
