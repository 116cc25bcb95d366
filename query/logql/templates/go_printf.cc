// fmt.Sprintf: flags, width, precision, argument numbers, the verbs, and what it says of wrong ones.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"
#include "query/logql/templates/go_number.h"
#include "query/logql/templates/go_print.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

using ArgumentType = TemplateValue::Type;

constexpr int kMostWidth = 1'000'000;  // Go's own bound of width and precision

struct Verb {
  bool plus = false, minus = false, sharp = false, blank = false, zero = false;
  std::optional<int> width, precision;
  char letter = '\0';
};

std::string padded(const Verb& verb, std::string text) {
  const auto width = static_cast<std::size_t>(verb.width.value_or(0));
  const auto size = count_runes(text);
  if (size >= width) return text;
  if (verb.minus) return text + std::string(width - size, ' ');
  return std::string(width - size, verb.zero ? '0' : ' ') + text;
}

// Zeros go between sign and digits.
std::string padded_number(const Verb& verb, std::string sign, std::string digits) {
  const auto width = static_cast<std::size_t>(verb.width.value_or(0));
  const bool zeros = verb.zero && !verb.minus && sign.size() + digits.size() < width;
  if (zeros) digits.insert(0, width - sign.size() - digits.size(), '0');
  auto plain = verb;
  plain.zero = false;
  return padded(plain, sign + digits);
}

std::string sign_of(const Verb& verb, bool negative) {
  return negative ? "-" : verb.plus ? "+" : verb.blank ? " " : "";
}

std::string bad_verb(const Verb& verb, const TemplateValue& value) {
  if (value.is_nothing()) return fmt::format("%!{}(<nil>)", verb.letter);
  std::string shown;
  append_value(shown, value);
  return fmt::format("%!{}({}={})", verb.letter, value.inner_type_name(), shown);
}

std::string integer_text(const Verb& verb, std::int64_t value) {
  const auto size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  auto sign = sign_of(verb, value < 0);
  std::string digits;
  switch (verb.letter) {
    case 'b':
      digits = fmt::format("{:b}", size);
      if (verb.sharp) sign += "0b";
      break;
    case 'o':
    case 'O':
      digits = fmt::format("{:o}", size);
      if (verb.letter == 'O') sign += "0o";
      if (verb.sharp && verb.letter == 'o') digits.insert(0, 1, '0');
      break;
    case 'x':
    case 'X':
      digits = verb.letter == 'x' ? fmt::format("{:x}", size) : fmt::format("{:X}", size);
      if (verb.sharp) sign += verb.letter == 'x' ? "0x" : "0X";
      break;
    default:
      digits = fmt::format("{}", size);
  }
  if (!verb.precision) return padded_number(verb, sign, digits);
  const auto least = static_cast<std::size_t>(*verb.precision);
  if (least == 0 && value == 0) digits.clear();
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  auto blanks = verb;
  blanks.zero = false;
  return padded_number(blanks, sign, digits);
}

std::string integer_argument(const Verb& verb, const TemplateValue& value) {
  const auto code = value.as_integer();
  const auto rune = code >= 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? code : 0xFFFD;
  std::string character;
  append_utf8(character, static_cast<std::uint32_t>(rune));
  switch (verb.letter) {
    case 'v':
    case 'd':
    case 'b':
    case 'o':
    case 'O':
    case 'x':
    case 'X':
      return integer_text(verb, code);
    case 'c':
      return padded(verb, character);
    case 'q':
      return padded(
          verb, character == "'" ? "'\\''" : "'" + go_quote(character).substr(1, go_quote(character).size() - 2) + "'");
    case 'U':
      return padded(verb, fmt::format("U+{:04X}", code) + (verb.sharp ? " '" + character + "'" : ""));
    default:
      return bad_verb(verb, value);
  }
}

