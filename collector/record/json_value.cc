#include "collector/record/json_value.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <fmt/format.h>
#include <simdjson.h>

#include "contracts/otlp/any_value.h"
#include "formats/json_string.h"

namespace oc::collector {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from front to back, each byte once; texts without escapes are viewed where they stand.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonRules& rules, Arena& arena) : text_(text), rules_(rules), arena_(arena) {}

  // The whole text is one value.
  bool read(Value& out) { return value(out, 0) && (skip_blanks(), rules_.may_go_on || at_ == text_.size()); }
  std::size_t at() const { return at_; }

 private:
  // Few keys are looked through, many are looked up.
  static constexpr std::uint32_t kFewKeys = 32;
  using Places = std::unordered_map<std::string_view, std::uint32_t>;  // of an object's keys, once there are many

  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool skip(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  bool value(Value& out, int depth) {
    skip_blanks();
    switch (next()) {
      case '{':
        if (rules_.keep_objects && depth == 1) return object_text(out);
        return depth <= contracts::otlp::kMaxValueDepth && object(out, depth);
      case '[':
        return depth <= contracts::otlp::kMaxValueDepth && array(out, depth);
      case '"': {
        std::string_view found;
        if (!string(found)) return false;
        out = Value::of(found);
        return true;
      }
      case 't':
        out = Value::of(true);
        return word("true");
      case 'f':
        out = Value::of(false);
        return word("false");
      case 'n':
        out = Value();
        return word("null");
      default:
        return number(out);
    }
  }

  bool object(Value& out, int depth) {
    ++at_;
    out = Value::empty_map();
    Places places;
    skip_blanks();
    if (skip('}')) return true;
    do {
      std::string_view key;
      Value found;
      skip_blanks();
      if (next() != '"' || !string(key)) return false;
      skip_blanks();
      if (!skip(':') || !value(found, depth + 1)) return false;
      add(out, key, found, places);
      skip_blanks();
    } while (skip(','));
    return skip('}');
  }

  bool object_text(Value& out) {
    const auto begin = at_;
    if (!object(out, 1)) return false;
    char* text = arena_.array<char>(at_ - begin);
    std::size_t size = 0;
    (void)simdjson::minify(text_.data() + begin, at_ - begin, text, size);
    out = Value::of(std::string_view(text, size));
    return true;
  }

  void add(Value& map, std::string_view key, const Value& value, Places& places) {
    if (map.size < kFewKeys) {
      map.set(key, value, arena_);
      return;
    }
    if (places.empty())
      for (std::uint32_t i = 0; i < map.size; ++i) places.emplace(map.map[i].key, i);
    const auto [place, fresh] = places.emplace(key, map.size);
    if (fresh) {
      map.append(key, value, arena_);
    } else {
      map.map[place->second].value = value;
    }
  }

  bool array(Value& out, int depth) {
    ++at_;
    out = Value::empty_list();
    skip_blanks();
    if (skip(']')) return true;
    do {
      Value found;
      if (!value(found, depth + 1)) return false;
      out.push_back(found, arena_);
      skip_blanks();
    } while (skip(','));
    return skip(']');
  }

  bool string(std::string_view& out) {
    const std::size_t start = ++at_;
    bool escapes = false;
    for (;; at_ += 2, escapes = true) {
      at_ += formats::plain_json_length(text_.substr(at_));
      while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) < 0x20) skip_controls();
      if (next() != '\\' || at_ + 1 >= text_.size()) break;
    }
    const auto inside = text_.substr(start, at_ - start);
    if (!skip('"')) return false;
    out = inside;
    return !escapes || unescape(inside, out);
  }

  // JSON has none in strings as they are, but logs do (tabs, colours), and the official collector takes them.
  void skip_controls() {
    ++at_;
    at_ += formats::plain_json_length(text_.substr(at_));
  }

  bool unescape(std::string_view inside, std::string_view& out) {
    unescaped_.clear();
    if (inside.find("\\'") != std::string_view::npos && has_escaped_apostrophe(inside)) return false;
    if (!formats::append_unescaped_json(inside, unescaped_)) return false;
    out = arena_.copy(unescaped_);
    return true;
  }
  // Others take it; JSON has no such escape.
  static bool has_escaped_apostrophe(std::string_view inside) {
    for (std::size_t i = 0; i + 1 < inside.size(); ++i)
      if (inside[i] == '\\' && inside[++i] == '\'') return true;
    return false;
  }

  // RFC 8259, section 6; zeros in front, and a point without digits behind it, are taken as the official collector
  // does.
  bool number(Value& out) {
    const std::size_t start = at_;
    skip('-');
    const std::size_t digits = at_;
    const std::uint64_t whole = digit_run();
    const std::size_t whole_digits = at_ - digits;
    if (whole_digits == 0) return false;
    std::size_t fraction_digits = 0;
    std::uint64_t all = whole;
    if (skip('.')) {
      const std::size_t fraction = at_;
      all = digit_run(whole);
      fraction_digits = at_ - fraction;
    }
    const bool has_exponent = next() == 'e' || next() == 'E';
    if (has_exponent && !exponent()) return false;
    const auto token = text_.substr(start, at_ - start);
    // So many digits a double has exactly, and the power of ten, too: their quotient is the nearest one there is.
    constexpr std::size_t kExactDigits = 15;
    if (!has_exponent && whole_digits + fraction_digits <= kExactDigits)
      return set_number(out, token, all, fraction_digits);
    return set_number(out, token);
  }

  std::uint64_t digit_run(std::uint64_t value = 0) {
    for (; is_digit(next()); ++at_) value = value * 10 + static_cast<std::uint64_t>(next() - '0');
    return value;
  }
  bool exponent() {
    ++at_;
    if (!skip('-')) skip('+');
    const std::size_t digits = at_;
    digit_run();
    return at_ > digits;
  }

  bool set_number(Value& out, std::string_view token, std::uint64_t digits, std::size_t fraction_digits) const {
    constexpr double kTens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool negative = token[0] == '-' && digits != 0;  // as Go's decoder, which has no -0
    const bool is_whole = fraction_digits == 0 && token.find('.') == std::string_view::npos;
    if (rules_.parse_ints && is_whole) {
      out = Value::of(negative ? -static_cast<std::int64_t>(digits) : static_cast<std::int64_t>(digits));
      return true;
    }
    const double number = static_cast<double>(digits) / kTens[fraction_digits];
    out = Value::of(negative ? -number : number);
    return true;
  }

  bool set_number(Value& out, std::string_view token) const {
    const char* end = token.data() + token.size();
    std::int64_t whole = 0;
    if (rules_.parse_ints)
      if (const auto [at, error] = std::from_chars(token.data(), end, whole); error == std::errc() && at == end) {
        out = Value::of(whole);
        return true;
      }
    double number = 0;
    const auto [at, error] = std::from_chars(token.data(), end, number);
    if (error != std::errc() || at != end) return false;
    out = Value::of(number == 0 ? 0.0 : number);
    return true;
  }

  const std::string_view text_;
  const JsonRules& rules_;
  Arena& arena_;
  std::size_t at_ = 0;
  std::string unescaped_;
};

}  // namespace

Result<Value> parse_json_value(std::string_view text, const JsonRules& rules, Arena& arena) {
  JsonReader reader(text, rules, arena);
  Value value;
  if (!reader.read(value)) return permanent(fmt::format("not JSON at byte {}", reader.at() + 1));
  return value;
}

}  // namespace oc::collector
