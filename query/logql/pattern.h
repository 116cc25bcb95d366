// A regular expression of LogQL with Go's meaning (RE2 syntax; invalid UTF-8 counts as U+FFFD, byte by byte). What is
// only literals, alternations of them, prefixes, suffixes or substrings runs without a regular-expression engine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/regex/template_pattern.h"

namespace oc::query {

enum class PatternUse {
  kWholeText,  // label matchers: anchored at both ends, `.` takes a newline too (Prometheus 3's rule)
  // Likewise, but as Loki simplifies it: what stands beside `.*` is found anywhere ("0.*" matches "10"), and the empty
  // expression matches all.
  kLabelFilter,
  kPartOfText,  // line filters: found anywhere, `.` stops at a newline
};

// One literal and where in the text it must lie.
struct LiteralTest {
  bool at_start = false;
  bool at_end = false;
  std::string literal;
  std::size_t min_size = 0;  // `.+` beside the literal asks for a longer text
  bool matches(std::string_view text) const;
};

// What stands between the "|" of an expression that has no groups but one around it all.
std::vector<std::string_view> alternatives_of(std::string_view expression);

// The expression as literal tests of which any must hold; nullopt where it needs an engine.
std::optional<std::vector<LiteralTest>> as_literal_tests(std::string_view expression, PatternUse use);

// Texts of which any line holds one or more that the expression is found in (PatternUse::kPartOfText): quicker to look
// for. None where it can't be told.
struct NeededTexts {
  std::vector<std::string> texts;
  bool suffice = false;  // a line with one of them matches
};
NeededTexts needed_texts(std::string_view expression);

class Pattern {
 public:
  // The error reads as Go's: "error parsing regexp: missing closing ): `(`".
  static Result<Pattern> compile(std::string_view expression, PatternUse use);
  bool matches(std::string_view text) const;  // thread-safe
  // What matches() says of every line of a template; nullopt: that depends on the line. Of PatternUse::kPartOfText.
  std::optional<bool> matches_template(std::span<const formats::TemplatePiece> pieces) const;
  bool needs_engine() const;
  bool matches_all() const;  // as far as it can be told without an engine
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

 private:
  struct Impl;
  explicit Pattern(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

bool contains(std::string_view text, std::string_view literal);
// As string_view::find, several times as fast where the first byte is a frequent one.
std::size_t find_literal(std::string_view text, std::string_view literal, std::size_t from);

}  // namespace oc::query
