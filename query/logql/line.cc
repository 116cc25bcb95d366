#include "query/logql/line.h"

#include <algorithm>

namespace oc::query {

namespace {

constexpr std::string_view kExtracted = "_extracted";

const std::string* find_label(const Labels& labels, std::string_view name) {
  const auto at = std::ranges::lower_bound(labels, name, {}, &Label::first);
  return at != labels.end() && at->first == name ? &at->second : nullptr;
}

const LabelView* find_label(std::span<const LabelView> labels, std::string_view name) {
  const auto at = std::ranges::find(labels, name, &LabelView::first);
  return at != labels.end() ? &*at : nullptr;
}

}  // namespace

void LineLabels::begin(const Labels& stream, std::span<const LabelView> metadata) {
  stream_ = &stream;
  metadata_.assign(metadata.begin(), metadata.end());
  renamed_.clear();
  for (auto& [name, value] : metadata_) {
    if (find_label(stream, name) == nullptr) continue;
    renamed_.push_back(std::string(name).append(kExtracted));
    name = renamed_.back();
  }
  parsed_count_ = 0;
  error_.clear();
  error_details_.clear();
  preserve_error_ = false;
}

bool LineLabels::has_parsed(std::string_view name) const {
  return std::ranges::find(parsed(), name, &Parsed::name) != parsed().end();
}

bool LineLabels::has(std::string_view name) const {
  return has_parsed(name) || find_label(metadata_, name) != nullptr || find_label(*stream_, name) != nullptr;
}

std::string_view LineLabels::get(std::string_view name) const {
  if (name == kErrorLabel) return error_;
  if (const auto at = std::ranges::find(parsed(), name, &Parsed::name); at != parsed().end()) return at->value;
  if (const auto* label = find_label(metadata_, name)) return label->second;
  const auto* value = find_label(*stream_, name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

std::string_view LineLabels::name_for_parsed(std::string_view field) {
  if (find_label(*stream_, field) == nullptr && find_label(metadata_, field) == nullptr) return field;
  scratch_name_.assign(field).append(kExtracted);
  return scratch_name_;
}

void LineLabels::set_parsed(std::string_view name, std::string_view value) {
  for (std::size_t i = 0; i < parsed_count_; ++i) {
    if (parsed_[i].name != name) continue;
    parsed_[i].value = value;
    return;
  }
  if (parsed_count_ == parsed_.size()) parsed_.emplace_back();
  parsed_[parsed_count_].name = name;
  parsed_[parsed_count_].value = value;
  ++parsed_count_;
}

void LineLabels::set_error(std::string_view error, std::string_view details) {
  error_ = error;
  error_details_ = details;
}

const std::vector<LineLabel>& LineLabels::sorted() {
  sorted_.clear();
  for (const auto& field : parsed()) sorted_.push_back({field.name, field.value, LabelCategory::kParsed});
  if (!error_.empty()) sorted_.push_back({kErrorLabel, error_, LabelCategory::kParsed});
  if (!error_details_.empty()) sorted_.push_back({kErrorDetailsLabel, error_details_, LabelCategory::kParsed});
  for (const auto& [name, value] : metadata_) sorted_.push_back({name, value, LabelCategory::kMetadata});
  for (const auto& [name, value] : *stream_) sorted_.push_back({name, value, LabelCategory::kStream});
  std::ranges::sort(sorted_, [](const LineLabel& a, const LineLabel& b) {
    return a.name != b.name ? a.name < b.name : a.category > b.category;
  });
  const auto repeated = std::ranges::unique(sorted_, {}, &LineLabel::name);
  sorted_.erase(repeated.begin(), repeated.end());
  return sorted_;
}

}  // namespace oc::query
