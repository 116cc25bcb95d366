#include "query/logql/line.h"

#include <algorithm>

namespace oc::query {

namespace {

// Label sets are so small that looking at each is the quickest way.
template <typename List>
auto* find_label(List& labels, std::string_view name) {
  const auto at = std::ranges::find_if(labels, [&](const auto& label) { return same_name(label.first, name); });
  return at != labels.end() ? &*at : nullptr;
}

}  // namespace

void LineLabels::begin(const Labels& stream, std::span<const LabelView> metadata) {
  stream_ = &stream;
  metadata_.assign(metadata.begin(), metadata.end());
  if (!renamed_.empty()) renamed_.clear();  // costs more than it seems
  for (auto& [name, value] : metadata_) {
    if (find_label(stream, name) == nullptr) continue;
    renamed_.push_back(std::string(name).append(kExtractedSuffix));
    name = renamed_.back();
  }
  parsed_count_ = 0;
  removed_.clear();
  error_.clear();
  error_details_.clear();
  error_counts_ = false;
}

const LineLabels::Parsed* LineLabels::find_parsed(std::string_view name) const {
  for (const auto& label : parsed()) {
    if (same_name(label.name, name)) return &label;
  }
  return nullptr;
}

bool LineLabels::is_removed(std::string_view name) const {
  return !removed_.empty() && std::ranges::find(removed_, name) != removed_.end();
}

bool LineLabels::was_parsed(std::string_view name) const { return find_parsed(name) != nullptr; }

bool LineLabels::has(std::string_view name) const {
  if (const auto* label = find_parsed(name); label != nullptr && !label->removed) return true;
  return find_label(metadata_, name) != nullptr || (find_label(*stream_, name) != nullptr && !is_removed(name));
}

std::string_view LineLabels::get(std::string_view name) const {
  if (const auto* label = find_parsed(name); label != nullptr && !label->removed) return label->value();
  if (const auto* label = find_label(metadata_, name)) return label->second;
  const auto* label = find_label(*stream_, name);
  return label != nullptr && !is_removed(name) ? std::string_view(label->second) : std::string_view();
}

std::string_view LineLabels::name_for_parsed(std::string_view field) {
  if (find_label(*stream_, field) == nullptr && find_label(metadata_, field) == nullptr) return field;
  scratch_name_.assign(field).append(kExtractedSuffix);
  return scratch_name_;
}

void LineLabels::Parsed::set(const FieldValue& value) {
  if (value.late == nullptr) text = value.text;
  late = value.late;
  index = value.index;
  removed = false;
}

void LineLabels::set_parsed(std::string_view name, const FieldValue& value) {
  for (std::size_t i = 0; i < parsed_count_; ++i) {
    if (!same_name(parsed_[i].name, name)) continue;
    parsed_[i].set(value);
    return;
  }
  std::erase_if(metadata_, [&](const LabelView& label) { return same_name(label.first, name); });
  if (parsed_count_ == parsed_.size()) parsed_.emplace_back();
  auto& label = parsed_[parsed_count_++];
  label.name = name;
  label.set(value);
}

void LineLabels::remove(std::string_view name) {
  for (std::size_t i = 0; i < parsed_count_; ++i) {
    if (parsed_[i].name == name) parsed_[i].removed = true;
  }
  std::erase_if(metadata_, [&](const LabelView& label) { return same_name(label.first, name); });
  const auto* label = find_label(*stream_, name);
  if (label != nullptr && !is_removed(name)) removed_.push_back(label->first);
}

void LineLabels::set_error(std::string_view error, std::string_view details) {
  error_ = error;
  error_details_ = details;
}

void LineLabels::set_parser_error(std::string_view error, std::string_view details, bool counts) {
  error_ = error;
  if (!details.empty()) error_details_ = details;
  error_counts_ = error_counts_ || counts;
}

const std::vector<LineLabel>& LineLabels::sorted() {
  sorted_.clear();
  for (const auto& field : parsed()) {
    if (!field.removed) sorted_.push_back({field.name, field.value(), LabelCategory::kParsed});
  }
  if (!error_.empty()) sorted_.push_back({kErrorLabel, error_, LabelCategory::kParsed});
  // Details of an error that was dropped show only where a line has more than its stream's labels (as in Loki).
  const bool changed = parsed_count_ > 0 || !metadata_.empty() || !removed_.empty();
  if (!error_details_.empty() && (changed || has_error()))
    sorted_.push_back({kErrorDetailsLabel, error_details_, LabelCategory::kParsed});
  for (const auto& [name, value] : metadata_) sorted_.push_back({name, value, LabelCategory::kMetadata});
  for (const auto& [name, value] : *stream_) {
    if (!is_removed(name)) sorted_.push_back({name, value, LabelCategory::kStream});
  }
  std::ranges::sort(sorted_, [](const LineLabel& a, const LineLabel& b) {
    return a.name != b.name ? a.name < b.name : a.category > b.category;
  });
  const auto repeated = std::ranges::unique(sorted_, {}, &LineLabel::name);
  sorted_.erase(repeated.begin(), repeated.end());
  return sorted_;
}

}  // namespace oc::query
