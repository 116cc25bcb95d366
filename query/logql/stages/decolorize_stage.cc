// | decolorize: takes off the colours and styles of terminals.
#include <re2/re2.h>

#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

// ECMA-48: an introducer (ESC or the single character CSI), parameters in parentheses, brackets and numbers, and a
// final letter; or an operating system command, which ends with BEL. Longer numbers are not a terminal's.
const RE2& control_sequence() {
  static const RE2 expression(
      "(?:\\x1b|\\x{9b})[\\[\\]()#;?]*(?:(?:[A-Za-z0-9]*(?:;[A-Za-z0-9]*)*)?\\x07|"
      "(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PR-TZcf-nq-uy=><~])");
  return expression;
}

class DecolorizeStage final : public Stage {
 public:
  bool process(Line& line) override {
    if (line.text.find_first_of("\x1b\x9b") == std::string_view::npos) return true;
    plain_.assign(line.text);
    RE2::GlobalReplace(&plain_, control_sequence(), "");
    line.text = plain_;
    return true;
  }

 private:
  std::string plain_;
};

class DecolorizeExpr final : public StageExpr {
 public:
  std::string text() const override { return "| decolorize"; }
  std::string pretty_text(int) const override { return text(); }  // Loki does not indent it
  bool changes_line() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    return std::make_unique<DecolorizeStage>();
  }
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_decolorize_stage(TokenCursor&) { return std::make_unique<DecolorizeExpr>(); }

}  // namespace oc::query
