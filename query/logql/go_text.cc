#include "query/logql/go_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::query {

namespace {

constexpr std::string_view kEscapes = "abfnrtv\\\"";
constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\\"";

std::optional<std::uint32_t> take_number(std::string_view& rest, std::size_t digits, int base) {
  if (rest.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + digits, value, base);
  if (error != std::errc() || end != rest.data() + digits) return std::nullopt;
  rest.remove_prefix(digits);
  return value;
}

// `rest` begins behind the backslash.
bool unescape_one(std::string_view& rest, std::string& out) {
  if (rest.empty()) return false;
  const char kind = rest.front();
  if (const auto at = kEscapes.find(kind); at != std::string_view::npos) {
    out.push_back(kEscaped[at]);
    rest.remove_prefix(1);
    return true;
  }
  if (kind >= '0' && kind <= '7') {
    const auto byte = take_number(rest, 3, 8);
    if (!byte || *byte > 0xFF) return false;
    out.push_back(static_cast<char>(*byte));
    return true;
  }
  rest.remove_prefix(1);
  const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits == 0) return false;
  const auto value = take_number(rest, digits, 16);
  if (!value) return false;
  if (kind == 'x') {
    out.push_back(static_cast<char>(*value));
    return true;
  }
  if (*value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000)) return false;
  append_utf8(out, *value);
  return true;
}

std::uint32_t decoded(std::string_view character) {
  constexpr std::array<std::uint8_t, 5> kFirstByteBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t code_point = static_cast<unsigned char>(character[0]) & kFirstByteBits[character.size()];
  for (const char c : character.substr(1)) code_point = code_point << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return code_point;
}

// What Go's IsPrint leaves out beyond ASCII: controls, spaces, formats, private use. (Unassigned characters as well;
// those print here.)
bool is_invisible(std::uint32_t code_point) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 17> kRanges = {{{0x80, 0xA0},
                                                                                {0xAD, 0xAD},
                                                                                {0x600, 0x605},
                                                                                {0x61C, 0x61C},
                                                                                {0x6DD, 0x6DD},
                                                                                {0x70F, 0x70F},
                                                                                {0x1680, 0x1680},
                                                                                {0x180E, 0x180E},
                                                                                {0x2000, 0x200F},
                                                                                {0x2028, 0x202F},
                                                                                {0x205F, 0x206F},
                                                                                {0x3000, 0x3000},
                                                                                {0xE000, 0xF8FF},
                                                                                {0xFEFF, 0xFEFF},
                                                                                {0xFFF9, 0xFFFB},
                                                                                {0xE0001, 0xE007F},
                                                                                {0xF0000, 0x10FFFF}}};
  for (const auto& [first, last] : kRanges) {
    if (code_point >= first && code_point <= last) return true;
  }
  return false;
}

// Each "_" stands between two digits.
bool separators_are_well_placed(std::string_view text) {
  const auto is_digit_at = [&](std::size_t at) {
    return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    const bool behind_prefix = at > 0 && (text[at - 1] == 'x' || text[at - 1] == 'X');
    if (at == 0 || !(is_digit_at(at - 1) || behind_prefix) || !is_digit_at(at + 1)) return false;
  }
  return true;
}

Result<double> parse_float_with_separators(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  const auto value = separators_are_well_placed(text) ? go_parse_float(digits) : permanent("");
  if (value) return value;
  return permanent(fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", go_quote(text)));
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Where a double no longer tells all whole numbers apart, to_chars writes all digits in fixed notation.
std::string shortest_digits_and_zeros(double value) {
  std::array<char, 32> buffer;
  const auto* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer.data(), end);
  const auto exponent = text.find("e+");
  std::string digits(text.substr(0, exponent));
  std::size_t places = 0;
  std::from_chars(text.data() + exponent + 2, end, places);
  const auto point = digits.find('.');
  const auto given = point == std::string::npos ? 0 : digits.size() - point - 1;
  std::erase(digits, '.');
  return digits + std::string(places - given, '0');
}

}  // namespace

