#include "query/logql/stages/template_labels.h"

#include <algorithm>
#include <cctype>

namespace oc::query {

std::string_view LineTemplateLabels::get(std::string_view name) const {
  if (name == kErrorLabel) return labels_.error();
  return name == kErrorDetailsLabel ? labels_.error_details() : labels_.get(name);
}

void LineTemplateLabels::each(const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (const auto& label : labels_.sorted()) visit(label.name, label.value);
}

void LabelSnapshot::take(LineLabels& labels) {
  count_ = 0;
  for (const auto& label : labels.sorted()) {
    if (count_ == labels_.size()) labels_.emplace_back();
    labels_[count_].first = label.name;
    labels_[count_].second = label.value;
    ++count_;
  }
}

std::string_view LabelSnapshot::get(std::string_view name) const {
  const auto end = labels_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto at = std::lower_bound(labels_.begin(), end, name,
                                   [](const Label& label, std::string_view wanted) { return label.first < wanted; });
  return at != end && at->first == name ? std::string_view(at->second) : std::string_view();
}

void LabelSnapshot::each(const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (std::size_t i = 0; i < count_; ++i) visit(labels_[i].first, labels_[i].second);
}

// Reads only `.name`; a dot that stands alone, or a function that looks labels up by a text, may mean any label.
bool add_template_fields(std::string_view text, std::vector<std::string>& names) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", open)) {
    const auto close = std::min(text.find("}}", open), text.size());
    const auto action = text.substr(open + 2, close - open - 2);
    if (action.find("index") != std::string_view::npos || action.find('$') != std::string_view::npos) return false;
    for (std::size_t at = action.find('.'); at != std::string_view::npos; at = action.find('.', at + 1)) {
      if (at > 0 && std::isdigit(static_cast<unsigned char>(action[at - 1])) != 0) continue;  // 1.5
      auto end = at + 1;
      while (end < action.size() && is_word(action[end])) ++end;
      if (end == at + 1) return false;
      names.emplace_back(action.substr(at + 1, end - at - 1));
    }
    open = close;
  }
  return true;
}

}  // namespace oc::query
