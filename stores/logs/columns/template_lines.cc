#include "stores/logs/columns/template_lines.h"

namespace oc::stores::columns {

TemplateLines::TemplateLines(Allotment& allotment, const RowSet* rows, std::size_t size)
    : allotment_(allotment), rows_(rows), size_(size) {
  for (const auto& of : allotment.templates()) templates_.emplace_back(*of);
  for_each_row(rows, size,
               [&](std::size_t row) { templates_[allotment.template_of(row)].lines.add(allotment.line_of(row)); });
}

Result<std::uint64_t> TemplateLines::load() {
  std::uint64_t bytes = 0;
  for (Wanted& wanted : templates_) {
    OC_TRY_ASSIGN(const std::uint64_t of_template, load(wanted));
    bytes += of_template;
  }
  return bytes;
}

Result<std::uint64_t> TemplateLines::load(Wanted& wanted) {
  std::uint64_t bytes = 0;
  const std::size_t count = wanted.lines.count();
  for (const TemplateElement& element : wanted.of.elements) {
    if (count == 0) break;
    Part& part = wanted.parts.emplace_back(Part{element.shared, {}, nullptr});
    if (!element.column) {
      bytes += count * element.shared.size();
      continue;
    }
    if (count == wanted.of.lines) {
      OC_TRY_ASSIGN(part.values, element.column->text());
    } else {
      OC_TRY_ASSIGN(part.picked, element.column->pick(wanted.lines));
      part.values = &part.picked;
    }
    bytes += part.values->all().size();
  }
  return bytes;
}

char* TemplateLines::write_next(Wanted& wanted, char* to) {
  for (const Part& part : wanted.parts)
    to = copy_with_slack(to, part.values != nullptr ? (*part.values)[wanted.next] : part.shared);
  ++wanted.next;
  return to;
}

void TemplateLines::write(TextColumn& out) {
  for_each_row(rows_, size_,
               [&](std::size_t row) { out.close(write_next(templates_[allotment_.template_of(row)], out.end())); });
}

Status TemplateLines::add_sizes(std::span<std::uint32_t> sizes) {
  std::vector<std::vector<std::uint32_t>> of_templates;
  for (const Wanted& wanted : templates_) {
    auto& of_lines = of_templates.emplace_back(wanted.lines.count());
    if (of_lines.empty()) continue;
    for (const TemplateElement& element : wanted.of.elements) {
      if (element.column) OC_TRY(element.column->add_sizes(wanted.lines, of_lines));
      for (std::uint32_t& size : of_lines) size += static_cast<std::uint32_t>(element.shared.size());
    }
  }
  std::size_t i = 0;
  for_each_row(rows_, size_, [&](std::size_t row) {
    const std::uint32_t of = allotment_.template_of(row);
    sizes[i++] += of_templates[of][templates_[of].next++];
  });
  return {};
}

}  // namespace oc::stores::columns
