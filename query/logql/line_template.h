// A template of lines as the stages of a pipeline follow it: what they read of its lines, they find once in an example,
// and what that is in each line is a value made of the template's text and gaps.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/regex/template_pattern.h"
#include "query/logql/line.h"

namespace oc::query {

// How a label shows text of a line; the view is of the text or of `scratch`.
using ReadText = std::string_view (*)(std::string_view text, std::string& scratch);

// A field of all lines of a template.
struct TemplateField {
  std::string label;
  std::string text;                 // where all lines have the same
  std::optional<std::size_t> late;  // else which of the template's late values it is

  FieldValue of(Line& line) const { return late ? FieldValue(*line.late, *late) : FieldValue(text); }
};

class LineTemplate {
 public:
  struct LateSpan {
    formats::TemplateSpan span;
    ReadText read = nullptr;  // null: as it stands
  };

  // The pieces must outlive it.
  explicit LineTemplate(std::span<const formats::TemplatePiece> pieces);

  std::span<const formats::TemplatePiece> pieces() const { return pieces_; }
  // The template's text with "0" in place of each gap.
  const std::string& example() const { return example_; }
  // Where a piece begins in the example.
  std::size_t start(std::size_t piece) const { return starts_[piece]; }
  bool holds(std::string_view part) const {  // whether it is a view of the example
    return part.data() >= example_.data() && part.data() <= example_.data() + example_.size();
  }
  // What stands in the lines where `part`, a view of the example, stands in it.
  formats::TemplateSpan span_of(std::string_view part) const;
  bool has_gap(const formats::TemplateSpan& span) const;
  // Of a part of the example that has one: what stands before its first gap.
  std::string_view text_before_gap(std::string_view part) const;
  bool may_be_empty(const formats::TemplateSpan& span) const;
  // Whether the gap that it begins with is never empty and always begins so.
  bool gap_begins_with(const formats::TemplateSpan& span, std::string_view one_of) const;

  TemplateField field(std::string_view label, const formats::TemplateSpan& span, ReadText read);
  const std::vector<LateSpan>& late() const { return late_; }

 private:
  formats::TemplatePosition position(std::size_t offset) const;
  std::string text_of(const formats::TemplateSpan& span) const;  // without a gap
  bool is_plain(const formats::TemplateSpan& span) const;

  std::span<const formats::TemplatePiece> pieces_;
  std::string example_;
  std::vector<std::size_t> starts_;  // of the pieces in the example, and its end
  std::vector<LateSpan> late_;
};

// Calls visit(piece, text) for each piece of a span: its index, and its text in the span, empty for a gap.
template <typename Visit>
void for_each_piece(std::span<const formats::TemplatePiece> pieces, const formats::TemplateSpan& span, Visit visit) {
  for (auto i = span.begin.piece; i < pieces.size() && i <= span.end.piece; ++i) {
    auto text = pieces[i].text;
    if (i == span.end.piece) text = text.substr(0, span.end.offset);
    if (i == span.begin.piece) text.remove_prefix(std::min<std::size_t>(span.begin.offset, text.size()));
    if (i < span.end.piece || !text.empty()) visit(i, text);
  }
}

}  // namespace oc::query
