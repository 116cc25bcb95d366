// | json, and | json label="path", …
#include <string>

#include "query/logql/label_hints.h"
#include "query/logql/stages/field_text.h"
#include "query/logql/stages/json_path.h"
#include "query/logql/stages/json_text.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// All fields become labels, those of nested objects with their path as name. A field that an earlier stage or an
// earlier field of the line gave stays as it is.
class JsonStage final : public Stage {
 public:
  explicit JsonStage(const LabelHints& hints) : hints_(hints) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    path_.clear();
    JsonScanner scanner(line.text);
    outcome_ = FieldOutcome::kGoOn;
    error_ = {};
    walk(scanner, line.labels, 0);
    if (!error_.empty()) line.labels.set_parser_error(kJsonParserError, error_, hints_.keeps_errors());
    return outcome_ != FieldOutcome::kDropLine;
  }

 private:
  static constexpr int kMaxDepth = 128;  // no logger nests deeper, and each level costs a stack frame

  // False: enough, for one reason or another.
  bool walk(JsonScanner& scanner, LineLabels& labels, int depth) {
    JsonValue value;
    if (depth > kMaxDepth || !scanner.enter('{')) return fail(depth > kMaxDepth ? kMalformedJson : scanner.error());
    while (const auto key = scanner.next_member(value)) {
      const auto path_length = path_.size();
      const bool go_on = take_member(*key, value, labels, depth);
      path_.resize(path_length);
      if (!go_on) return false;
    }
    return scanner.error().empty() || fail(scanner.error());
  }

  bool take_member(std::string_view key, const JsonValue& value, LineLabels& labels, int depth) {
    const auto name = text_.unescaped(key);
    if (name.empty() && !key.empty()) return fail(kMalformedEscape);
    append_label_name(path_, name);
    if (value.kind == JsonValue::Kind::kObject) {
      if (!hints_.wants_prefix(path_)) return true;
      JsonScanner inner(value.text);
      return walk(inner, labels, depth + 1);
    }
    const bool is_label = value.kind != JsonValue::Kind::kNull && value.kind != JsonValue::Kind::kArray;
    if (!is_label || path_.empty()) return true;
    outcome_ = store_field(hints_, labels, path_, text_.label_text(value));
    return outcome_ == FieldOutcome::kGoOn;
  }

  bool fail(std::string_view error) {
    error_ = error;
    return false;
  }

  const LabelHints& hints_;
  std::string path_;
  JsonText text_;
  FieldOutcome outcome_ = FieldOutcome::kGoOn;
  std::string_view error_;
};

class JsonPathStage final : public Stage {
 public:
  struct Field {
    std::string label;
    std::vector<FieldStep> path;
  };
  JsonPathStage(const LabelHints& hints, std::vector<Field> fields) : hints_(hints), fields_(std::move(fields)) {}

  bool process(Line& line) override {
    if (line.text.empty() || hints_.wants_nothing(line.labels)) return true;
    if (line.text[0] != '{' && line.text[0] != '[' && line.text[0] != '"') {
      line.labels.set_parser_error(kJsonParserError, {}, hints_.keeps_errors());
      return true;
    }
    bool all_found = true;
    for (const auto& field : fields_) {
      const auto [value, error] = find_json_field(line.text, field.path);
      if (!error.empty()) line.labels.set_parser_error(kJsonParserError, error, hints_.keeps_errors());
      if (value) line.labels.set_parsed(line.labels.name_for_parsed(field.label), text_.label_text(*value));
      all_found = all_found && value;
    }
    for (const auto& field : fields_) {  // each label named in the query exists afterwards
      if (!all_found && !line.labels.has(field.label)) line.labels.set_parsed(field.label, {});
    }
    return true;
  }

 private:
  const LabelHints& hints_;
  std::vector<Field> fields_;
  JsonText text_;
};

class JsonStageExpr final : public StageExpr {
 public:
  explicit JsonStageExpr(std::vector<LabelExtraction> extractions) : extractions_(std::move(extractions)) {}

  std::string text() const override { return "| json" + to_text(extractions_); }
  bool reads_line() const override { return true; }
  bool changes_labels() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    if (extractions_.empty()) return std::make_unique<JsonStage>(hints);
    std::vector<JsonPathStage::Field> fields;
    for (const auto& extraction : extractions_) {
      OC_TRY_ASSIGN(auto path, parse_json_path(extraction.expression));
      fields.push_back({extraction.label, std::move(path)});
    }
    return std::make_unique<JsonPathStage>(hints, std::move(fields));
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
