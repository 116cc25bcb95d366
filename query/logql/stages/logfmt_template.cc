#include "query/logql/stages/logfmt_template.h"

#include <algorithm>
#include <utility>

namespace oc::query {

namespace {

using formats::TemplatePiece;
using Bits = formats::ByteSet::Bits;

bool is_logfmt_space(char c) { return static_cast<unsigned char>(c) <= ' '; }

Bits bits_where(bool (*holds)(char)) {
  Bits bits;
  for (std::size_t byte = 0; byte < bits.size(); ++byte) bits[byte] = holds(static_cast<char>(byte));
  return bits;
}

const Bits kSpaces = bits_where(is_logfmt_space);
const Bits kPairBytes = bits_where([](char c) { return c == '=' || c == '"'; });
const Bits kWordEnds = bits_where([](char c) { return is_logfmt_space(c) || c == '=' || c == '"'; });
const Bits kQuotedEnds = bits_where([](char c) { return c == '"' || c == '\\'; });

// The places that the scanner of logfmt can be in, byte by byte.
class LogfmtPairs {
 public:
  LogfmtPairs(const LineTemplate& of, bool words_count) : of_(of), words_count_(words_count) {}

  // Where the first pair begins that lines may differ in; the end where there is none.
  std::size_t alike() {
    for (std::size_t i = 0; i < of_.pieces().size(); ++i) {
      at_ = of_.start(i);
      const auto& piece = of_.pieces()[i];
      if (piece.is_gap()) {
        if (!take_gap(piece)) return pair_start_;
        continue;
      }
      for (const char c : piece.text) {
        take(c);
        ++at_;
      }
      if (place_ == Place::kUnknown) return pair_start_;
    }
    return of_.example().size();
  }

 private:
  // kWords: in a key or between two.
  enum class Place { kBetween, kKey, kWords, kValue, kBare, kQuoted, kEscaped, kDamaged, kUnknown };

  bool take_gap(const TemplatePiece& gap) {
    switch (place_) {
      case Place::kBetween:
        pair_start_ = at_;
        return take_words(gap);
      case Place::kKey:
      case Place::kWords:
        return take_words(gap);
      case Place::kValue:
        place_ = Place::kBare;
        return gap.least > 0 && (gap.bytes & kWordEnds).none();
      case Place::kBare:
        return (gap.bytes & kWordEnds).none();
      case Place::kQuoted:
        quoted_gap_ = true;
        return !quoted_escape_ && (gap.bytes & kQuotedEnds).none();
      case Place::kDamaged:
        return (gap.bytes & kSpaces).none();
      default:
        return false;
    }
  }

  bool take_words(const TemplatePiece& gap) {
    const bool begins_key = place_ == Place::kBetween && gap.least > 0;
    const bool is_key = (begins_key || place_ == Place::kKey) && (gap.bytes & kWordEnds).none();
    place_ = is_key ? Place::kKey : Place::kWords;
    return is_key || (!words_count_ && (gap.bytes & kPairBytes).none());
  }

  void take(char c) {
    switch (place_) {
      case Place::kBetween:
        if (!is_logfmt_space(c)) begin_pair(c);
        return;
      case Place::kKey:
        return take_in_key(c);
      case Place::kWords:
        return take_in_words(c);
      case Place::kValue:
        return begin_value(c);
      case Place::kBare:
        return take_in_bare(c);
      case Place::kQuoted:
        return take_in_quoted(c);
      case Place::kEscaped:
        place_ = Place::kQuoted;
        return;
      case Place::kDamaged:
        if (is_logfmt_space(c)) place_ = Place::kBetween;
        return;
      case Place::kUnknown:
        return;
    }
  }

  void begin_pair(char c) {
    pair_start_ = at_;
    place_ = c == '=' || c == '"' ? Place::kDamaged : Place::kKey;
  }
  void take_in_key(char c) {
    if (is_logfmt_space(c)) place_ = Place::kBetween;
    if (c == '=') place_ = Place::kValue;
    if (c == '"') place_ = Place::kDamaged;
  }
  void take_in_words(char c) {
    if (is_logfmt_space(c)) place_ = Place::kBetween;
    if (c == '=') place_ = Place::kUnknown;
    if (c == '"') place_ = Place::kDamaged;
  }
  void begin_value(char c) {
    if (is_logfmt_space(c)) {
      place_ = Place::kBetween;
    } else if (c == '"') {
      place_ = Place::kQuoted;
      quoted_escape_ = quoted_gap_ = false;
    } else {
      place_ = Place::kBare;
      take_in_bare(c);
    }
  }
  void take_in_bare(char c) {
    if (is_logfmt_space(c)) place_ = Place::kBetween;
    if (c == '=' || c == '"') place_ = Place::kDamaged;
  }
  // What escapes stand for is only known of a whole text.
  void take_in_quoted(char c) {
    if (c == '"') place_ = Place::kBetween;
    if (c != '\\') return;
    quoted_escape_ = true;
    place_ = quoted_gap_ ? Place::kUnknown : Place::kEscaped;
  }

  const LineTemplate& of_;
  const bool words_count_;
  Place place_ = Place::kBetween;
  std::size_t at_ = 0, pair_start_ = 0;
  bool quoted_escape_ = false, quoted_gap_ = false;
};

}  // namespace

std::string_view alike_logfmt(const LineTemplate& of, bool words_count) {
  return std::string_view(of.example()).substr(0, LogfmtPairs(of, words_count).alike());
}

}  // namespace oc::query
