#include "query/logql/series.h"

#include <algorithm>
#include <cstring>

namespace oc::query {

namespace {

bool counts(const Grouping* grouping, std::string_view name) {
  return grouping == nullptr || std::ranges::binary_search(grouping->labels, name) != grouping->without;
}

void append_sized(std::string& key, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  key.append(bytes, sizeof size).append(text);
}

std::string_view take_sized(std::string_view& key) {
  std::uint32_t size = 0;
  std::memcpy(&size, key.data(), sizeof size);
  const auto text = key.substr(sizeof size, size);
  key.remove_prefix(sizeof size + size);
  return text;
}

Labels labels_of_key(std::string_view key) {
  Labels labels;
  while (!key.empty()) {
    const auto name = take_sized(key);
    labels.emplace_back(name, take_sized(key));
  }
  return labels;
}

}  // namespace

Grouping sorted(Grouping grouping) {
  std::ranges::sort(grouping.labels);
  const auto repeated = std::ranges::unique(grouping.labels);
  grouping.labels.erase(repeated.begin(), repeated.end());
  return grouping;
}

Labels without_empty(Labels labels) {
  std::erase_if(labels, [](const Label& label) { return label.second.empty(); });
  return labels;
}

void LabelSetIndex::append(std::string_view name, std::string_view value) {
  append_sized(key_, name);
  append_sized(key_, value);
}

std::size_t LabelSetIndex::find_or_add_key() {
  if (const auto known = by_key_.find(key_); known != by_key_.end()) return known->second;
  sets_.push_back(labels_of_key(key_));
  by_key_.emplace(key_, sets_.size() - 1);
  bytes_ += key_.size();
  return sets_.size() - 1;
}

std::size_t LabelSetIndex::find_or_add(LineLabels& labels, const Grouping* grouping, bool with_empty) {
  key_.clear();
  if (grouping != nullptr && !grouping->without) {
    for (const auto& name : grouping->labels) {
      if (labels.has(name)) append(name, labels.get(name));
    }
    return find_or_add_key();
  }
  for (const auto& label : labels.sorted()) {
    if (counts(grouping, label.name) && (with_empty || !label.value.empty())) append(label.name, label.value);
  }
  return find_or_add_key();
}

std::size_t LabelSetIndex::find_or_add(const Labels& labels, const Grouping* grouping) {
  key_.clear();
  for (const auto& [name, value] : labels) {
    if (counts(grouping, name)) append(name, value);
  }
  return find_or_add_key();
}

}  // namespace oc::query
