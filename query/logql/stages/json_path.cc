#include "query/logql/stages/json_path.h"

#include <algorithm>

#include "query/logql/stages/json_text.h"

namespace oc::query {

namespace {

// Looks for the key by itself, so that damage beside it does no harm: what is no key is passed over.
class MemberSearch {
 public:
  MemberSearch(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  JsonField run() {
    while (at_ < text_.size() && !done_) {
      const char c = text_[at_];
      if (c == '"') {
        take_string();
      } else if (c == '[' || (c == '{' && depth_ > 0)) {
        pass_value();
      } else {
        depth_ += c == '{' ? 1 : c == '}' ? -1 : 0;
        ++at_;
      }
    }
    return found_;
  }

 private:
  void take_string() {
    const auto begin = at_ + 1;
    const auto end = closing_quote(text_, begin);
    if (end == std::string_view::npos) return finish({});
    at_ = std::min(text_.find_first_not_of(" \t\r\n", end + 1), text_.size());
    if (at_ == text_.size() || text_[at_] != ':') return;
    ++at_;
    if (depth_ < 1) return finish({std::nullopt, kMalformedJson});
    if (unescaper_.unescaped(text_.substr(begin, end - begin)) != name_) return;
    JsonScanner scanner(text_.substr(at_));
    JsonValue value;
    const bool read = scanner.read_value(value);
    finish(read ? JsonField{value, {}} : JsonField{std::nullopt, scanner.error()});
  }

  void pass_value() {
    JsonScanner scanner(text_.substr(at_));
    JsonValue value;
    if (!scanner.read_value(value)) return finish({});
    at_ += value.text.size();
  }

  void finish(JsonField found) {
    found_ = found;
    done_ = true;
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool done_ = false;
  JsonField found_;
  JsonText unescaper_;
};

bool step_by_name(JsonField& field, const std::string& name) {
  field = MemberSearch(field.value->text, name).run();
  return field.value.has_value();
}

bool step_by_index(JsonField& field, std::size_t index) {
  JsonScanner scanner(field.value->text);
  if (!scanner.enter('[')) return false;
  JsonValue element;
  for (std::size_t i = 0; scanner.next_element(element); ++i) {
    if (i != index) continue;
    field.value = element;
    return true;
  }
  return false;
}

}  // namespace

JsonField find_json_field(std::string_view line, const std::vector<FieldStep>& path) {
  JsonField field{JsonValue{JsonValue::Kind::kObject, line}, {}};
  for (const auto& step : path) {
    if (step.is_index ? step_by_index(field, step.index) : step_by_name(field, step.name)) continue;
    field.value = std::nullopt;
    if (&step != &path.back()) field.error = {};  // damage on the way there is none of the field's
    return field;
  }
  return field;
}

}  // namespace oc::query
