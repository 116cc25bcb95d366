#include "stores/ingest/json_level.h"

#include <algorithm>
#include <optional>
#include <string>

#include "formats/json_string.h"

namespace oc::stores {

namespace {

constexpr int kDeepest = 2;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A cursor over JSON text; each function leaves it behind what it took.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  char peek() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  // Between its quotes. False: it does not end.
  bool take_string(std::string_view& out) {
    if (!take('"')) return false;
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return false;
    out = text_.substr(begin, at_++ - begin);
    return true;
  }
  // Anything: numbers and words, and what is in brackets, however deep.
  bool skip_value() {
    const char c = peek();
    std::string_view skipped;
    if (c == '"') return take_string(skipped);
    if (c != '{' && c != '[') return skip_word();
    ++at_;
    return leave_brackets();
  }
  // Goes behind the bracket that closes the one it stands in.
  bool leave_brackets() {
    for (int depth = 1; depth > 0;) {
      const char c = peek();
      std::string_view skipped;
      if (c == '\0') return false;
      if (c == '"') {
        if (!take_string(skipped)) return false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
    return true;
  }

 private:
  bool skip_word() {
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']' && !is_space(text_[at_]))
      ++at_;
    const auto word = text_.substr(begin, at_ - begin);
    if (word.empty()) return false;
    return word == "true" || word == "false" || word == "null" || word[0] == '-' || (word[0] >= '0' && word[0] <= '9');
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Nothing: an invalid escape.
std::optional<bool> is_one_of(std::span<const std::string_view> names, std::string_view key) {
  if (key.find('\\') == std::string_view::npos) return std::ranges::find(names, key) != names.end();
  std::string unescaped;
  if (!formats::append_unescaped_json(key, unescaped)) return std::nullopt;
  return std::ranges::find(names, unescaped) != names.end();
}

// False: go no further, the field was found or the text is damaged.
bool search_object(JsonCursor& cursor, std::span<const std::string_view> names, int depth, std::string_view& found) {
  if (!cursor.take('{')) return false;
  if (cursor.take('}')) return true;
  do {
    std::string_view key, value;
    if (!cursor.take_string(key) || !cursor.take(':')) return false;
    const auto is_wanted = is_one_of(names, key);
    if (!is_wanted) return false;
    if (cursor.peek() == '"') {
      if (!cursor.take_string(value)) return false;
      if (*is_wanted) {
        found = value;
        return false;
      }
    } else if (cursor.peek() == '{' && depth < kDeepest) {
      if (!search_object(cursor, names, depth + 1, found)) {
        if (!found.empty() && !cursor.leave_brackets()) found = {};  // what is in an object counts only if it ends
        return false;
      }
    } else if (!cursor.skip_value()) {
      return false;
    }
  } while (cursor.take(','));
  return cursor.take('}');
}

}  // namespace

std::string_view json_string_field(std::string_view line, std::span<const std::string_view> names) {
  JsonCursor cursor(line);
  std::string_view found;
  search_object(cursor, names, 1, found);
  return found;
}

}  // namespace oc::stores
