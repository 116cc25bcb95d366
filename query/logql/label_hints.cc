#include "query/logql/label_hints.h"

#include <algorithm>

namespace oc::query {

void add_with_bare_name(std::vector<std::string>& names, const std::string& label) {
  if (label.empty()) return;
  names.push_back(label);
  if (label.ends_with(kExtractedSuffix)) {
    names.push_back(label.substr(0, label.size() - kExtractedSuffix.size()));
  }
}

LabelHints::LabelHints(std::span<const StageExpr* const> stages, const StageList* unwrap_filters,
                       const LabelDemand& demand) {
  std::vector<std::string> looked_at;
  std::vector<const StageExpr*> all(stages.begin(), stages.end());
  for (std::size_t i = 0; unwrap_filters != nullptr && i < unwrap_filters->size(); ++i)
    all.push_back((*unwrap_filters)[i].get());
  const bool known = std::ranges::all_of(all, [&](const auto* stage) { return stage->add_required_labels(looked_at); });
  looked_at.emplace_back(demand.unwrapped);

  const bool grouped = demand.grouping != nullptr;
  std::vector<std::string> required;
  for (const auto& label : looked_at) add_with_bare_name(required, label);
  if (grouped) {
    for (const auto& label : *demand.grouping) add_with_bare_name(required, label);
  }
  std::ranges::sort(required);
  const auto repeated = std::ranges::unique(required);
  required.erase(repeated.begin(), repeated.end());

  const bool one_group = grouped && demand.grouping->empty();
  nothing_ = one_group && known && required.empty();
  keeps_errors_ = grouped && std::ranges::binary_search(required, kErrorLabel);
  if (grouped && known) required_ = std::move(required);
  for (std::size_t i = 0; (!grouped || one_group) && i < all.size(); ++i) add_early_filter(*all[i]);
}

void LabelHints::add_early_filter(const StageExpr& stage) {
  auto predicate = stage.predicate();
  if (predicate == nullptr || predicate->is_compound()) return;
  std::vector<std::string> labels;
  predicate->add_labels(labels);
  if (labels.size() == 1) early_filters_.push_back({labels.front(), std::move(predicate)});
}

bool LabelHints::wants(std::string_view label) const {
  return required_.empty() ||
         std::ranges::any_of(required_, [&](const std::string& name) { return same_name(name, label); });
}

bool LabelHints::may_want(std::string_view field) const {
  return wants(field) || wants(std::string(field).append(kExtractedSuffix));
}

bool LabelHints::wants_prefix(std::string_view prefix) const {
  return required_.empty() ||
         std::ranges::any_of(required_, [&](const std::string& label) { return label.starts_with(prefix); });
}

bool LabelHints::has_all(const LineLabels& labels) const {
  return !required_.empty() &&
         std::ranges::all_of(required_, [&](const std::string& label) { return labels.was_parsed(label); });
}

bool LabelHints::passes(std::string_view label, LineLabels& labels) const {
  for (const auto& filter : early_filters_) {
    if (same_name(filter.label, label)) return filter.predicate->holds(labels);
  }
  return true;
}

FieldOutcome store_field(const LabelHints& hints, LineLabels& labels, std::string_view label, const FieldValue& value) {
  const auto name = labels.name_for_parsed(label);
  if (!hints.wants(name) || labels.was_parsed(name)) return FieldOutcome::kGoOn;
  labels.set_parsed(name, value);
  if (!hints.passes(name, labels)) return FieldOutcome::kDropLine;
  return hints.has_all(labels) ? FieldOutcome::kFoundAll : FieldOutcome::kGoOn;
}

}  // namespace oc::query
