// LogQL text to tokens, with the positions Loki's error messages give.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace oc::query {

enum class TokenKind {
  kEnd,
  kError,       // `text` is the message; nothing follows
  kIdentifier,  // or a sign that means nothing (as in Loki)
  kString,
  kNumber,
  kDuration,
  kBytes,
  kRange,     // [5m]
  kFlag,      // --strict
  kKeyword,   // by, json, or, …
  kFunction,  // sum, rate, …: only where "(" or a grouping follows
  kSymbol,    // { } |= …
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;    // of strings: unquoted
  Nanos duration = 0;  // kDuration, kRange
  double bytes = 0;    // kBytes
  int line = 0;        // from 1; 0 as Loki's scanner reports tokens of several runes
  int column = 0;      // in code points, from 1

  bool is(std::string_view symbol) const {
    return text == symbol &&
           (kind == TokenKind::kSymbol || kind == TokenKind::kKeyword || kind == TokenKind::kFunction);
  }
  std::string name() const;  // as in "unexpected NAME"
};

// The last token is kEnd or kError.
std::vector<Token> tokenize(std::string_view query);

}  // namespace oc::query
