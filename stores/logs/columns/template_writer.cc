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
  std::span<const std::string_view> texts(std::span<const std::uint32_t> lines, const TemplatePart& part);
  std::span<const std::string_view> tokens(std::span<const std::uint32_t> lines, std::uint32_t token);

  const Values& values_;
  unsigned depth_;
  StretchWriter& out_;
  Skeletons skeletons_;
  TemplatePlan plan_;
  std::vector<std::vector<std::uint32_t>> lines_of_;  // by template
  // Of one column; kept for their memory.
  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> taken_;  // of each skeleton's lines; all 0 between columns
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
  for (const TemplatePart& part : parts) {
    if (part.source == TemplatePart::Source::kShared) {
      out_.put_number(static_cast<unsigned>(Kind::kConstant));
      out_.put_text(part.text);
    } else {
      const bool whole = part.source == TemplatePart::Source::kLine;
      put_column({texts(lines, part), times_}, whole ? kMaxDepth : depth_ + 1, out_);
    }
  }
}

// What the lines have at this part.
std::span<const std::string_view> TemplateWriter::texts(std::span<const std::uint32_t> lines,
                                                        const TemplatePart& part) {
  if (part.source == TemplatePart::Source::kToken) return tokens(lines, part.index);
  texts_.clear();
  for (const std::uint32_t line : lines)
    texts_.push_back(part.source == TemplatePart::Source::kWord ? plan_.words[skeletons_.of(line)][part.index]
                                                                : values_.texts[line]);
  return texts_;
}

std::span<const std::string_view> TemplateWriter::tokens(std::span<const std::uint32_t> lines, std::uint32_t token) {
  texts_.clear();
  const std::uint32_t first = skeletons_.of(lines.front());
  if (skeletons_.count(first) == lines.size()) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      texts_.push_back(skeletons_.value(first, token, i));
      // All at once: whoever tries what they may be written as would wait for one after the other.
      __builtin_prefetch(texts_.back().data());
    }
    return texts_;
  }
  // Of several skeletons: each has its own in order.
  taken_.resize(skeletons_.size());
  for (const std::uint32_t line : lines) {
    const std::uint32_t skeleton = skeletons_.of(line);
    texts_.push_back(skeletons_.value(skeleton, token, taken_[skeleton]++));
  }
  for (const std::uint32_t line : lines) taken_[skeletons_.of(line)] = 0;
  return texts_;
}

}  // namespace

void put_templates(const Values& values, unsigned depth, StretchWriter& out) {
  const bool phrases = depth + 1 < kMaxDepth;
  if (is_free_text(values.texts, phrases)) return put_texts(values, out);
  TemplateWriter(values, depth, phrases, out).write();
}

}  // namespace oc::stores::columns
