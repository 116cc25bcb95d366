#include "stores/logs/columns/template_writer.h"

#include <algorithm>
#include <utility>

#include "stores/logs/columns/integers.h"

namespace oc::stores::columns {

std::optional<TemplateWriter> TemplateWriter::plan(const Values& values, unsigned depth) {
  const bool phrases = depth + 1 < kMaxDepth;
  if (is_constant(values.texts) || is_free_text(values.texts, phrases)) return {};
  return TemplateWriter(values, depth, phrases);
}

TemplateWriter::TemplateWriter(const Values& values, unsigned depth, bool phrases)
    : values_(values),
      depth_(depth),
      skeletons_(values.texts, phrases),
      plan_(plan_templates(values.texts, skeletons_)) {
  number_templates();
}

// As they are used: only the one for lines without a skeleton may be unused.
void TemplateWriter::number_templates() {
  std::vector<std::vector<std::uint32_t>> lines_of(plan_.templates.size());
  for (std::uint32_t i = 0; i < values_.texts.size(); ++i) lines_of[plan_.of(skeletons_.of(i))].push_back(i);
  std::vector<std::uint64_t> number(lines_of.size());
  for (std::size_t i = 0; i < lines_of.size(); ++i) {
    if (lines_of[i].empty()) continue;
    number[i] = lines_of_.size();
    lines_of_.push_back(std::move(lines_of[i]));
    parts_.push_back(&plan_.templates[i]);
  }
  template_of_.reserve(values_.texts.size());
  for (std::uint32_t i = 0; i < values_.texts.size(); ++i) template_of_.push_back(number[plan_.of(skeletons_.of(i))]);
}

void TemplateWriter::look_for(RecurringValues& recurring, std::size_t first_column) const {
  std::vector<std::vector<std::size_t>> columns(templates());  // by template and token
  for_each_token(first_column, [&](std::size_t of, const TemplatePart& part, std::size_t column) {
    columns[of].resize(std::max<std::size_t>(columns[of].size(), part.index + 1));
    columns[of][part.index] = column;
  });
  for (std::uint32_t skeleton = 0; skeleton < skeletons_.size(); ++skeleton) {
    if (plan_.of(skeleton) == plan_.template_of_none) continue;
    const auto& column_of = columns[template_of_[skeletons_.example(skeleton)]];
    for (const auto& [token, sample] : skeletons_.samples(skeleton)) recurring.look_at(column_of[token], sample);
  }
}

void TemplateWriter::add_to(RecurringValues& recurring, std::size_t first_column) {
  for_each_token(first_column, [&](std::size_t of, const TemplatePart& part, std::size_t column) {
    if (recurring.has(column)) recurring.add(column, texts(lines_of_[of], part), lines_of_[of]);
  });
}

void TemplateWriter::write(StretchWriter& out, const RecurringValues& recurring, std::size_t first_column) {
  out.put_number(static_cast<unsigned>(Kind::kTemplates));
  out.put_number(templates());
  put_integers(template_of_, out);
  for (std::size_t i = 0; i < templates(); ++i) write_template(i, recurring, first_column, out);
}

void TemplateWriter::write_template(std::size_t number, const RecurringValues& recurring, std::size_t& column,
                                    StretchWriter& out) {
  const std::span<const std::uint32_t> lines(lines_of_[number]);
  const std::vector<TemplatePart>& parts = *parts_[number];
  times_.clear();
  for (const std::uint32_t line : lines) times_.push_back(values_.times[line]);
  out.put_number(lines.size());
  out.put_number(parts.size());
  for (const TemplatePart& part : parts) {
    const bool token = part.source == TemplatePart::Source::kToken;
    const std::size_t token_column = column;
    column += token ? 1 : 0;
    if (part.source == TemplatePart::Source::kShared) {
      out.put_number(static_cast<unsigned>(Kind::kConstant));
      out.put_text(part.text);
    } else if (token && recurring.has(token_column)) {
      recurring.put_references(token_column, out);
    } else {
      const bool whole = part.source == TemplatePart::Source::kLine;
      put_column({texts(lines, part), times_}, whole ? kMaxDepth : depth_ + 1, out);
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

void put_templates(const Values& values, unsigned depth, StretchWriter& out) {
  auto writer = TemplateWriter::plan(values, depth);
  if (writer) return writer->write(out);
  if (!put_words(values, out)) put_texts(values, out);
}

}  // namespace oc::stores::columns
