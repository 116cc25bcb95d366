// Kind kTemplates, written: for each line which template it has, and for each template a column for each place where
// its lines differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/template_plan.h"

namespace oc::stores::columns {

class TemplateWriter {
 public:
  // Null where all are the same or they are better kept as text. The values must outlive it.
  static std::optional<TemplateWriter> plan(const Values& values, unsigned depth);

  std::size_t templates() const { return parts_.size(); }
  std::span<const std::uint64_t> template_of() const { return template_of_; }  // by line
  void write(StretchWriter& out);

 private:
  TemplateWriter(const Values& values, unsigned depth, bool phrases);
  void number_templates();
  void write_template(std::span<const std::uint32_t> lines, const std::vector<TemplatePart>& parts, StretchWriter& out);
  std::span<const std::string_view> texts(std::span<const std::uint32_t> lines, const TemplatePart& part);
  std::span<const std::string_view> tokens(std::span<const std::uint32_t> lines, std::uint32_t token);

  Values values_;
  unsigned depth_;
  Skeletons skeletons_;
  TemplatePlan plan_;
  // By template, as they are numbered in the block: only such as have lines.
  std::vector<const std::vector<TemplatePart>*> parts_;
  std::vector<std::vector<std::uint32_t>> lines_of_;
  std::vector<std::uint64_t> template_of_;
  // Of one column; kept for their memory.
  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> taken_;  // of each skeleton's lines; all 0 between columns
  std::vector<Nanos> times_;
};

}  // namespace oc::stores::columns
