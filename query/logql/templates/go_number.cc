#include "query/logql/templates/go_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::query {

namespace {

struct ShortestDigits {
  std::string digits;  // without a point
  int exponent = 0;    // of the first
};

ShortestDigits shortest_digits(double value) {
  std::array<char, 64> buffer;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value), std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto e = text.find('e');
  ShortestDigits found;
  for (const char c : text.substr(0, e)) {
    if (c != '.') found.digits += c;
  }
  const auto exponent = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), found.exponent);
  return found;
}

std::string scientific(const ShortestDigits& number) {
  std::string out(1, number.digits[0]);
  if (number.digits.size() > 1) out += "." + number.digits.substr(1);
  return out + fmt::format("e{}{:02}", number.exponent < 0 ? '-' : '+', std::abs(number.exponent));
}

std::string shortest(double value, char verb) {
  const auto number = shortest_digits(value);
  constexpr int kSmallest = -4, kLargest = 6;  // strconv's bounds of %g where the precision is the shortest
  const bool scientific_form =
      verb == 'e' || (verb == 'g' && (number.exponent < kSmallest || number.exponent >= kLargest));
  return (std::signbit(value) ? "-" : "") + (scientific_form ? scientific(number) : go_format_float(std::fabs(value)));
}

}  // namespace

Result<std::int64_t> go_parse_int(std::string_view text, int base) {
  const auto refuse = [&](std::string_view why) {
    return permanent(fmt::format("strconv.ParseInt: parsing {}: {}", go_quote(text), why));
  };
  std::string digits(text);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  if (base == 0) {
    base = 10;
    const auto prefix = digits.size() > 2 && digits[0] == '0' ? static_cast<char>(digits[1] | 0x20) : '\0';
    if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
      base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : 2;
      digits.erase(0, 2);
    } else if (digits.size() > 1 && digits[0] == '0') {
      base = 8;
    }
    if (digits.ends_with('_') || digits.find("__") != std::string::npos) return refuse("invalid syntax");
    std::erase(digits, '_');
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) return refuse("invalid syntax");
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (error != std::errc() || value > kMost + (negative ? 1 : 0)) return refuse("value out of range");
  return static_cast<std::int64_t>(negative ? ~value + 1 : value);
}

std::string go_short_float(double value) { return go_float(value, 'g', -1); }

std::string go_float(double value, char verb, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const auto small = static_cast<char>(verb | 0x20);
  auto out = precision < 0  ? shortest(value, small)
             : small == 'e' ? fmt::format("{:.{}e}", value, precision)
             : small == 'f' ? fmt::format("{:.{}f}", value, precision)
                            : fmt::format("{:.{}g}", value, precision);
  if (verb != small) {
    for (auto& c : out) c = c == 'e' ? 'E' : c;
  }
  return out;
}

}  // namespace oc::query
