#include "query/logql/template_values.h"

namespace oc::query {

TemplateValues::TemplateValues(RowBatch& batch, std::size_t number, const LineTemplate& of)
    : batch_(batch), number_(number), of_(of), texts_(of.pieces().size()) {
  for (const auto& late : of.late()) {
    auto& value = values_.emplace_back(Value{.late = late, .gap = {}, .text = {}, .scratch = {}});
    const auto& [begin, end] = late.span;
    const bool is_one_piece = begin.offset == 0 && end == formats::TemplatePosition{begin.piece + 1, 0};
    if (is_one_piece) value.gap = begin.piece;
  }
}

void TemplateValues::begin(std::uint32_t line) {
  line_ = line;
  missing_.reset();
  gave_up_ = false;
}

bool TemplateValues::read_gap(std::size_t gap, std::string_view& text) {
  const auto& texts = texts_[gap];
  if (!texts.empty()) text = texts[line_];
  if (text.data() != nullptr) return true;
  if (!missing_) missing_ = gap;
  return false;
}

bool TemplateValues::join(const formats::TemplateSpan& span, std::string& text) {
  bool known = true;
  text.clear();
  for_each_piece(of_.pieces(), span, [&](std::size_t piece, std::string_view shared) {
    std::string_view of_line;
    if (of_.pieces()[piece].is_gap()) known = known && read_gap(piece, of_line);
    text.append(shared).append(of_line);
  });
  return known;
}

std::string_view TemplateValues::value(std::size_t index) {
  auto& value = values_[index];
  std::string_view text;
  if (value.gap) {
    if (!read_gap(*value.gap, text)) return {};
  } else {
    if (!join(value.late.span, value.text)) return {};
    text = value.text;
  }
  return value.late.read == nullptr ? text : value.late.read(text, value.scratch);
}

Status TemplateValues::load(std::size_t gap, std::span<const std::uint32_t> lines) {
  OC_TRY_ASSIGN(auto values, batch_.gap_values(number_, gap, lines));
  auto& texts = texts_[gap];
  if (texts.size() <= lines.back()) texts.resize(lines.back() + 1);
  for (std::size_t i = 0; i < lines.size(); ++i) texts[lines[i]] = values.texts[i];
  memory_.push_back(std::move(values.memory));
  return {};
}

}  // namespace oc::query
