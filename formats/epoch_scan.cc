#include "formats/epoch_scan.h"

#include <charconv>
#include <cstdint>
#include <utility>

namespace oc::formats {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kFirstSecond = 1'000'000'000;  // 2001
constexpr std::int64_t kLastSecond = 3'000'000'000;   // 2065
constexpr std::size_t kSecondDigits = 10;
constexpr std::size_t kMostFractionDigits = 9;

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Nanoseconds of a decimal fraction's digits.
std::int64_t fraction_nanos(std::string_view digits) {
  std::int64_t nanos = number(digits);
  for (std::size_t i = digits.size(); i < kMostFractionDigits; ++i) nanos *= 10;
  return nanos;
}

std::string_view take_fraction(TimeCursor& cursor) {
  const std::size_t digits = cursor.peek() == '.' ? cursor.digits_ahead(1) : 0;
  if (digits == 0 || digits > kMostFractionDigits) return {};
  const auto text = cursor.rest().substr(1, digits);
  cursor.at += 1 + digits;
  return text;
}

bool is_epoch_length(std::size_t digits) { return digits == 10 || digits == 13 || digits == 16 || digits == 19; }

std::string_view epoch_layout(std::size_t digits, bool has_fraction) {
  switch (digits) {
    case 10:
      return has_fraction ? "epoch_s_float" : "epoch_s";
    case 13:
      return "epoch_ms";
    case 16:
      return "epoch_us";
    default:
      return "epoch_ns";
  }
}

}  // namespace

bool scan_epoch(TimeCursor& cursor) {
  const std::size_t digits = cursor.digits_ahead();
  if (!is_epoch_length(digits)) return false;
  const std::int64_t seconds = number(cursor.rest().substr(0, kSecondDigits));
  if (seconds < kFirstSecond || seconds > kLastSecond) return false;
  std::string_view rest = cursor.rest().substr(kSecondDigits, digits - kSecondDigits);
  cursor.at += digits;
  if (digits == kSecondDigits) rest = take_fraction(cursor);
  cursor.layout = epoch_layout(digits, !rest.empty());
  cursor.parts = from_unix_nanos(seconds * kNanosPerSecond + fraction_nanos(rest), static_cast<int>(rest.size()));
  return true;
}

bool scan_uptime(TimeCursor& cursor) {
  while (cursor.peek() == ' ') ++cursor.at;
  const std::size_t digits = cursor.digits_ahead();
  if (digits == 0 || digits > kSecondDigits) return false;
  const std::int64_t seconds = number(cursor.rest().substr(0, digits));
  cursor.at += digits;
  const std::string_view fraction = take_fraction(cursor);
  if (fraction.size() < 3) return false;
  cursor.layout = "uptime_s";
  cursor.parts.uptime_nanos = seconds * kNanosPerSecond + fraction_nanos(fraction);
  cursor.parts.fraction_digits = static_cast<int>(fraction.size());
  return true;
}

bool scan_tai64n(TimeCursor& cursor) {
  constexpr std::size_t kHexDigits = 24;
  constexpr std::size_t kSecondHexDigits = 16;
  constexpr std::uint64_t kTaiEpoch = 1ULL << 62;
  constexpr std::int64_t kTaiAheadOfUnix = 10;  // what daemontools adds; leap seconds since 1972 are not in the label
  const std::string_view text = cursor.rest();
  if (text.size() <= kHexDigits || text[0] != '@') return false;
  std::uint64_t label = 0;
  std::uint32_t nanos = 0;
  const char* middle = text.data() + 1 + kSecondHexDigits;
  if (std::from_chars(text.data() + 1, middle, label, 16).ptr != middle) return false;
  if (std::from_chars(middle, text.data() + 1 + kHexDigits, nanos, 16).ptr != text.data() + 1 + kHexDigits)
    return false;
  const std::int64_t seconds = static_cast<std::int64_t>(label - kTaiEpoch) - kTaiAheadOfUnix;
  if (label < kTaiEpoch || seconds < 0 || seconds > kLastSecond || nanos >= kNanosPerSecond) return false;
  cursor.at += 1 + kHexDigits;
  cursor.layout = "tai64n";
  cursor.parts = from_unix_nanos(seconds * kNanosPerSecond + nanos, kMostFractionDigits);
  return true;
}

}  // namespace oc::formats
