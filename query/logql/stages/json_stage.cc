// | json, and | json label="path", …
#include <optional>
#include <string>

#include "formats/json_fields.h"
#include "query/logql/stages/json_path.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::string_view kJsonError = "JSONParserErr";
// Loki's decoder has these two texts.
constexpr std::string_view kNotAnObject = "Value looks like object, but can't find closing '}' symbol";
constexpr std::string_view kMalformed = "Malformed JSON error";

std::string_view error_details(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = line.find_first_not_of(kSpace);
  if (first == std::string_view::npos || line[first] != '{') return kNotAnObject;
  return line[line.find_last_not_of(kSpace)] == '}' ? kMalformed : kNotAnObject;
}

// `{"a":1,}` → `{"a":1}`: Loki's decoder takes a comma behind the last member. nullopt: there is none.
std::optional<std::string> without_last_comma(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto brace = line.find_last_not_of(kSpace);
  if (brace == std::string_view::npos || brace == 0 || line[brace] != '}') return std::nullopt;
  const auto comma = line.find_last_not_of(kSpace, brace - 1);
  if (comma == std::string_view::npos || line[comma] != ',') return std::nullopt;
  return std::string(line.substr(0, comma)) + '}';
}

// All fields become labels. A field that an earlier stage or an earlier field of the line gave stays as it is.
class JsonStage final : public Stage {
 public:
  bool process(Line& line) override {
    if (extract(line.text, line.labels)) return true;
    const auto repaired = without_last_comma(line.text);
    if (!repaired || !extract(*repaired, line.labels)) line.labels.set_error(kJsonError, error_details(line.text));
    return true;
  }

 private:
  static bool extract(std::string_view json, LineLabels& labels) {
    const auto status = formats::for_each_json_field(json, [&](std::string_view key, std::string_view value) {
      if (value.data() == nullptr) return;  // null
      const auto name = labels.name_for_parsed(key);
      if (!labels.has_parsed(name)) labels.set_parsed(name, value);
    });
    return status.has_value();
  }
};

class JsonPathStage final : public Stage {
 public:
  JsonPathStage(std::vector<std::string> labels, std::vector<std::vector<FieldStep>> paths)
      : labels_(std::move(labels)), paths_(std::move(paths)) {}

  bool process(Line& line) override {
    if (!may_be_json(line.text)) {
      line.labels.set_error(kJsonError, {});
      return true;
    }
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const auto value = finder_.find(line.text, paths_[i]);
      // Each label named in the query exists afterwards.
      if (value || !line.labels.has(labels_[i])) {
        line.labels.set_parsed(line.labels.name_for_parsed(labels_[i]), value.value_or(std::string_view()));
      }
    }
    return true;
  }

 private:
  static bool may_be_json(std::string_view line) {
    return !line.empty() && (line[0] == '{' || line[0] == '[' || line[0] == '"');
  }

  std::vector<std::string> labels_;
  std::vector<std::vector<FieldStep>> paths_;
  JsonPathFinder finder_;
};

class JsonStageExpr final : public StageExpr {
 public:
  explicit JsonStageExpr(std::vector<LabelExtraction> extractions) : extractions_(std::move(extractions)) {}

  std::string text() const override { return "| json" + to_text(extractions_); }
  Result<std::unique_ptr<Stage>> compile() const override {
    if (extractions_.empty()) return std::make_unique<JsonStage>();
    std::vector<std::string> labels;
    std::vector<std::vector<FieldStep>> paths;
    for (const auto& extraction : extractions_) {
      OC_TRY_ASSIGN(auto path, parse_field_path(extraction.expression));
      labels.push_back(extraction.label);
      paths.push_back(std::move(path));
    }
    return std::make_unique<JsonPathStage>(std::move(labels), std::move(paths));
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
