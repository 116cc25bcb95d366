#include "query/logql/series.h"

#include <algorithm>
#include <cstring>

namespace oc::query {

namespace {

struct NameAndValue {
  std::string_view name;
  std::string_view value;
};
NameAndValue parts(const LineLabel& label) { return {label.name, label.value}; }
NameAndValue parts(const Label& label) { return {label.first, label.second}; }

bool counts(const Grouping* grouping, std::string_view name) {
  return grouping == nullptr || std::ranges::binary_search(grouping->labels, name) != grouping->without;
}

void append_sized(std::string& key, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  key.append(bytes, sizeof size).append(text);
}

}  // namespace

template <typename List>
std::size_t LabelSetIndex::find_or_add_any(const List& labels, const Grouping* grouping) {
  key_.clear();
  for (const auto& label : labels) {
    const auto [name, value] = parts(label);
    if (!counts(grouping, name)) continue;
    append_sized(key_, name);
    append_sized(key_, value);
  }
  if (const auto known = by_key_.find(key_); known != by_key_.end()) return known->second;
  auto& set = sets_.emplace_back();
  for (const auto& label : labels) {
    const auto [name, value] = parts(label);
    if (counts(grouping, name)) set.emplace_back(name, value);
  }
  by_key_.emplace(key_, sets_.size() - 1);
  return sets_.size() - 1;
}

std::size_t LabelSetIndex::find_or_add(const std::vector<LineLabel>& labels, const Grouping* grouping) {
  return find_or_add_any(labels, grouping);
}
std::size_t LabelSetIndex::find_or_add(const Labels& labels, const Grouping* grouping) {
  return find_or_add_any(labels, grouping);
}

}  // namespace oc::query
