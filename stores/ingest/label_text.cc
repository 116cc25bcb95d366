#include "stores/ingest/label_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

bool begins_label_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_label_name(char c) { return begins_label_name(c) || (c >= '0' && c <= '9'); }

struct LabelToken {
  enum class Kind { kEnd, kName, kString, kSign, kError };
  Kind kind = Kind::kEnd;
  std::string_view text;  // of an error: its message is in `error`
  std::size_t position = 0;
  std::string error = {};

  std::string shown() const {
    switch (kind) {
      case Kind::kEnd:
        return "end of input";
      case Kind::kName:
        return "identifier " + query::go_quote(text);
      case Kind::kString:
        return "string " + query::go_quote(text);
      default:
        return query::go_quote(text);
    }
  }
};

// Reads the text between braces.
class LabelTextParser {
 public:
  explicit LabelTextParser(std::string_view text) : text_(text) {}

  Result<query::Labels> parse() {
    query::Labels labels;
    skip_space();
    if (at_ == text_.size()) return labels;
    if (text_[at_] != '{') return unexpected(next(), "metric", "");
    next();
    for (auto token = next(); token.text != "}"; token = next()) {
      if (token.kind != LabelToken::Kind::kName) return unexpected(token, "label set", "identifier or \"}\"");
      OC_TRY_ASSIGN(auto value, value_behind_name());
      if (!value.empty()) labels.emplace_back(token.text, std::move(value));
      const auto behind = next();
      if (behind.text == "}" && behind.kind == LabelToken::Kind::kSign) break;
      if (behind.text != ",") return unexpected(behind, "label set", "\",\" or \"}\"");
    }
    if (const auto end = next(); end.kind != LabelToken::Kind::kEnd) return unexpected(end, "metric", "");
    std::ranges::stable_sort(labels, {}, &query::Label::first);
    return labels;
  }

 private:
  Result<std::string> value_behind_name() {
    if (const auto sign = next(); sign.text != "=" || sign.kind != LabelToken::Kind::kSign)
      return unexpected(sign, "label set", "\"=\"");
    const auto token = next();
    if (token.kind != LabelToken::Kind::kString) return unexpected(token, "label set", "string");
    auto value = query::go_unquote(token.text);
    if (!value) return fail(token.position, "invalid syntax");
    return std::move(*value);
  }

  LabelToken next() {
    skip_space();
    LabelToken token{.position = at_};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (begins_label_name(c)) {
      token.kind = LabelToken::Kind::kName;
      while (at_ < text_.size() && continues_label_name(text_[at_])) ++at_;
    } else if (c == '"' || c == '`' || c == '\'') {
      token.kind = LabelToken::Kind::kString;
      if (!skip_string(c)) return {LabelToken::Kind::kError, {}, token.position, "unterminated quoted string"};
    } else if (std::string_view("{}=,").find(c) != std::string_view::npos) {
      token.kind = LabelToken::Kind::kSign;
      ++at_;
    } else {
      const auto rune = text_.substr(at_, std::max<std::size_t>(utf8_length(text_.substr(at_)), 1));
      return {LabelToken::Kind::kError, rune, at_, fmt::format("unexpected character inside braces: '{}'", rune)};
    }
    token.text = text_.substr(token.position, at_ - token.position);
    return token;
  }

  bool skip_string(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) return ++at_, true;
      if (text_[at_] == '\\' && quote != '`') ++at_;
      if (at_ < text_.size() && text_[at_] == '\n' && quote != '`') return false;
    }
    at_ = text_.size();
    return false;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::unexpected<Error> unexpected(const LabelToken& token, std::string_view where, std::string_view expected) const {
    if (token.kind == LabelToken::Kind::kError) return fail(token.position, token.error);
    if (expected.empty()) return fail(token.position, fmt::format("unexpected {}", token.shown()));
    return fail(token.position, fmt::format("unexpected {} in {}, expected {}", token.shown(), where, expected));
  }

  std::unexpected<Error> fail(std::size_t position, std::string_view what) const {
    const auto before = text_.substr(0, position);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = position - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return permanent(fmt::format("{}:{}: parse error: {}", line, column, what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<query::Labels> parse_label_text(std::string_view text) { return LabelTextParser(text).parse(); }

std::string label_text(const query::Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (text.size() > 1) text += ", ";
    text += name + "=" + query::go_quote(value);
  }
  return text + "}";
}

bool is_label_name(std::string_view name) {
  return !name.empty() && begins_label_name(name[0]) && std::ranges::all_of(name, continues_label_name);
}

}  // namespace oc::stores
