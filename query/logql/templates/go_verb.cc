#include "query/logql/templates/go_verb.h"

#include <cmath>

#include <fmt/format.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"
#include "query/logql/templates/go_number.h"
#include "query/logql/templates/go_print.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

using ArgumentType = TemplateValue::Type;

std::string padded(const PrintVerb& verb, std::string text) {
  const auto width = static_cast<std::size_t>(verb.width.value_or(0));
  const auto size = count_runes(text);
  if (size >= width) return text;
  if (verb.minus) return text + std::string(width - size, ' ');
  return std::string(width - size, verb.zero ? '0' : ' ') + text;
}

// Zeros go between sign and digits.
std::string padded_number(const PrintVerb& verb, std::string sign, std::string digits) {
  const auto width = static_cast<std::size_t>(verb.width.value_or(0));
  const bool zeros = verb.zero && !verb.minus && sign.size() + digits.size() < width;
  if (zeros) digits.insert(0, width - sign.size() - digits.size(), '0');
  auto plain = verb;
  plain.zero = false;
  return padded(plain, sign + digits);
}

// The plus of %+v asks for the names of fields, not for a sign.
std::string sign_of(const PrintVerb& verb, bool negative) {
  return negative ? "-" : verb.plus && verb.letter != 'v' ? "+" : verb.blank ? " " : "";
}

// %+q writes in ASCII only.
std::string quoted(const PrintVerb& verb, std::string_view text) {
  auto quote = go_quote(text);
  if (!verb.plus) return quote;
  std::string ascii;
  for (std::string_view rest = quote; !rest.empty();) {
    const auto rune = first_rune(rest);
    if (rune.code < 0x80) {
      ascii += rest[0];
    } else {
      ascii += rune.code > 0xFFFF ? fmt::format("\\U{:08x}", rune.code) : fmt::format("\\u{:04x}", rune.code);
    }
    rest.remove_prefix(rune.length);
  }
  return ascii;
}

std::string bad_verb(const PrintVerb& verb, const TemplateValue& value) {
  if (value.is_nothing()) return fmt::format("%!{}(<nil>)", verb.letter);
  std::string shown;
  append_value(shown, value);
  return fmt::format("%!{}({}={})", verb.letter, value.inner_type_name(), shown);
}

std::string integer_text(const PrintVerb& verb, std::int64_t value) {
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

std::string character_text(const PrintVerb& verb, std::string_view character) {
  if (character == "'") return "'\\''";
  const auto text = quoted(verb, character);
  return fmt::format("'{}'", text.substr(1, text.size() - 2));
}

std::string integer_argument(const PrintVerb& verb, const TemplateValue& value) {
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
      return padded(verb, character_text(verb, character));
    case 'U':
      return padded(verb, fmt::format("U+{:04X}", code) + (verb.sharp ? " '" + character + "'" : ""));
    default:
      return bad_verb(verb, value);
  }
}

std::string float_argument(const PrintVerb& verb, const TemplateValue& value) {
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

std::string hexadecimal(const PrintVerb& verb, std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (verb.blank && !out.empty()) out += ' ';
    if (verb.sharp && (out.empty() || verb.blank)) out += verb.letter == 'x' ? "0x" : "0X";
    const auto byte = static_cast<unsigned char>(c);
    out += verb.letter == 'x' ? fmt::format("{:02x}", byte) : fmt::format("{:02X}", byte);
  }
  return out;
}

std::string string_argument(const PrintVerb& verb, const TemplateValue& value, std::string_view text) {
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
      return padded(verb, verb.sharp && text.find('`') == std::string_view::npos ? fmt::format("`{}`", text)
                                                                                 : quoted(verb, text));
    default:
      return bad_verb(verb, value);
  }
}

std::string list_argument(const PrintVerb& verb, const TemplateList& list) {
  std::string out = "[";
  for (const auto& element : list) {
    if (&element != &list.front()) out += ' ';
    out += element.is_nothing() ? "<nil>" : verb_text(verb, element);
  }
  return out + "]";
}

}  // namespace

std::string verb_text(const PrintVerb& verb, const TemplateValue& value) {
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

}  // namespace oc::query
