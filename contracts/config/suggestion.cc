#include "contracts/config/suggestion.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace oc::contracts {

namespace {

constexpr std::size_t kLongestCompared = 64;  // comparing takes time in the product of the lengths

// Optimal string alignment: insertions, deletions, replacements and swapped neighbours each count one.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  std::iota(cost[0].begin(), cost[0].end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string suggestion(std::string_view name, std::span<const std::string_view> known) {
  std::string_view closest;
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;  // further away it is another word
  for (const auto candidate : known) {
    if (name.size() > kLongestCompared) break;
    const auto distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      closest = candidate;
    }
  }
  if (!closest.empty()) return fmt::format("did you mean '{}'?", closest);
  return fmt::format("known here: {}", fmt::join(known, ", "));
}

}  // namespace oc::contracts
