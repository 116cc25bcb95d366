#include "query/logql/stages/followed_fields.h"

namespace oc::query {

namespace {

class FollowedFieldsStage final : public Stage {
 public:
  FollowedFieldsStage(const LabelHints& hints, FollowedFields fields) : hints_(hints), found_(std::move(fields)) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    if (line.labels.has_error()) line.late->give_up();  // parsers differ in what they do with an earlier stage's
    for (const auto& field : found_.fields) {
      const auto outcome = store_field(hints_, line.labels, field.label, field.of(line));
      if (outcome != FieldOutcome::kGoOn) return outcome != FieldOutcome::kDropLine;
    }
    if (found_.end == FollowedFields::End::kUnknown) line.late->give_up();
    if (found_.end == FollowedFields::End::kError) {
      line.labels.set_parser_error(found_.error, found_.details, hints_.keeps_errors());
    }
    return true;
  }

 private:
  const LabelHints& hints_;
  FollowedFields found_;
};

}  // namespace

std::unique_ptr<Stage> make_fields_stage(const LabelHints& hints, FollowedFields fields) {
  return std::make_unique<FollowedFieldsStage>(hints, std::move(fields));
}

}  // namespace oc::query
