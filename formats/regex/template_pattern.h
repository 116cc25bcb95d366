// A regular expression on a template: a text with gaps that hold a different value in each line. Where the match cannot
// depend on the values, it is found once for all lines of the template.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "formats/regex/simple_pattern.h"

namespace oc::formats {

// A stretch of every line's text, or a gap: then `text` is empty, and each value is `least` to `most` bytes of `bytes`,
// the first one of `first`.
struct TemplatePiece {
  std::string_view text;
  ByteSet::Bits bytes, first;
  std::uint32_t least = 0, most = 0;
  bool is_gap() const { return text.empty(); }
};

// Whether no value of it holds a byte beyond ASCII.
bool holds_only_ascii(const TemplatePiece& piece);

// Before the byte `offset` of a piece; of a gap, before or behind it: what is behind is offset 0 of the next piece.
struct TemplatePosition {
  std::uint32_t piece = 0, offset = 0;
  bool operator==(const TemplatePosition&) const = default;
};

// From `begin` to `end`; both are the template's end where the group took no part.
struct TemplateSpan {
  TemplatePosition begin, end;
  bool empty() const { return begin == end; }
};

// What SimplePattern::find() finds in every line of the template, whatever the values. kUndecided: the values matter,
// or the template's text is not ASCII, or it would take long. groups: as of SimplePattern::find(). Thread-safe.
SimplePattern::Outcome find_in_template(const SimplePattern& pattern, std::span<const TemplatePiece> pieces,
                                        std::span<TemplateSpan> groups);

}  // namespace oc::formats
