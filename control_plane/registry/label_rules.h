// What keeps labels of low cardinality: each label that people set multiplies streams, chart series and memory, so a
// name or value that could be another one for every record or instance is refused, with a next step.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::control_plane {

// Loki takes 15 label names a stream by default; the platform itself sets up to five.
inline constexpr std::size_t kMaxUserLabels = 10;
// A team, a tier, a region: their values are counted in tens.
inline constexpr std::size_t kMaxValuesOfALabel = 100;
inline constexpr std::size_t kMaxLabelNameBytes = 64;
inline constexpr std::size_t kMaxLabelValueBytes = 128;

struct LabelChange {
  std::map<std::string, std::string> set;
  std::vector<std::string> remove;
};

// Form and cardinality of one label. Errors are permanent and name the label.
Status check_label(std::string_view name, std::string_view value);
// `before` with the change made; refuses a bad label, one to remove that is not there, and more than kMaxUserLabels.
Result<std::map<std::string, std::string>> changed_labels(std::map<std::string, std::string> before,
                                                          const LabelChange& change);
// `known` are the values that the label has at all sources together.
Status check_value_count(std::string_view name, std::string_view value, const std::vector<std::string>& known);

}  // namespace oc::control_plane
