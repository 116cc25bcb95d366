// | logfmt [--strict] [--keep-empty] [label="key", …]
#include <algorithm>

#include <fmt/format.h>

#include "formats/logfmt.h"
#include "query/logql/label_hints.h"
#include "query/logql/stages/field_path.h"
#include "query/logql/stages/field_text.h"
#include "query/logql/stages/followed_fields.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/logfmt_damage.h"
#include "query/logql/stages/logfmt_template.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::string_view kLogfmtError = "LogfmtParserErr";

struct LogfmtOptions {
  bool strict = false;      // damage is an error, and what stands behind it is not read
  bool keep_empty = false;  // keys without a value become labels, too
};

// Walks the pairs of a line, keys as label names; in strict mode up to the first damage, which becomes the line's
// error.
class LogfmtWalk {
 public:
  LogfmtWalk(const LabelHints& hints, LogfmtOptions options) : hints_(hints), options_(options) {}

  // `sink` ends the walk with false; what it has not read is then not looked at for damage either.
  template <typename Sink>
  void each_pair(Line& line, Sink sink) {
    const auto damage = options_.strict ? first_logfmt_damage(line.text) : std::nullopt;
    const auto text = damage ? line.text.substr(0, damage->pair_start) : line.text;
    bool stopped = false;
    static_cast<void>(formats::for_each_logfmt_field(text, [&](std::string_view key, std::string_view value) {
      const auto label = label_name(key, name_);
      stopped = !label.empty() && !sink(label, label_value(value, value_));
      return !stopped;
    }));
    if (!damage || stopped) return;
    line.labels.set_parser_error(kLogfmtError,
                                 fmt::format("logfmt syntax error at pos {} : {}", damage->at + 1, damage->what),
                                 hints_.keeps_errors());
  }

 private:
  const LabelHints& hints_;
  LogfmtOptions options_;
  std::string name_;
  std::string value_;
};

class LogfmtStage final : public Stage {
 public:
  LogfmtStage(const LabelHints& hints, LogfmtOptions options)
      : hints_(hints), options_(options), walk_(hints, options) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    auto outcome = FieldOutcome::kGoOn;
    walk_.each_pair(line, [&](std::string_view label, std::string_view value) {
      if (value.empty() && !options_.keep_empty) return true;
      outcome = store_field(hints_, line.labels, label, value);
      return outcome == FieldOutcome::kGoOn;
    });
    return outcome != FieldOutcome::kDropLine && (!line.labels.has_error() || hints_.passes(kErrorLabel, line.labels));
  }

  // Where damage begins differs from line to line, so strict mode is left to the lines.
  std::unique_ptr<Stage> follow(LineTemplate& of) const override {
    if (options_.strict) return nullptr;
    const auto text = alike_logfmt(of, options_.keep_empty);
    FollowedFields found;
    bool known = text.size() == of.example().size();
    static_cast<void>(formats::for_each_logfmt_field(text, [&](std::string_view key, std::string_view value) {
      const bool go_on = follow_pair(of, key, value, found.fields);
      known = known && go_on;
      return go_on;
    }));
    if (!known && found.fields.empty()) return nullptr;
    if (!known) found.end = FollowedFields::End::kUnknown;
    return make_fields_stage(hints_, std::move(found));
  }

 private:
  // False: what becomes of the pair depends on the line.
  bool follow_pair(LineTemplate& of, std::string_view key, std::string_view value,
                   std::vector<TemplateField>& fields) const {
    if (value.empty() && !options_.keep_empty) return true;
    if (of.has_gap(of.span_of(key))) return !may_want_key(of, key);
    std::string name;
    const auto label = label_name(key, name);
    if (label.empty() || !hints_.may_want(label)) return true;
    if (!of.holds(value)) {  // its escapes are resolved
      fields.push_back({std::string(label), cleaned(value), {}});
      return true;
    }
    const auto span = of.span_of(value);
    const bool is_empty = !of.has_gap(span) && value.empty();
    if (!options_.keep_empty && !is_empty && of.may_be_empty(span)) return false;
    if (options_.keep_empty || !is_empty) fields.push_back(of.field(label, span, label_value));
    return true;
  }
  static std::string cleaned(std::string_view value) {
    std::string scratch;
    return std::string(label_value(value, scratch));
  }
  // Whether a key with a gap in it may be a label that is wanted: the text before the gap tells, or that a digit is
  // first, as that is _0 to _9 in a label.
  bool may_want_key(const LineTemplate& of, std::string_view key) const {
    const auto prefix = of.text_before_gap(key);
    std::string name;
    const bool plain = std::ranges::all_of(prefix, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!prefix.empty()) return !plain || hints_.wants_prefix(label_name(prefix, name));
    constexpr std::string_view kDigits = "0123456789";
    return !of.gap_begins_with(of.span_of(key), kDigits) ||
           std::ranges::any_of(kDigits, [&](char digit) { return hints_.wants_prefix(std::string("_") + digit); });
  }

  const LabelHints& hints_;
  LogfmtOptions options_;
  LogfmtWalk walk_;
};

// The last of several pairs with one key counts, a label that is not found is empty.
class LogfmtKeysStage final : public Stage {
 public:
  LogfmtKeysStage(const LabelHints& hints, LogfmtOptions options, std::vector<LabelExtraction> extractions)
      : hints_(hints), walk_(hints, options), extractions_(std::move(extractions)) {}

  bool process(Line& line) override {
    if (hints_.wants_nothing(line.labels)) return true;
    for (const auto& [label, expression] : extractions_) {
      if (line.labels.name_for_parsed(label) == label) line.labels.set_parsed(label, "");
    }
    walk_.each_pair(line, [&](std::string_view key, std::string_view value) {
      const bool is_label = std::ranges::find(extractions_, key, &LabelExtraction::label) != extractions_.end();
      if (!is_label && line.labels.was_parsed(key)) return true;  // Loki takes no field twice, under no name
      bool named = false;
      for (const auto& [label, expression] : extractions_) {
        if (key != expression) continue;
        named = true;
        if (!store(line.labels, label, value)) return false;
      }
      return named || !is_label || store(line.labels, key, value);  // a key with the name of a label counts as well
    });
    return true;
  }

 private:
  // False: a label whose name the stream has is there already, or nobody asks for it; then the walk ends.
  bool store(LineLabels& labels, std::string_view label, std::string_view value) const {
    const auto name = labels.name_for_parsed(label);
    if (name != label && (labels.was_parsed(name) || !hints_.wants(name))) return false;
    labels.set_parsed(name, value);
    return true;
  }

  const LabelHints& hints_;
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
  bool reads_line() const override { return true; }
  bool follows_templates() const override { return extractions_.empty() && !options_.strict; }
  bool changes_labels() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    if (extractions_.empty()) return std::make_unique<LogfmtStage>(hints, options_);
    auto extractions = extractions_;
    for (auto& extraction : extractions) {
      OC_TRY_ASSIGN(extraction.expression, parse_logfmt_key(extraction.expression));
    }
    return std::make_unique<LogfmtKeysStage>(hints, options_, std::move(extractions));
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