std::string float_argument(const Verb& verb, const TemplateValue& value) {
  constexpr int kUsual = 6;
  const double number = value.as_number();
  char letter = verb.letter;
  int precision = verb.precision.value_or(kUsual);
  if (letter == 'v' || letter == 'g' || letter == 'G') {
    precision = verb.precision.value_or(-1);
    letter = letter == 'G' ? 'G' : 'g';
  } else if (std::string_view("eEfF").find(letter) == std::string_view::npos) {
    return bad_verb(verb, value);
  }
  auto plain = verb;
  if (!std::isfinite(number)) plain.zero = false;
  auto digits = go_float(std::fabs(number), letter == 'F' ? 'f' : letter, precision);
  if (digits.starts_with('+')) digits.erase(0, 1);
  const auto sign = std::isinf(number) && number > 0 && verb.letter == 'v' ? "+" : sign_of(verb, std::signbit(number));
  return padded_number(plain, std::isnan(number) ? sign_of(verb, false) : sign, digits);
}

std::string hexadecimal(const Verb& verb, std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (verb.blank && !out.empty()) out += ' ';
    if (verb.sharp && (out.empty() || verb.blank)) out += verb.letter == 'x' ? "0x" : "0X";
    const auto byte = static_cast<unsigned char>(c);
    out += verb.letter == 'x' ? fmt::format("{:02x}", byte) : fmt::format("{:02X}", byte);
  }
  return out;
}

std::string string_argument(const Verb& verb, const TemplateValue& value, std::string_view text) {
  if (verb.precision) {
    std::size_t size = 0;
    for (int i = 0; i < *verb.precision && size < text.size(); ++i) size += first_rune(text.substr(size)).length;
    text = text.substr(0, size);
  }
  switch (verb.letter) {
    case 'v':
    case 's':
      return padded(verb, std::string(text));
    case 'x':
    case 'X':
      return padded(verb, hexadecimal(verb, text));
    case 'q':
      return padded(
          verb, verb.sharp && text.find('`') == std::string_view::npos ? fmt::format("`{}`", text) : go_quote(text));
    default:
      return bad_verb(verb, value);
  }
}

std::string argument_text(const Verb& verb, const TemplateValue& value);

std::string list_argument(const Verb& verb, const TemplateList& list) {
  std::string out = "[";
  for (const auto& element : list) {
    if (&element != &list.front()) out += ' ';
    out += element.is_nothing() ? "<nil>" : argument_text(verb, element);
  }
  return out + "]";
}

std::string argument_text(const Verb& verb, const TemplateValue& value) {
  if (verb.letter == 'T') return padded(verb, value.is_nothing() ? "<nil>" : std::string(value.inner_type_name()));
  std::string shown;
  switch (value.type()) {
    case ArgumentType::kNone:
    case ArgumentType::kNil:
      return verb.letter == 'v' ? padded(verb, "<nil>") : bad_verb(verb, value);
    case ArgumentType::kBool:
      if (verb.letter != 'v' && verb.letter != 't') return bad_verb(verb, value);
      return padded(verb, value.as_bool() ? "true" : "false");
    case ArgumentType::kInt:
    case ArgumentType::kInt64:
    case ArgumentType::kUint8:
      return integer_argument(verb, value);
    case ArgumentType::kFloat:
      return float_argument(verb, value);
    case ArgumentType::kString:
      return string_argument(verb, value, value.as_string());
    case ArgumentType::kList:
      return list_argument(verb, value.as_list());
    default:
      append_value(shown, value);
      return string_argument(verb, value, shown);
  }
}

// Each is as wide as the verb says.
std::size_t leaf_count(const TemplateValue& value) {
  if (!value.is(ArgumentType::kList)) return 1;
  std::size_t count = 0;
  for (const auto& element : value.as_list()) count += leaf_count(element);
  return count;
}

// Walks a format with its arguments.
class Printf {
 public:
  Printf(const TemplateMemory& memory, std::string_view format, std::span<const TemplateValue> values)
      : memory_(memory), rest_(format), values_(values) {}

  Result<std::string> run() {
    while (!rest_.empty()) {
      const auto percent = std::min(rest_.find('%'), rest_.size());
      out_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (!rest_.empty()) OC_TRY(directive());
      OC_TRY(memory_.check(out_.size()));
    }
    if (!reordered_ && next_ < values_.size()) append_extra();
    return std::move(out_);
  }

