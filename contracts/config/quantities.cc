#include "contracts/config/quantities.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace oc::contracts {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> kDurations = {{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 4> kBinarySizes = {
    {{"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}}};
constexpr std::array<Unit, 7> kDecimalSizes = {{{"TB", 1'000'000'000'000},
                                                {"GB", 1'000'000'000},
                                                {"MB", 1'000'000},
                                                {"kB", 1'000},
                                                {"KB", 1'000},
                                                {"B", 1},
                                                {"", 1}}};
// So that a duration in nanoseconds still fits 64 signed bits.
constexpr std::uint64_t kLongestSeconds = 9'000'000'000;

// Takes the digits off the front; none where there are none or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

template <typename Units>
std::optional<std::uint64_t> factor_of(const Units& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::nullopt : std::optional(product);
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const auto factor = factor_of(kDurations, text.substr(0, 1));
    if (!number || !factor) return std::nullopt;
    const auto seconds = multiply(*number, *factor);
    if (!seconds || *seconds > kLongestSeconds - total) return std::nullopt;
    total += *seconds;
    text.remove_prefix(1);
  }
  return std::chrono::seconds(total);
}

std::string duration_text(std::chrono::seconds duration) {
  const auto seconds = static_cast<std::uint64_t>(duration.count());
  for (const auto& unit : kDurations) {
    if (seconds >= unit.factor && seconds % unit.factor == 0)
      return fmt::format("{}{}", seconds / unit.factor, unit.name);
  }
  return "0s";
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  auto factor = factor_of(kBinarySizes, text);
  if (!factor) factor = factor_of(kDecimalSizes, text);
  return factor ? multiply(*number, *factor) : std::nullopt;
}

std::string size_text(std::uint64_t bytes) {
  for (const auto& unit : kBinarySizes) {
    if (bytes >= unit.factor && bytes % unit.factor == 0) return fmt::format("{}{}", bytes / unit.factor, unit.name);
  }
  return fmt::format("{}B", bytes);
}

}  // namespace oc::contracts
