// Kind kTemplates, written: for each line which template it has, and for each template a column for each place where
// its lines differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/recurring_values.h"
#include "stores/logs/columns/template_plan.h"

namespace oc::stores::columns {

class TemplateWriter {
 public:
  // Null where all are the same or they are better kept as text. The values must outlive it.
  static std::optional<TemplateWriter> plan(const Values& values, unsigned depth);

  std::size_t templates() const { return parts_.size(); }
  std::span<const std::uint64_t> template_of() const { return template_of_; }  // by line
  // Shows it the columns of tokens, numbered from first_column on.
  void look_for(RecurringValues& recurring, std::size_t first_column) const;
  // Adds what it has chosen of them.
  void add_to(RecurringValues& recurring, std::size_t first_column);
  // What it was given, it has.
  void write(StretchWriter& out, const RecurringValues& recurring = {}, std::size_t first_column = 0);

 private:
  TemplateWriter(const Values& values, unsigned depth, bool phrases);
  void number_templates();
  // Calls visit(template, part, column) for each column of tokens, in the order in which they are written.
  template <typename Visit>
  void for_each_token(std::size_t first_column, Visit visit) const {
    for (std::size_t i = 0; i < templates(); ++i)
      for (const TemplatePart& part : *parts_[i])
        if (part.source == TemplatePart::Source::kToken) visit(i, part, first_column++);
  }
  void write_template(std::size_t number, const RecurringValues& recurring, std::size_t& column, StretchWriter& out);
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
