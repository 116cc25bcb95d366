// | line_format "…" and | label_format a=b, c="…"
#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/label_hints.h"
#include "query/logql/stages/stage_list.h"
#include "query/logql/stages/template_labels.h"
#include "query/logql/templates/template.h"

namespace oc::query {

namespace {

constexpr std::string_view kTemplateError = "TemplateFormatErr";

class LineFormatStage final : public Stage {
 public:
  explicit LineFormatStage(Template line) : template_(std::move(line)) {}

  bool process(Line& line) override {
    written_.clear();
    const auto status = template_.run(LineTemplateLabels(line.labels), line.text, line.time_ns, written_);
    if (status) {
      line.text = written_;
    } else {
      line.labels.set_error(kTemplateError, status.error().message);
    }
    return true;
  }

 private:
  Template template_;
  std::string written_;
};

class LineFormatExpr final : public StageExpr {
 public:
  explicit LineFormatExpr(std::string format) : format_(std::move(format)) {}
  std::string text() const override { return "| line_format " + go_quote(format_); }
  bool changes_line() const override { return true; }
  bool only_writes_line() const override { return true; }
  bool add_required_labels(std::vector<std::string>& labels) const override {
    return add_template_fields(format_, labels);
  }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    auto line = Template::compile(format_);
    if (!line) return permanent("invalid line template: " + line.error().message);
    return std::make_unique<LineFormatStage>(std::move(*line));
  }

 private:
  std::string format_;
};

struct LabelFormat {
  std::string label;
  bool renames = false;
  std::string source;  // the label renamed, or a template
};

class LabelFormatStage final : public Stage {
 public:
  struct Step {
    std::string label;
    std::string renamed;  // "" for a template
    std::optional<Template> value;
  };
  explicit LabelFormatStage(std::vector<Step> steps) : steps_(std::move(steps)) {}

  bool process(Line& line) override {
    bool taken = false;
    for (const auto& step : steps_) {
      if (!step.value) {
        rename(line.labels, step);
        continue;
      }
      if (!taken) snapshot_.take(line.labels);  // templates do not see what templates before them wrote
      taken = true;
      value_.clear();
      if (const auto status = step.value->run(snapshot_, line.text, line.time_ns, value_); !status) {
        line.labels.set_error(kTemplateError, status.error().message);
      } else {
        line.labels.set_parsed(step.label, value_);
      }
    }
    return true;
  }

 private:
  void rename(LineLabels& labels, const Step& step) {
    if (!labels.has(step.renamed)) return;
    value_ = labels.get(step.renamed);
    labels.set_parsed(step.label, value_);
    labels.remove(step.renamed);
  }

  std::vector<Step> steps_;
  LabelSnapshot snapshot_;
  std::string value_;
};

class LabelFormatExpr final : public StageExpr {
 public:
  explicit LabelFormatExpr(std::vector<LabelFormat> formats) : formats_(std::move(formats)) {}

  std::string text() const override {
    std::string list;
    for (const auto& format : formats_) {
      list += fmt::format("{}{}={}", list.empty() ? "" : ",", format.label,
                          format.renames ? format.source : go_quote(format.source));
    }
    return "| label_format " + list;
  }
  bool changes_labels() const override { return true; }
  bool takes_labels_away() const override {
    return std::ranges::any_of(formats_, [](const LabelFormat& format) { return format.renames; });
  }
  bool reads_line() const override {
    return std::ranges::any_of(formats_, [](const LabelFormat& format) { return !format.renames; });
  }
  bool add_required_labels(std::vector<std::string>& labels) const override {
    bool known = true;
    for (const auto& format : formats_) {
      if (format.renames) {
        labels.push_back(format.source);
      } else {
        known = add_template_fields(format.source, labels) && known;
      }
    }
    return known;
  }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    OC_TRY(check_labels());
    std::vector<LabelFormatStage::Step> steps;
    for (const auto& format : formats_) {
      LabelFormatStage::Step step{format.label, format.renames ? format.source : std::string(), std::nullopt};
      if (!format.renames) {
        auto value = Template::compile(format.source, "label");
        if (!value) {
          return permanent(fmt::format("invalid template for label '{}': {}", format.label, value.error().message));
        }
        step.value = std::move(*value);
      }
      steps.push_back(std::move(step));
    }
    return std::make_unique<LabelFormatStage>(std::move(steps));
  }

 private:
  Status check_labels() const {
    std::vector<std::string_view> seen;
    for (const auto& format : formats_) {
      if (format.label == kErrorLabel) return permanent(fmt::format("{} cannot be formatted", format.label));
      if (std::ranges::find(seen, format.label) != seen.end()) {
        return permanent(
            fmt::format("multiple label name '{}' not allowed in a single format operation", format.label));
      }
      seen.push_back(format.label);
    }
    return {};
  }

  std::vector<LabelFormat> formats_;
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_line_format_stage(TokenCursor& cursor) {
  OC_TRY_ASSIGN(auto format, cursor.expect(TokenKind::kString, "STRING"));
  return std::make_unique<LineFormatExpr>(std::move(format.text));
}

Result<std::unique_ptr<StageExpr>> parse_label_format_stage(TokenCursor& cursor) {
  std::vector<LabelFormat> formats;
  do {
    OC_TRY(cursor.count_expression());
    OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, "IDENTIFIER"));
    OC_TRY(cursor.expect("=", "="));
    const bool renames = cursor.peek().kind == TokenKind::kIdentifier;
    if (!renames && cursor.peek().kind != TokenKind::kString) return cursor.unexpected("IDENTIFIER or STRING");
    formats.push_back({std::move(label.text), renames, cursor.take().text});
  } while (cursor.take_if(","));
  return std::make_unique<LabelFormatExpr>(std::move(formats));
}

}  // namespace oc::query
