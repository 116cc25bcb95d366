#include "stores/logs/columns/template_values.h"

#include <algorithm>
#include <map>

#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

TemplateValues::TemplateValues(std::span<const std::string_view> values, const TemplateWriter& lines)
    : value_of_(lines.templates()), lines_(values.size()) {
  std::vector<bool> differ(lines.templates());
  const auto template_of = lines.template_of();
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& value = value_of_[template_of[i]];
    if (!value) value = values[i];
    if (!same_text(*value, values[i])) differ[template_of[i]] = true;
    all_alike_ &= same_text(values[i], values[0]);
  }
  for (std::size_t i = 0; i < differ.size(); ++i)
    if (differ[i]) value_of_[i].reset();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (differ[template_of[i]]) rest_.push_back(values[i]);
}

bool TemplateValues::worth_it() const {
  constexpr std::size_t kLinesPerTemplate = 8, kLinesPerRest = 8;
  return !all_alike_ && value_of_.size() <= lines_ / kLinesPerTemplate && rest_.size() <= lines_ / kLinesPerRest;
}

void TemplateValues::put(StretchWriter& out) const {
  out.put_number(value_of_.size());
  for (const auto& value : value_of_) {
    out.put_number(value ? 1 : 0);
    if (value) out.put_text(*value);
  }
  out.put_number(rest_.size());
  if (!rest_.empty()) put_texts({rest_, {}}, out);
}

std::optional<TemplateValuesReader> TemplateValuesReader::read(StretchReader& in, std::size_t lines) {
  TemplateValuesReader values(lines);
  const std::uint64_t templates = in.directory().count();
  for (std::uint64_t i = 0; i < templates && in.directory().ok(); ++i) {
    auto& value = values.value_of_.emplace_back();
    if (in.directory().varint() != 0) value = in.directory().bytes();
  }
  const std::uint64_t rest = in.directory().varint();
  if (rest > lines || !in.directory().ok()) return {};
  if (rest == 0) return values;
  if (static_cast<Kind>(in.directory().varint()) != Kind::kText) return {};
  values.rest_ = read_texts(in, rest);
  return values;
}

// Which lines' templates have no value.
Status TemplateValuesReader::find_rest(std::span<const std::uint32_t> template_of) {
  if (found_rest_) return {};
  for (std::size_t row = 0; row < template_of.size(); ++row) {
    if (template_of[row] >= value_of_.size()) return permanent("malformed column block: no value for a template");
    if (!value_of_[template_of[row]]) rest_rows_.add(row);
  }
  if (rest_rows_.count() != (rest_ ? rest_->size() : 0))
    return permanent("malformed column block: values of lines that differ");
  found_rest_ = true;
  return {};
}

Result<std::span<const std::uint32_t>> TemplateValuesReader::load_templates(Column& lines) {
  OC_TRY_ASSIGN(const auto template_of, lines.template_of());
  if (template_of.size() != lines.size()) return permanent("malformed column block: values of templates without any");
  OC_TRY(find_rest(template_of));
  return template_of;
}

Result<std::vector<std::uint64_t>> TemplateValuesReader::words(Column& lines) {
  OC_TRY_ASSIGN(const auto template_of, load_templates(lines));
  std::map<std::string_view, std::uint64_t> numbers;
  const auto number_of = [&](std::string_view value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  };
  std::vector<std::uint64_t> number_of_template;
  for (const auto& value : value_of_) number_of_template.push_back(value ? number_of(*value) : 0);
  std::vector<std::uint64_t> words;
  words.reserve(template_of.size());
  for (const std::uint32_t of : template_of) words.push_back(number_of_template[of]);
  if (!rest_) return words;
  OC_TRY_ASSIGN(const TextColumn* rest, rest_->text());
  std::size_t next = 0;
  rest_rows_.for_each([&](std::size_t row) { words[row] = number_of((*rest)[next++]); });
  return words;
}

Result<TextColumn> TemplateValuesReader::pick(const RowSet& rows, Column& lines, const StretchReader& in) {
  OC_TRY_ASSIGN(const auto template_of, load_templates(lines));
  TextColumn rest;
  if (rest_) {
    RowSet wanted(rest_->size());
    rest_rows_.for_each_common(rows, [&](std::size_t value, std::size_t) { wanted.add(value); });
    OC_TRY_ASSIGN(rest, rest_->pick(wanted));
  }
  std::size_t bytes = rest.size() == 0 ? 0 : rest.all().size();
  rows.for_each([&](std::size_t row) { bytes += value_of_[template_of[row]].value_or("").size(); });
  // Values are addressed with 32 bits.
  if (bytes > UINT32_MAX) return permanent("malformed column block: more text than a block holds");
  OC_TRY(in.allow(bytes + rows.count() * sizeof(std::uint32_t)));
  TextColumn picked;
  picked.reserve(rows.count(), bytes);
  std::size_t next = 0;
  rows.for_each([&](std::size_t row) {
    const auto& value = value_of_[template_of[row]];
    picked.append(value ? *value : rest[next++]);
  });
  return picked;
}

}  // namespace oc::stores::columns
