#include "query/logql/stages/json_path_stage.h"

#include <algorithm>

#include "query/logql/stages/json_path.h"
#include "query/logql/stages/json_template.h"
#include "query/logql/stages/json_text.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// What was found of one of the named fields.
struct PathOutcome {
  bool found = false;
  std::string_view error;
};

class LabelsByPath {
 public:
  explicit LabelsByPath(const LabelHints& hints) : hints_(hints) {}

  void fail(LineLabels& labels, std::string_view details) const {
    labels.set_parser_error(kJsonParserError, details, hints_.keeps_errors());
  }
  void store(LineLabels& labels, std::string_view label, const PathOutcome& outcome, const FieldValue& value) const {
    if (!outcome.error.empty()) fail(labels, outcome.error);
    if (outcome.found) labels.set_parsed(labels.name_for_parsed(label), value);
  }
  // Each label named in the query exists afterwards.
  static void add_missing(LineLabels& labels, std::string_view label) {
    if (!labels.has(label)) labels.set_parsed(label, "");
  }

 private:
  const LabelHints& hints_;
};

// What the stage does to all lines of a template.
class FollowedPathStage final : public Stage {
 public:
  struct Field {
    TemplateField field;
    PathOutcome outcome;
  };
  FollowedPathStage(const LabelHints& hints, std::vector<Field> fields)
      : hints_(hints), labels_(hints), fields_(std::move(fields)) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    for (const auto& [field, outcome] : fields_) labels_.store(line.labels, field.label, outcome, field.of(line));
    if (std::ranges::all_of(fields_, [](const Field& field) { return field.outcome.found; })) return true;
    for (const auto& [field, outcome] : fields_) LabelsByPath::add_missing(line.labels, field.label);
    return true;
  }

 private:
  const LabelHints& hints_;
  LabelsByPath labels_;
  std::vector<Field> fields_;
};

class JsonPathStage final : public Stage {
 public:
  struct Field {
    std::string label;
    std::vector<FieldStep> path;
  };
  JsonPathStage(const LabelHints& hints, std::vector<Field> fields)
      : hints_(hints), labels_(hints), fields_(std::move(fields)) {}

  bool process(Line& line) override {
    if (line.text.empty() || hints_.wants_nothing(line.labels)) return true;
    if (!may_hold_fields(line.text)) {
      labels_.fail(line.labels, {});
      return true;
    }
    bool all_found = true;
    for (const auto& field : fields_) {
      const auto [value, error] = find_json_field(line.text, field.path);
      const auto text = value ? text_.label_text(*value) : std::string_view();
      labels_.store(line.labels, field.label, {value.has_value(), error}, FieldValue(text));
      all_found = all_found && value;
    }
    if (all_found) return true;
    for (const auto& field : fields_) LabelsByPath::add_missing(line.labels, field.label);
    return true;
  }

  // A search goes on where JSON does not, so all of the template must be.
  std::unique_ptr<Stage> follow(LineTemplate& of) const override {
    const auto text = alike_json(of);
    if (text.empty() || text.size() != of.example().size() || !may_hold_fields(text)) return nullptr;
    std::vector<FollowedPathStage::Field> found;
    for (const auto& field : fields_) {
      if (leads_through_gap(of, text, field.path)) return nullptr;
      const auto [value, error] = find_json_field(text, field.path);
      found.push_back({json_field(of, field.label, value.value_or(JsonValue())), {value.has_value(), error}});
    }
    return std::make_unique<FollowedPathStage>(hints_, std::move(found));
  }

 private:
  static bool may_hold_fields(std::string_view text) { return text[0] == '{' || text[0] == '[' || text[0] == '"'; }

  // Whether a step leads into a text that differs from line to line.
  static bool leads_through_gap(const LineTemplate& of, std::string_view text, std::vector<FieldStep> path) {
    for (path.pop_back(); !path.empty(); path.pop_back()) {
      const auto value = find_json_field(text, path).value;
      const bool nests = value && (value->kind == JsonValue::Kind::kObject || value->kind == JsonValue::Kind::kArray);
      if (value && !nests && of.has_gap(of.span_of(value->text))) return true;
    }
    return false;
  }

  const LabelHints& hints_;
  LabelsByPath labels_;
  std::vector<Field> fields_;
  JsonText text_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_json_path_stage(const LabelHints& hints,
                                                    const std::vector<LabelExtraction>& extractions) {
  std::vector<JsonPathStage::Field> fields;
  for (const auto& extraction : extractions) {
    OC_TRY_ASSIGN(auto path, parse_json_path(extraction.expression));
    fields.push_back({extraction.label, std::move(path)});
  }
  return std::make_unique<JsonPathStage>(hints, std::move(fields));
}

}  // namespace oc::query
