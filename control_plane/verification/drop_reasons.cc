#include "control_plane/verification/drop_reasons.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

// The collector's name for reasons beyond those it keeps apart.
constexpr std::string_view kOtherReasons = "other";
// Loki 2 and 3, and the embedded store.
constexpr std::array<std::string_view, 4> kTooOldTexts = {"too old", "too far behind", "greater_than_max_sample_age",
                                                          "out of order"};

bool is_component_id(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::ranges::none_of(text, [](char c) { return c == ' ' || c == ':' || c == '"'; });
}

std::string one_drop_text(std::uint64_t records, const std::string& reason) {
  const auto count = with_thousands(records);
  switch (kind_of_drop(reason)) {
    case DropKind::kFilter:
      return fmt::format("{} left out by {}", count, reason);
    case DropKind::kTooOld:
      return fmt::format("{} refused by the store: too old", count);
    case DropKind::kRefused:
      return fmt::format("{} refused: {}", count, reason);
  }
  return {};
}

std::uint64_t grown(std::uint64_t before, std::uint64_t now) { return now >= before ? now - before : now; }

}  // namespace

DropKind kind_of_drop(std::string_view reason) {
  if (std::ranges::any_of(kTooOldTexts, [&](auto text) { return reason.find(text) != std::string_view::npos; }))
    return DropKind::kTooOld;
  const bool of_operator = reason.ends_with(" operator");
  const auto id = of_operator ? reason.substr(0, reason.find(' ')) : reason;
  return reason != kOtherReasons && is_component_id(id) ? DropKind::kFilter : DropKind::kRefused;
}

std::uint64_t total(const RecordsByReason& records) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : records) sum += count;
  return sum;
}

std::string drops_text(const RecordsByReason& dropped) {
  std::string text;
  for (const auto& [reason, records] : dropped)
    if (records > 0) text += (text.empty() ? "" : ", ") + one_drop_text(records, reason);
  return text;
}

std::string with_thousands(std::uint64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

ReportDifference difference(const contracts::CollectorSourceReport& before,
                            const contracts::CollectorSourceReport& now) {
  const bool anew = now.read_bytes < before.read_bytes || now.emitted < before.emitted;
  const contracts::CollectorSourceReport since = anew ? contracts::CollectorSourceReport{} : before;
  ReportDifference result{grown(since.read_bytes, now.read_bytes),
                          grown(since.emitted, now.emitted),
                          grown(since.acknowledged, now.acknowledged),
                          {}};
  for (const auto& [reason, records] : now.dropped) {
    const auto at = since.dropped.find(reason);
    if (const auto more = grown(at == since.dropped.end() ? 0 : at->second, records)) result.dropped[reason] = more;
  }
  return result;
}

}  // namespace oc::control_plane
