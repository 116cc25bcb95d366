#include "stores/ingest/json_level.h"

#include <algorithm>

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
    int depth = 0;
    do {
      const char c = peek();
      if (c == '\0') return false;
      if (c == '"') {
        std::string_view skipped;
        if (!take_string(skipped)) return false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth == 0 && c != '}' && c != ']') return skip_word();
      ++at_;
    } while (depth > 0);
    return depth == 0;
  }

 private:
  bool skip_word() {
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']' && !is_space(text_[at_]))
      ++at_;
    return at_ > begin;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// False: go no further, the field was found or the text is damaged.
bool search_object(JsonCursor& cursor, std::span<const std::string_view> names, int depth, std::string_view& found) {
  if (!cursor.take('{')) return false;
  if (cursor.take('}')) return true;
  do {
    std::string_view key, value;
    if (!cursor.take_string(key) || !cursor.take(':')) return false;
    if (cursor.peek() == '"') {
      if (!cursor.take_string(value)) return false;
      if (std::ranges::find(names, key) != names.end()) {
        found = value;
        return false;
      }
    } else if (cursor.peek() == '{' && depth < kDeepest) {
      if (!search_object(cursor, names, depth + 1, found)) return false;
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