std::string go_quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto code_point = length > 1 ? decoded(text.substr(0, length)) : 0;
    const auto byte = static_cast<unsigned char>(text[0]);
    if (const auto at = kEscaped.find(text[0]); at != std::string_view::npos) {
      out.push_back('\\');
      out.push_back(kEscapes[at]);
    } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (is_invisible(code_point)) {
      out += code_point > 0xFFFF ? fmt::format("\\U{:08x}", code_point) : fmt::format("\\u{:04x}", code_point);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + '"';
}

std::size_t go_escape_length(std::string_view rest, char quote) {
  const auto length = [&](std::size_t letters, std::size_t digits, auto&& is_digit_of_it) -> std::size_t {
    const bool whole = rest.size() >= letters + digits;
    return whole && std::ranges::all_of(rest.substr(letters, digits), is_digit_of_it) ? letters + digits : 0;
  };
  if (rest.empty()) return 0;
  if (rest[0] == 'x') return length(1, 2, is_hex);
  if (rest[0] == 'u') return length(1, 4, is_hex);
  if (rest[0] == 'U') return length(1, 8, is_hex);
  if (is_octal(rest[0])) return length(0, 3, is_octal);
  return rest[0] == quote || std::string_view("abfnrtv\\").find(rest[0]) != std::string_view::npos ? 1 : 0;
}

bool go_scans_escapes(std::string_view literal) {
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == '\\' && go_escape_length(literal.substr(++i), '"') == 0) return false;
  }
  return true;
}

std::optional<std::string> go_unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  const char quote = literal.front();
  auto rest = literal.substr(1, literal.size() - 2);
  std::string out;
  if (quote == '`') {
    for (const char c : rest) {
      if (c != '\r') out.push_back(c);  // Go drops carriage returns of raw strings
    }
    return out;
  }
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\n' || c == '"') return std::nullopt;
    if (c != '\\') {
      out.push_back(c);
    } else if (!unescape_one(rest, out)) {
      return std::nullopt;
    }
  }
  return out;
}

Result<double> go_parse_float(std::string_view text) {
  if (text.find('_') != std::string_view::npos) return parse_float_with_separators(text);
  const auto invalid = [&] {
    return permanent(fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", go_quote(text)));
  };
  auto digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const bool begins_well = !digits.empty() && (std::isdigit(static_cast<unsigned char>(digits[0])) ||
                                               digits[0] == '.' || std::isalpha(static_cast<unsigned char>(digits[0])));
  // A hexadecimal one has an exponent in any case; from_chars knows "nan(text)", Go does not.
  const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
  if (hexadecimal) digits.remove_prefix(2);
  if (digits.starts_with('-') || digits.find('(') != std::string_view::npos) return invalid();
  if (hexadecimal && digits.find_first_of("pP") == std::string_view::npos) return invalid();
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                            hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (!begins_well || end != digits.data() + digits.size() || error == std::errc::invalid_argument) return invalid();
  if (error == std::errc::result_out_of_range) {
    // Too small is 0, too large an error; from_chars says the same of both.
    value = std::strtod(((hexadecimal ? "0x" : "") + std::string(digits)).c_str(), nullptr);
    if (std::isfinite(value)) return negative ? -value : value;
    return permanent(fmt::format("strconv.ParseFloat: parsing {}: value out of range", go_quote(text)));
  }
  return negative ? -value : value;
}

std::string go_format_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::abs(value) >= 0x1p53) return shortest_digits_and_zeros(value);
  std::array<char, 400> buffer;  // the longest double has 325 characters after its point
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return error == std::errc() ? std::string(buffer.data(), end) : fmt::format("{}", value);
}

std::string go_format_general(double value) {
  constexpr double kFirstWithExponent = 1e21;
  if (!std::isfinite(value) || value == 0) return go_format_float(value);
  const double size = std::abs(value);
  if (size >= 1e-4 && size < kFirstWithExponent) return go_format_float(value);
  std::array<char, 32> buffer;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return error == std::errc() ? std::string(buffer.data(), end) : fmt::format("{}", value);
}

}  // namespace oc::query
