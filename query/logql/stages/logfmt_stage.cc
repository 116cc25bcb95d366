// | logfmt [--strict] [--keep-empty] [label="key", …]
#include <fmt/format.h>

#include "formats/json_fields.h"
#include "formats/logfmt.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/logfmt_damage.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::string_view kLogfmtError = "LogfmtParserErr";

struct LogfmtOptions {
  bool strict = false;      // damage is an error, and what stands behind it is not read
  bool keep_empty = false;  // keys without a value become labels, too
};

// Walks the pairs of a line; in strict mode up to the first damage, which becomes the line's error.
class LogfmtWalk {
 public:
  explicit LogfmtWalk(LogfmtOptions options) : options_(options) {}

  template <typename Sink>
  void each_pair(Line& line, Sink sink) const {
    const auto damage = options_.strict ? first_logfmt_damage(line.text) : std::nullopt;
    const auto text = damage ? line.text.substr(0, damage->pair_start) : line.text;
    static_cast<void>(formats::for_each_logfmt_field(text, sink));
    if (damage) {
      line.labels.set_error(kLogfmtError,
                            fmt::format("logfmt syntax error at pos {} : {}", damage->at + 1, damage->what));
    }
  }
  bool keep_empty() const { return options_.keep_empty; }

 private:
  LogfmtOptions options_;
};

class LogfmtStage final : public Stage {
 public:
  explicit LogfmtStage(LogfmtOptions options) : walk_(options) {}

  bool process(Line& line) override {
    walk_.each_pair(line, [&](std::string_view key, std::string_view value) {
      if (value.empty() && !walk_.keep_empty()) return;
      const auto label = formats::sanitized_label_name(key, true);
      if (label.empty()) return;
      const auto name = line.labels.name_for_parsed(label);
      if (!line.labels.has_parsed(name)) line.labels.set_parsed(name, value);  // the first of a name wins
    });
    return true;
  }

 private:
  LogfmtWalk walk_;
};

class LogfmtKeysStage final : public Stage {
 public:
  LogfmtKeysStage(LogfmtOptions options, std::vector<LabelExtraction> extractions)
      : walk_(options), extractions_(std::move(extractions)) {}

  bool process(Line& line) override {
    walk_.each_pair(line, [&](std::string_view key, std::string_view value) {
      for (const auto& [label, expression] : extractions_) {
        if (key == expression) line.labels.set_parsed(line.labels.name_for_parsed(label), value);
      }
    });
    for (const auto& [label, expression] : extractions_) {
      if (!line.labels.has(label)) line.labels.set_parsed(label, {});
    }
    return true;
  }

 private:
  LogfmtWalk walk_;
  std::vector<LabelExtraction> extractions_;
};

class LogfmtStageExpr final : public StageExpr {
 public:
  LogfmtStageExpr(LogfmtOptions options, std::vector<LabelExtraction> extractions)
      : options_(options), extractions_(std::move(extractions)) {}

  std::string text() const override {
    return fmt::format("| logfmt{}{}{}", options_.strict ? " --strict" : "", options_.keep_empty ? " --keep-empty" : "",
                       to_text(extractions_));
  }
  Result<std::unique_ptr<Stage>> compile() const override {
    if (extractions_.empty()) return std::make_unique<LogfmtStage>(options_);
    for (const auto& extraction : extractions_) {
      OC_TRY_ASSIGN(const auto path, parse_field_path(extraction.expression));
      if (path.size() > 1) return permanent(fmt::format("logfmt has no nested keys: [{}]", extraction.expression));
    }
    return std::make_unique<LogfmtKeysStage>(options_, extractions_);
  }

 private:
  LogfmtOptions options_;
  std::vector<LabelExtraction> extractions_;
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_logfmt_stage(TokenCursor& cursor) {
  LogfmtOptions options;
  while (cursor.peek().kind == TokenKind::kFlag) {
    const auto flag = cursor.take();
    (flag.text == "--strict" ? options.strict : options.keep_empty) = true;
  }
  OC_TRY_ASSIGN(auto extractions, parse_label_extractions(cursor));
  return std::make_unique<LogfmtStageExpr>(options, std::move(extractions));
}

}  // namespace oc::query
