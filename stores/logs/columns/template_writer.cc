// Kind kTemplates, written: for each line which template it has, and for each template a column for each place where
// its lines differ.
#include <algorithm>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/template_plan.h"

namespace oc::stores::columns {

namespace {

class TemplateWriter {
 public:
  TemplateWriter(const Values& values, unsigned depth, bool phrases, StretchWriter& out)
      : values_(values),
        depth_(depth),
        out_(out),
        skeletons_(values.texts, phrases),
        plan_(plan_templates(values.texts, skeletons_)) {}
  void write();

 private:
  void sort_lines();
  void write_template(std::span<const std::uint32_t> lines, const std::vector<TemplatePart>& parts);
  void write_part(std::span<const std::uint32_t> lines, const TemplatePart& part);
  void gather(std::span<const std::uint32_t> lines, const TemplatePart& part);

  const Values& values_;
  unsigned depth_;
  StretchWriter& out_;
  Skeletons skeletons_;
  TemplatePlan plan_;
  std::vector<std::vector<std::uint32_t>> lines_of_;  // by template
  // Kept between columns for their memory.
  std::vector<std::string_view> texts_;
  std::vector<Nanos> times_;
};

void TemplateWriter::sort_lines() {
  lines_of_.resize(plan_.templates.size());
  for (std::uint32_t i = 0; i < values_.texts.size(); ++i) lines_of_[plan_.of(skeletons_.of(i))].push_back(i);
}

void TemplateWriter::write() {
  sort_lines();
  // Numbered as they are used: only the one for lines without a skeleton may be unused.
  std::vector<std::uint64_t> number(plan_.templates.size());
  std::uint64_t used = 0;
  for (std::size_t i = 0; i < lines_of_.size(); ++i)
    if (!lines_of_[i].empty()) number[i] = used++;
  std::vector<std::uint64_t> numbers;
  numbers.reserve(values_.texts.size());
  for (std::uint32_t i = 0; i < values_.texts.size(); ++i) numbers.push_back(number[plan_.of(skeletons_.of(i))]);
  out_.put_number(static_cast<unsigned>(Kind::kTemplates));
  out_.put_number(used);
  put_integers(numbers, out_);
  for (std::size_t i = 0; i < lines_of_.size(); ++i)
    if (!lines_of_[i].empty()) write_template(lines_of_[i], plan_.templates[i]);
}

void TemplateWriter::write_template(std::span<const std::uint32_t> lines, const std::vector<TemplatePart>& parts) {
  times_.clear();
  for (const std::uint32_t line : lines) times_.push_back(values_.times[line]);
  out_.put_number(lines.size());
  out_.put_number(parts.size());
  for (const TemplatePart& part : parts) write_part(lines, part);
}

void TemplateWriter::write_part(std::span<const std::uint32_t> lines, const TemplatePart& part) {
  if (part.source == TemplatePart::Source::kShared) {
    out_.put_number(static_cast<unsigned>(Kind::kConstant));
    return out_.put_text(part.text);
  }
  gather(lines, part);
  const bool whole = part.source == TemplatePart::Source::kLine;
  put_column({texts_, times_}, whole ? kMaxDepth : depth_ + 1, out_);
}

void TemplateWriter::gather(std::span<const std::uint32_t> lines, const TemplatePart& part) {
  texts_.clear();
  for (const std::uint32_t line : lines) {
    switch (part.source) {
      case TemplatePart::Source::kToken:
        texts_.push_back(skeletons_.tokens(line)[part.index].in(values_.texts[line]));
        break;
      case TemplatePart::Source::kWord:
        texts_.push_back(plan_.words[skeletons_.of(line)][part.index]);
        break;
      default:
        texts_.push_back(values_.texts[line]);
    }
  }
}

}  // namespace

void put_templates(const Values& values, unsigned depth, StretchWriter& out) {
  const bool phrases = depth + 1 < kMaxDepth;
  if (is_free_text(values.texts, phrases)) return put_texts(values, out);
  TemplateWriter(values, depth, phrases, out).write();
}

}  // namespace oc::stores::columns
