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
  void gather(std::span<const std::uint32_t> lines, const std::vector<TemplatePart>& parts);
  std::string_view value(std::uint32_t line, const TemplatePart& part) const;

  const Values& values_;
  unsigned depth_;
  StretchWriter& out_;
  Skeletons skeletons_;
  TemplatePlan plan_;
  std::vector<std::vector<std::uint32_t>> lines_of_;  // by template
  // Of one template; kept for their memory.
  std::vector<std::vector<std::string_view>> texts_;  // by part that differs
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
  gather(lines, parts);
  out_.put_number(lines.size());
  out_.put_number(parts.size());
  auto texts = texts_.begin();
  for (const TemplatePart& part : parts) {
    if (part.source == TemplatePart::Source::kShared) {
      out_.put_number(static_cast<unsigned>(Kind::kConstant));
      out_.put_text(part.text);
    } else {
      const bool whole = part.source == TemplatePart::Source::kLine;
      put_column({*texts++, times_}, whole ? kMaxDepth : depth_ + 1, out_);
    }
  }
}

// Line by line: all that is needed of a line lies near together.
void TemplateWriter::gather(std::span<const std::uint32_t> lines, const std::vector<TemplatePart>& parts) {
  std::vector<TemplatePart> differing;
  for (const TemplatePart& part : parts)
    if (part.source != TemplatePart::Source::kShared) differing.push_back(part);
  texts_.resize(std::max(texts_.size(), differing.size()));
  for (std::size_t i = 0; i < differing.size(); ++i) texts_[i].resize(lines.size());
  times_.resize(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    times_[i] = values_.times[lines[i]];
    for (std::size_t part = 0; part < differing.size(); ++part) texts_[part][i] = value(lines[i], differing[part]);
  }
}

std::string_view TemplateWriter::value(std::uint32_t line, const TemplatePart& part) const {
  switch (part.source) {
    case TemplatePart::Source::kToken:
      return skeletons_.tokens(line)[part.index].in(values_.texts[line]);
    case TemplatePart::Source::kWord:
      return plan_.words[skeletons_.of(line)][part.index];
    default:
      return values_.texts[line];
  }
}

}  // namespace

void put_templates(const Values& values, unsigned depth, StretchWriter& out) {
  const bool phrases = depth + 1 < kMaxDepth;
  if (is_free_text(values.texts, phrases)) return put_texts(values, out);
  TemplateWriter(values, depth, phrases, out).write();
}

}  // namespace oc::stores::columns
