#include "query/logql/stages/json_template.h"

#include <algorithm>

#include "query/logql/stages/json_text.h"

namespace oc::query {

namespace {

using formats::TemplatePiece;
using Bits = formats::ByteSet::Bits;

Bits bits_of(std::string_view bytes) {
  Bits bits;
  for (const char byte : bytes) bits.set(static_cast<unsigned char>(byte));
  return bits;
}
bool is_within(const Bits& bytes, const Bits& set) { return (bytes & ~set).none(); }

const Bits kStringEnds = bits_of("\"\\");
const Bits kObjectStart = bits_of("{ \t\r\n");
const Bits kNumber = bits_of("0123456789.eE+-");
const Bits kNumberStart = bits_of("0123456789-");

// Reads the template as JSON's tokens, more strictly than any scanner does: a quote begins a string only where one may
// stand. So whoever reads the line from its begin, byte by byte, string by string or block by block, is never inside a
// string where this is not.
class JsonTokens {
 public:
  explicit JsonTokens(const LineTemplate& of) : of_(of) {}

  // Where the first byte stands that lines may differ in for a scanner; the end where there is none.
  std::size_t alike() {
    if (begins_without_object()) return 1;
    for (std::size_t i = 0; i < of_.pieces().size(); ++i) {
      at_ = of_.start(i);
      const auto& piece = of_.pieces()[i];
      if (piece.is_gap() ? !take_gap(piece) : !take_text(piece.text)) return at_;
    }
    return of_.example().size();
  }

 private:
  enum class Place { kBetween, kString, kNumber, kWord, kBehindString, kBehindValue };

  // Then no scanner goes on behind the first byte.
  bool begins_without_object() const {
    const auto pieces = of_.pieces();
    return !pieces.empty() && pieces[0].is_gap() && pieces[0].least > 0 && (pieces[0].first & kObjectStart).none();
  }

  bool take_gap(const TemplatePiece& gap) {
    if (place_ == Place::kString) {
      const bool ends_escape = std::exchange(escaped_, false);
      string_has_gap_ = true;
      return (gap.bytes & kStringEnds).none() && (gap.least > 0 || !ends_escape);
    }
    if (place_ == Place::kNumber) return is_within(gap.bytes, kNumber);
    const bool begins_number = place_ == Place::kBetween && gap.least > 0 && is_within(gap.first, kNumberStart);
    place_ = Place::kNumber;
    return begins_number && is_within(gap.bytes, kNumber);
  }

  bool take_text(std::string_view text) {
    for (const char c : text) {
      if (place_ == Place::kString ? !take_in_string(c) : !take_outside(c)) return false;
      ++at_;
    }
    return true;
  }

  bool take_in_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      place_ = Place::kBehindString;
    }
    return true;
  }

  bool take_outside(char c) {
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        if (place_ == Place::kNumber || place_ == Place::kWord) place_ = Place::kBehindValue;
        return true;
      case '"':
        return begin_string();
      case ':':
        if (place_ == Place::kBehindString && string_has_gap_) at_ = string_start_;  // a key
        return std::exchange(place_, Place::kBetween) == Place::kBehindString && at_ != string_start_;
      case '{':
      case '[':
        return place_ == Place::kBetween;
      case ',':
        place_ = Place::kBetween;
        return true;
      case '}':
      case ']':
        place_ = Place::kBehindValue;
        return true;
      default:
        return take_in_word(c);
    }
  }

  bool begin_string() {
    const bool may_begin = place_ == Place::kBetween;
    place_ = Place::kString;
    string_start_ = at_;
    string_has_gap_ = escaped_ = false;
    return may_begin;
  }

  bool take_in_word(char c) {
    if (place_ == Place::kNumber || place_ == Place::kWord) return true;
    const bool may_begin = place_ == Place::kBetween;
    place_ = kNumberStart[static_cast<unsigned char>(c)] ? Place::kNumber : Place::kWord;
    return may_begin;
  }

  const LineTemplate& of_;
  Place place_ = Place::kBetween;
  bool escaped_ = false;  // the next byte of the string
  std::size_t at_ = 0, string_start_ = 0;
  bool string_has_gap_ = false;
};

std::string_view json_label_text(std::string_view inside, std::string& scratch) {
  JsonText text;
  const auto shown = text.label_text(inside);
  if (shown.data() == inside.data()) return inside;
  scratch = shown;
  return scratch;
}

}  // namespace

std::string_view alike_json(const LineTemplate& of) {
  return std::string_view(of.example()).substr(0, JsonTokens(of).alike());
}

TemplateField json_field(LineTemplate& of, std::string_view label, const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kNull) return {.label = std::string(label), .text = {}, .late = {}};
  const bool is_text = value.kind == JsonValue::Kind::kString || value.kind == JsonValue::Kind::kArray;
  return of.field(label, of.span_of(value.text), is_text ? json_label_text : nullptr);
}

}  // namespace oc::query
