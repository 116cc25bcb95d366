#include "query/logql/stages/capture_pattern.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "query/logql/pattern.h"

namespace oc::query {

using formats::TemplatePiece;
using formats::TemplatePosition;
using formats::TemplateSpan;

namespace {

// Bytes of `<name>` at the front; 0: something else stands there.
std::size_t capture_length(std::string_view text) {
  if (!text.starts_with('<')) return 0;
  std::size_t end = 1;
  for (; end < text.size() && text[end] != '>'; ++end) {
    const auto c = static_cast<unsigned char>(text[end]);
    const bool may_start = std::isalpha(c) != 0 || c == '_';
    if (!may_start && (end == 1 || std::isdigit(c) == 0)) return 0;
  }
  return end < text.size() && end > 1 ? end + 1 : 0;
}

constexpr std::string_view kInvalidExpression = "invalid expression";

enum class Found { kNo, kYes, kMaybe };  // kMaybe: in some lines, or at places that differ

// Looks for literals in the lines of a template.
class TemplateLiterals {
 public:
  explicit TemplateLiterals(std::span<const TemplatePiece> pieces) : pieces_(pieces) {}

  TemplatePosition end() const { return {static_cast<std::uint32_t>(pieces_.size()), 0}; }
  bool may_be_empty() const {
    return std::ranges::all_of(pieces_, [](const TemplatePiece& piece) { return piece.is_gap() && piece.least == 0; });
  }

  // Whether it stands there; kYes: `at` is then behind it.
  Found at(TemplatePosition place, std::string_view literal, TemplatePosition& at) const {
    for (const char byte : literal) {
      if (place == end()) return Found::kNo;
      const auto& piece = pieces_[place.piece];
      if (piece.is_gap()) return piece.least > 0 && !holds(piece.first, byte) ? Found::kNo : Found::kMaybe;
      if (piece.text[place.offset] != byte) return Found::kNo;
      advance(place);
    }
    at = place;
    return Found::kYes;
  }

  // Where it stands first from there on.
  Found find(TemplatePosition from, std::string_view literal, TemplatePosition& begin, TemplatePosition& behind) const {
    for (auto place = from; place != end(); advance(place)) {
      const auto& piece = pieces_[place.piece];
      const auto here = piece.is_gap() ? in_gap(place, literal) : at(place, literal, behind);
      if (here == Found::kYes) begin = place;
      if (here != Found::kNo) return here;
    }
    return Found::kNo;
  }

 private:
  static bool holds(const formats::ByteSet::Bits& bytes, char byte) { return bytes[static_cast<unsigned char>(byte)]; }

  void advance(TemplatePosition& place) const {
    const auto& piece = pieces_[place.piece];
    if (piece.is_gap() || ++place.offset == piece.text.size()) place = {place.piece + 1, 0};
  }

  // Whether it may begin in the gap: end there as well, or go on behind it.
  Found in_gap(TemplatePosition gap, std::string_view literal) const {
    const auto& bytes = pieces_[gap.piece].bytes;
    TemplatePosition behind = gap;
    for (std::size_t inside = 1; inside <= literal.size() && holds(bytes, literal[inside - 1]); ++inside) {
      if (inside == literal.size()) return Found::kMaybe;
      if (at({gap.piece + 1, 0}, literal.substr(inside), behind) != Found::kNo) return Found::kMaybe;
    }
    return Found::kNo;
  }

  std::span<const TemplatePiece> pieces_;
};

}  // namespace

CapturePattern CapturePattern::parse(std::string_view text) {
  CapturePattern pattern;
  auto& parts = pattern.parts_;
  while (!text.empty()) {
    if (const auto length = capture_length(text)) {
      parts.push_back({true, std::string(text.substr(1, length - 2))});
      text.remove_prefix(length);
      continue;
    }
    if (parts.empty() || parts.back().is_capture) parts.emplace_back();
    parts.back().text.push_back(text[0]);
    text.remove_prefix(1);
  }
  for (const auto& part : parts) {
    if (part.is_named()) pattern.names_.push_back(part.text);
  }
  return pattern;
}

Status CapturePattern::check_neighbours() const {
  const auto first = std::ranges::adjacent_find(
      parts_, [](const Part& left, const Part& right) { return left.is_capture && right.is_capture; });
  if (first == parts_.end()) return {};
  return permanent(
      fmt::format("found consecutive capture '<{}><{}>': {}", first->text, std::next(first)->text, kInvalidExpression));
}

Result<CapturePattern> CapturePattern::compile_parser(std::string_view text) {
  if (text.empty()) {
    return permanent("parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
  }
  auto pattern = parse(text);
  const auto& names = pattern.names_;
  if (names.empty()) return permanent("at least one capture is required");
  OC_TRY(pattern.check_neighbours());
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) == name) continue;
    return permanent(fmt::format("duplicate capture name ({}): {}", *name, kInvalidExpression));
  }
  return pattern;
}

Result<CapturePattern> CapturePattern::compile_filter(std::string_view text) {
  auto pattern = parse(text);
  OC_TRY(pattern.check_neighbours());
  if (pattern.names_.empty()) return pattern;
  return permanent(fmt::format("named captures are not allowed: found '<{}>'", pattern.names_.front()));
}

void CapturePattern::capture(std::string_view line, std::vector<std::string_view>& captures) const {
  captures.clear();
  if (line.empty()) return;
  auto part = parts_.begin();
  if (!part->is_capture) {
    if (!line.starts_with(part->text)) return;
    line.remove_prefix(part->text.size());
    ++part;
  }
  // From here on captures and literals take turns.
  while (part != parts_.end()) {
    const bool named = part->is_named();
    const auto literal = std::next(part);
    const auto end = literal == parts_.end() ? std::string_view::npos : find_literal(line, literal->text, 0);
    if (named) captures.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + literal->text.size());
    part = std::next(literal);
  }
}

std::optional<std::vector<TemplateSpan>> CapturePattern::capture_in(std::span<const TemplatePiece> pieces) const {
  const TemplateLiterals literals(pieces);
  std::vector<TemplateSpan> captures;
  if (literals.may_be_empty()) return std::nullopt;
  TemplatePosition at;
  auto part = parts_.begin();
  if (!part->is_capture) {
    const auto here = literals.at(at, part->text, at);
    if (here != Found::kYes) return here == Found::kNo ? std::optional(captures) : std::nullopt;
    ++part;
  }
  while (part != parts_.end()) {
    const bool named = part->is_named();
    const auto literal = std::next(part);
    TemplatePosition begin = literals.end(), behind = begin;
    const auto found = literal == parts_.end() ? Found::kNo : literals.find(at, literal->text, begin, behind);
    if (found == Found::kMaybe) return std::nullopt;
    if (named) captures.push_back({at, begin});
    if (found == Found::kNo) return captures;
    at = behind;
    part = std::next(literal);
  }
  return captures;
}

bool CapturePattern::matches(std::string_view line) const {
  if (line.empty() || parts_.empty()) return line.empty() && parts_.empty();
  std::size_t at = 0;
  for (auto part = parts_.begin(); part != parts_.end(); ++part) {
    if (part->is_capture) continue;
    const auto found = find_literal(line, part->text, at);
    if (found == std::string_view::npos) return false;
    if (part != parts_.begin() && found == at) return false;  // the capture before it would be empty
    at = found + part->text.size();
  }
  return parts_.back().is_capture == (at != line.size());
}

std::vector<std::string> CapturePattern::literals() const {
  std::vector<std::string> literals;
  for (const auto& part : parts_) {
    if (!part.is_capture) literals.push_back(part.text);
  }
  return literals;
}

}  // namespace oc::query