 private:
  Status directive() {
    rest_.remove_prefix(1);
    Verb verb;
    after_index_ = bad_index_ = false;
    flags(verb);
    number_of_argument();
    if (take('*')) {
      star_width(verb);
    } else if (const auto width = number()) {
      verb.width = width;
      if (after_index_) bad_index_ = true;
    }
    if (take('.')) {
      if (after_index_) bad_index_ = true;
      number_of_argument();
      if (take('*')) {
        star_precision(verb);
      } else {
        verb.precision = number().value_or(0);
      }
    }
    if (!after_index_) number_of_argument();
    if (rest_.empty()) {
      out_ += "%!(NOVERB)";
      return {};
    }
    const auto size = first_rune(rest_).length;
    const auto letter = rest_.substr(0, size);
    rest_.remove_prefix(size);
    verb.letter = letter[0];
    const auto size_of_one = static_cast<std::size_t>(std::max(verb.width.value_or(0), verb.precision.value_or(0)));
    OC_TRY(memory_.check(size_of_one * (next_ < values_.size() ? leaf_count(values_[next_]) : 1)));
    if (letter == "%") {
      out_ += '%';
    } else if (bad_index_) {
      out_.append("%!").append(letter).append("(BADINDEX)");
    } else if (next_ >= values_.size()) {
      out_.append("%!").append(letter).append("(MISSING)");
    } else {
      out_ += argument_text(verb, values_[next_++]);
    }
    return {};
  }

  void flags(Verb& verb) {
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_[0];
      if (c == '+')
        verb.plus = true;
      else if (c == '-')
        verb.minus = true, verb.zero = false;
      else if (c == '#')
        verb.sharp = true;
      else if (c == ' ')
        verb.blank = true;
      else if (c == '0')
        verb.zero = !verb.minus;
      else
        return;
    }
  }

  // "[2]": the argument that comes next.
  void number_of_argument() {
    if (!rest_.starts_with('[')) return;
    reordered_ = true;
    const auto close = rest_.find(']');
    if (close == std::string_view::npos) {
      rest_.remove_prefix(1);
      bad_index_ = true;
      return;
    }
    auto inside = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    const auto number = go_parse_int(inside, 10);
    after_index_ = true;
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > values_.size()) {
      bad_index_ = true;
    } else {
      next_ = static_cast<std::size_t>(*number) - 1;
    }
  }

  std::optional<int> star() {
    after_index_ = false;
    if (next_ >= values_.size()) return std::nullopt;
    const auto& value = values_[next_++];
    if (!value.is_integer() || std::abs(value.as_integer()) > kMostWidth) return std::nullopt;
    return static_cast<int>(value.as_integer());
  }

  void star_width(Verb& verb) {
    verb.width = star();
    if (!verb.width) out_ += "%!(BADWIDTH)";
    if (verb.width.value_or(0) < 0) {
      verb.width = -*verb.width;
      verb.minus = true;
      verb.zero = false;
    }
  }

  void star_precision(Verb& verb) {
    verb.precision = star();
    if (verb.precision.value_or(-1) >= 0) return;
    verb.precision.reset();
    out_ += "%!(BADPREC)";
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> number() {
    std::optional<int> value;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      value = std::min(value.value_or(0) * 10 + (rest_[0] - '0'), kMostWidth);
      rest_.remove_prefix(1);
    }
    return value;
  }

  void append_extra() {
    out_ += "%!(EXTRA ";
    for (auto i = next_; i < values_.size(); ++i) {
      if (i > next_) out_ += ", ";
      if (values_[i].is_nothing()) {
        out_ += "<nil>";
        continue;
      }
      out_.append(values_[i].inner_type_name()).append("=");
      append_value(out_, values_[i]);
    }
    out_ += ')';
  }

  const TemplateMemory& memory_;
  std::string_view rest_;
  std::span<const TemplateValue> values_;
  std::size_t next_ = 0;
  std::string out_;
  bool reordered_ = false, after_index_ = false, bad_index_ = false;
};

}  // namespace

Result<std::string> go_printf(const TemplateMemory& memory, std::string_view format,
                              std::span<const TemplateValue> values) {
  return Printf(memory, format, values).run();
}

}  // namespace oc::query
