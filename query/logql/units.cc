// Durations and byte sizes: the second half of go_text.h.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::query {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr auto kLongest = static_cast<std::uint64_t>(std::numeric_limits<Nanos>::max());

struct DurationUnit {
  std::string_view name;
  std::uint64_t nanos;
};

// Largest first: the order in which a Prometheus duration may name them.
constexpr std::array<DurationUnit, 7> kPrometheusUnits = {{{"y", 365ULL * 24 * 3600 * kSecond},
                                                           {"w", 7ULL * 24 * 3600 * kSecond},
                                                           {"d", 24ULL * 3600 * kSecond},
                                                           {"h", 3600ULL * kSecond},
                                                           {"m", 60ULL * kSecond},
                                                           {"s", kSecond},
                                                           {"ms", 1'000'000}}};
constexpr std::array<DurationUnit, 8> kGoUnits = {{{"ns", 1},
                                                   {"us", 1'000},
                                                   {"µs", 1'000},  // U+00B5
                                                   {"μs", 1'000},  // U+03BC
                                                   {"ms", 1'000'000},
                                                   {"s", kSecond},
                                                   {"m", 60ULL * kSecond},
                                                   {"h", 3600ULL * kSecond}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <typename Predicate>
std::string_view take_while(std::string_view& rest, Predicate holds) {
  std::size_t length = 0;
  while (length < rest.size() && holds(rest[length])) ++length;
  const auto taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

template <std::size_t N>
const DurationUnit* find_unit(const std::array<DurationUnit, N>& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// As Go's time package quotes in errors: byte by byte, what is not ASCII as \xNN.
std::string time_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte >= 0x80) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  return out + '"';
}

// The digits behind a point, taken off `rest`, as a part of 1.
double take_fraction(std::string_view& rest) {
  double fraction = 0;
  double digit_worth = 0.1;
  for (const char c : take_while(rest, is_digit)) {
    fraction += (c - '0') * digit_worth;
    digit_worth /= 10;
  }
  return fraction;
}

// "5h": takes the number with its unit off `rest`; in whole nanoseconds.
Result<std::uint64_t> take_go_part(std::string_view& rest, std::string_view whole) {
  const auto invalid = [&] { return permanent(fmt::format("time: invalid duration {}", time_quote(whole))); };
  const auto digits = take_while(rest, is_digit);
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (!digits.empty() && parsed.ec != std::errc()) return invalid();
  double fraction = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (digits.empty() && (rest.empty() || !is_digit(rest[0]))) return invalid();
    fraction = take_fraction(rest);
  } else if (digits.empty()) {
    return invalid();
  }
  const auto name = take_while(rest, [](char c) { return !is_digit(c) && c != '.'; });
  if (name.empty()) return permanent(fmt::format("time: missing unit in duration {}", time_quote(whole)));
  const auto* unit = find_unit(kGoUnits, name);
  if (unit == nullptr) {
    return permanent(fmt::format("time: unknown unit {} in duration {}", time_quote(name), time_quote(whole)));
  }
  if (value > kLongest / unit->nanos) return invalid();
  // A thousandth of a nanosecond makes up for fractions that are not exact.
  return value * unit->nanos + static_cast<std::uint64_t>(fraction * static_cast<double>(unit->nanos) + 1e-3);
}

// `unit` in lower case; 0: there is no such unit.
double byte_unit(std::string_view unit) {
  constexpr std::string_view kPrefixes = "kmgtpe";
  if (unit.empty() || unit == "b") return 1;
  const auto power = kPrefixes.find(unit[0]);
  if (power == std::string_view::npos) return 0;
  const auto rest = unit.substr(1);
  if (rest.empty() || rest == "b") return std::pow(1000.0, static_cast<double>(power + 1));
  if (rest == "i" || rest == "ib") return std::pow(1024.0, static_cast<double>(power + 1));
  return 0;
}

}  // namespace

Result<Nanos> parse_prometheus_duration(std::string_view text) {
  const auto invalid = [&] { return permanent(fmt::format("not a valid duration string: {}", go_quote(text))); };
  if (text == "0") return 0;
  if (text.empty()) return permanent("empty duration string");
  std::uint64_t total = 0;
  const DurationUnit* last = kPrometheusUnits.data() - 1;
  for (auto rest = text; !rest.empty();) {
    const auto digits = take_while(rest, is_digit);
    const auto name = take_while(rest, [](char c) { return !is_digit(c); });
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || name.empty() || parsed.ec != std::errc()) return invalid();
    const auto* unit = find_unit(kPrometheusUnits, name);
    if (unit == nullptr) {
      return permanent(fmt::format("unknown unit {} in duration {}", go_quote(name), go_quote(text)));
    }
    if (unit <= last) return invalid();
    last = unit;
    if (value > (kLongest - total) / unit->nanos) return permanent("duration out of range");
    total += value * unit->nanos;
  }
  return static_cast<Nanos>(total);
}

std::string format_prometheus_duration(Nanos duration) {
  auto rest = static_cast<std::uint64_t>(duration);
  if (rest < 1'000'000) return "0s";
  std::string text;
  for (const auto& [name, nanos] : kPrometheusUnits) {
    const bool only_if_exact = name == "y" || name == "w";  // nobody reads 53w3d
    if (rest < nanos || (only_if_exact && rest % nanos != 0)) continue;
    text += fmt::format("{}{}", rest / nanos, name);
    rest %= nanos;
  }
  return text;
}

Result<Nanos> go_parse_duration(std::string_view text) {
  auto rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return 0;
  if (rest.empty()) return permanent(fmt::format("time: invalid duration {}", time_quote(text)));
  std::uint64_t total = 0;
  while (!rest.empty()) {
    OC_TRY_ASSIGN(const auto part, take_go_part(rest, text));
    total += part;
    if (total > kLongest) return permanent(fmt::format("time: invalid duration {}", time_quote(text)));
  }
  return negative ? -static_cast<Nanos>(total) : static_cast<Nanos>(total);
}

std::string go_format_duration(Nanos duration) {
  if (duration == 0) return "0s";
  if (duration < 0) return "-" + go_format_duration(-duration);
  const auto fraction = [](Nanos value, Nanos unit) {
    return go_format_float(static_cast<double>(value) / static_cast<double>(unit));
  };
  if (duration < 1'000) return fmt::format("{}ns", duration);
  if (duration < 1'000'000) return fraction(duration, 1'000) + "µs";
  if (duration < kSecond) return fraction(duration, 1'000'000) + "ms";
  const auto minutes = duration / (60 * kSecond);
  auto seconds = fraction(duration % (60 * kSecond), kSecond) + "s";
  if (minutes == 0) return seconds;
  if (minutes < 60) return fmt::format("{}m{}", minutes, seconds);
  return fmt::format("{}h{}m{}", minutes / 60, minutes % 60, seconds);
}

Result<double> parse_byte_size(std::string_view text) {
  constexpr std::string_view kUnitSpace = " \t\r\n\v\f";
  auto rest = text;
  std::string number(take_while(rest, [](char c) { return is_digit(c) || c == '.' || c == ','; }));
  std::erase(number, ',');
  OC_TRY_ASSIGN(const double value, go_parse_float(number));
  std::string unit;
  for (const auto c : rest) unit.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  unit.erase(0, std::min(unit.find_first_not_of(kUnitSpace), unit.size()));
  unit.erase(unit.find_last_not_of(kUnitSpace) + 1);
  if (byte_unit(unit) == 0) return permanent("unhandled size name: " + unit);
  const double bytes = value * byte_unit(unit);
  if (bytes >= 0x1p64) return permanent(fmt::format("too large: {}", text));
  return std::floor(bytes);
}

std::string format_byte_size(double bytes) {
  constexpr std::array<std::string_view, 7> kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 10) return fmt::format("{:.0f}B", bytes);
  std::size_t unit = 0;
  double scale = 1;
  for (; unit + 1 < kUnits.size() && bytes >= scale * 1000; ++unit) scale *= 1000;
  const double value = std::floor(bytes / scale * 10 + 0.5) / 10;
  return value < 10 ? fmt::format("{:.1f}{}", value, kUnits[unit]) : fmt::format("{:.0f}{}", value, kUnits[unit]);
}

}  // namespace oc::query
