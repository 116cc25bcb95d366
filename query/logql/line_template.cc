#include "query/logql/line_template.h"

#include <algorithm>

namespace oc::query {

using formats::TemplatePiece;
using formats::TemplatePosition;
using formats::TemplateSpan;

namespace {

constexpr char kExampleValue = '0';

// Bytes that every ReadText leaves as they are: ASCII without the backslash.
bool is_plain_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\\'; });
}
bool is_plain_gap(const TemplatePiece& gap) { return (gap.bytes >> 0x80).none() && !gap.bytes['\\']; }

}  // namespace

LineTemplate::LineTemplate(std::span<const TemplatePiece> pieces) : pieces_(pieces) {
  starts_.reserve(pieces.size() + 1);
  for (const auto& piece : pieces) {
    starts_.push_back(example_.size());
    example_ += piece.is_gap() ? std::string_view(&kExampleValue, 1) : piece.text;
  }
  starts_.push_back(example_.size());
}

TemplatePosition LineTemplate::position(std::size_t offset) const {
  const auto behind = std::ranges::upper_bound(starts_, offset);
  const auto piece = static_cast<std::size_t>(behind - starts_.begin()) - 1;
  return {static_cast<std::uint32_t>(piece), static_cast<std::uint32_t>(offset - starts_[piece])};
}

TemplateSpan LineTemplate::span_of(std::string_view part) const {
  const auto begin = static_cast<std::size_t>(part.data() - example_.data());
  return {position(begin), position(begin + part.size())};
}

bool LineTemplate::has_gap(const TemplateSpan& span) const {
  bool found = false;
  for_each_piece(pieces_, span, [&](std::size_t piece, std::string_view) { found |= pieces_[piece].is_gap(); });
  return found;
}

std::string_view LineTemplate::text_before_gap(std::string_view part) const {
  const auto span = span_of(part);
  return pieces_[span.begin.piece].text.substr(span.begin.offset);
}

bool LineTemplate::may_be_empty(const TemplateSpan& span) const {
  bool empty = true;
  for_each_piece(pieces_, span, [&](std::size_t piece, std::string_view text) {
    empty = empty && text.empty() && pieces_[piece].least == 0;
  });
  return empty;
}

bool LineTemplate::gap_begins_with(const TemplateSpan& span, std::string_view one_of) const {
  const formats::TemplatePiece& gap = pieces_[span.begin.piece];
  auto others = gap.first;
  for (const char byte : one_of) others.reset(static_cast<unsigned char>(byte));
  return gap.is_gap() && gap.least > 0 && others.none();
}

std::string LineTemplate::text_of(const TemplateSpan& span) const {
  std::string all;
  for_each_piece(pieces_, span, [&](std::size_t, std::string_view text) { all += text; });
  return all;
}

bool LineTemplate::is_plain(const TemplateSpan& span) const {
  bool plain = true;
  for_each_piece(pieces_, span, [&](std::size_t piece, std::string_view text) {
    plain = plain && (pieces_[piece].is_gap() ? is_plain_gap(pieces_[piece]) : is_plain_text(text));
  });
  return plain;
}

TemplateField LineTemplate::field(std::string_view label, const TemplateSpan& span, ReadText read) {
  TemplateField field{.label = std::string(label), .text = {}, .late = {}};
  if (has_gap(span)) {
    field.late = late_.size();
    late_.push_back({span, read == nullptr || is_plain(span) ? nullptr : read});
    return field;
  }
  std::string scratch;
  const std::string text = text_of(span);
  field.text = read == nullptr ? text : read(text, scratch);
  return field;
}

}  // namespace oc::query
