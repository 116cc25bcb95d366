#include "query/logql/stages/json_scan.h"

#include <cstring>

namespace oc::query {

namespace {

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::size_t closing_quote(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto* found = static_cast<const char*>(std::memchr(text.data() + at, '"', text.size() - at));
    if (found == nullptr) break;
    const auto quote = static_cast<std::size_t>(found - text.data());
    std::size_t backslashes = 0;
    while (quote - backslashes > at && text[quote - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote;
    at = quote + 1;
  }
  return std::string_view::npos;
}

bool JsonScanner::fail(std::string_view error) {
  error_ = error;
  return false;
}

bool JsonScanner::skip_space() {
  while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  return at_ < text_.size();
}

bool JsonScanner::enter(char bracket) {
  if (!skip_space() || text_[at_] != bracket) return fail(bracket == '{' ? kMalformedObject : kMalformedArray);
  ++at_;
  first_ = true;
  return true;
}

// Behind a value: takes the comma before the next one; false at the end and at damage.
bool JsonScanner::go_on(char closing) {
  const auto malformed = closing == '}' ? kMalformedObject : kMalformedArray;
  if (!skip_space()) return fail(first_ ? kMalformedJson : kMalformedArray);
  if (text_[at_] == closing) return false;
  if (first_) {
    first_ = false;
    return true;
  }
  if (text_[at_] != ',') return fail(malformed);
  ++at_;
  if (!skip_space()) return fail(kMalformedArray);
  return text_[at_] != closing;  // a comma behind the last member does no harm
}

std::optional<std::string_view> JsonScanner::next_member(JsonValue& value) {
  if (!go_on('}')) return std::nullopt;
  if (text_[at_] != '"') {
    fail(kMalformedObject);
    return std::nullopt;
  }
  const auto key = read_string();
  if (!key || !skip_space() || text_[at_] != ':') {
    fail(kMalformedJson);
    return std::nullopt;
  }
  ++at_;
  if (!read_value(value)) return std::nullopt;
  return key;
}

bool JsonScanner::next_element(JsonValue& value) { return go_on(']') && read_value(value); }

std::optional<std::string_view> JsonScanner::read_string() {
  const auto begin = at_ + 1;
  const auto end = closing_quote(text_, begin);
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  if (end == std::string_view::npos) return std::nullopt;
  return text_.substr(begin, end - begin);
}

bool JsonScanner::read_value(JsonValue& value) {
  if (!skip_space()) return fail(kMalformedJson);
  switch (text_[at_]) {
    case '"': {
      const auto inside = read_string();
      if (!inside) return fail(kMalformedString);
      value = {JsonValue::Kind::kString, *inside};
      return true;
    }
    case '{':
      value.kind = JsonValue::Kind::kObject;
      return read_block('{', '}', value) || fail(kMalformedObject);
    case '[':
      value.kind = JsonValue::Kind::kArray;
      return read_block('[', ']', value) || fail(kMalformedArray);
    default:
      return read_word(value);
  }
}

bool JsonScanner::read_block(char opening, char closing, JsonValue& value) {
  const auto begin = at_;
  std::size_t depth = 0;
  for (auto at = at_; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '"') {
      at = closing_quote(text_, at + 1);
      if (at == std::string_view::npos) break;
    } else if (c == opening) {
      ++depth;
    } else if (c == closing && --depth == 0) {
      at_ = at + 1;
      value.text = text_.substr(begin, at_ - begin);
      return true;
    }
  }
  at_ = text_.size();
  return false;
}

bool JsonScanner::read_word(JsonValue& value) {
  const auto begin = at_;
  while (at_ < text_.size() && !is_json_space(text_[at_]) && text_[at_] != ',' && text_[at_] != '}' &&
         text_[at_] != ']') {
    ++at_;
  }
  value.text = text_.substr(begin, at_ - begin);
  const char first = text_[begin];
  if (value.text == "true" || value.text == "false") {
    value.kind = JsonValue::Kind::kBoolean;
  } else if (value.text == "null") {
    value.kind = JsonValue::Kind::kNull;
  } else if ((first >= '0' && first <= '9') || first == '-') {
    value.kind = JsonValue::Kind::kNumber;
  } else {
    return fail(kUnknownValue);
  }
  return true;
}

}  // namespace oc::query
