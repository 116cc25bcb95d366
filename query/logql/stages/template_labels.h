// The labels of a line as a template sees them.
#pragma once

#include <string>
#include <vector>

#include "query/logql/line.h"
#include "query/logql/templates/template.h"

namespace oc::query {

// As they are while the template runs.
class LineTemplateLabels final : public TemplateLabels {
 public:
  explicit LineTemplateLabels(LineLabels& labels) : labels_(labels) {}
  std::string_view get(std::string_view name) const override;
  void each(const std::function<void(std::string_view, std::string_view)>& visit) const override;

 private:
  LineLabels& labels_;
};

// As they were at take(). Keeps its memory from line to line.
class LabelSnapshot final : public TemplateLabels {
 public:
  void take(LineLabels& labels);
  std::string_view get(std::string_view name) const override;
  void each(const std::function<void(std::string_view, std::string_view)>& visit) const override;

 private:
  std::vector<Label> labels_;  // sorted
  std::size_t count_ = 0;
};

// The names of the labels that a template can look at, appended; false: any.
bool add_template_fields(std::string_view text, std::vector<std::string>& names);

}  // namespace oc::query
