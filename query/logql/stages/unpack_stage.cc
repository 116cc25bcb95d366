// | unpack: a line that Promtail's pack stage wrote, {"label":"value","_entry":"line"}.
#include "query/logql/label_hints.h"
#include "query/logql/stages/field_text.h"
#include "query/logql/stages/json_text.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::string_view kEntryKey = "_entry";
constexpr std::string_view kNotAnObject = "expecting json object(6), but it is not";

class UnpackStage final : public Stage {
 public:
  explicit UnpackStage(const LabelHints& hints) : hints_(hints) {}

  bool process(Line& line) override {
    if (line.text.empty() || hints_.wants_nothing(line.labels)) return true;
    if (line.text[0] != '{') return fail(line, kNotAnObject);
    JsonScanner scanner(line.text);
    JsonValue value;
    scanner.enter('{');
    bool packed = false;
    count_ = 0;
    while (const auto key = scanner.next_member(value)) {
      if (value.kind != JsonValue::Kind::kString) continue;
      const auto name = text_.unescaped(*key);
      if (name == kEntryKey) {
        packed = true;
        entry_.assign(text_.unescaped(value.text));
      } else {
        remember(name, value.text);
      }
    }
    if (!scanner.error().empty()) return fail(line, scanner.error());
    return !packed || store(line);
  }

 private:
  struct Member {
    std::string name;
    std::string value;
  };

  bool fail(Line& line, std::string_view error) const {
    line.labels.set_parser_error(kJsonParserError, error, hints_.keeps_errors());
    return true;
  }

  void remember(std::string_view key, std::string_view inside) {
    if (count_ == members_.size()) members_.emplace_back();
    auto& member = members_[count_++];
    member.name = label_name(key, scratch_);
    member.value = text_.label_text(inside);
  }

  bool store(Line& line) {
    line.text = entry_;
    for (std::size_t i = count_; i-- > 0;) {  // of a repeated key the last value counts
      if (store_field(hints_, line.labels, members_[i].name, members_[i].value) == FieldOutcome::kDropLine)
        return false;
    }
    return true;
  }

  const LabelHints& hints_;
  JsonText text_;
  std::string scratch_;
  std::string entry_;
  std::vector<Member> members_;
  std::size_t count_ = 0;
};

class UnpackExpr final : public StageExpr {
 public:
  std::string text() const override { return "| unpack"; }
  bool reads_line() const override { return true; }
  bool changes_line() const override { return true; }
  bool changes_labels() const override { return true; }
  Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const override {
    return std::make_unique<UnpackStage>(hints);
  }
};

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_unpack_stage(TokenCursor&) { return std::make_unique<UnpackExpr>(); }

}  // namespace oc::query
