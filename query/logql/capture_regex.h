// A regular expression whose groups are asked for: Go's syntax and meaning, as pattern.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/regex/template_pattern.h"

namespace oc::query {

class CaptureRegex {
 public:
  // The error reads as Go's: "error parsing regexp: missing closing ): `(`".
  static Result<CaptureRegex> compile(std::string_view expression);

  // Of the groups, from the first; "" for one without a name.
  const std::vector<std::string>& names() const { return names_; }

  // Finds the leftmost match. `captures`: the whole match, then each group ("" for one that took no part); views into
  // `text`. Thread-safe.
  bool match(std::string_view text, std::vector<std::string_view>& captures) const;
  // Likewise in all lines of a template; empty: there is no match in any. Nullopt: that depends on the line.
  std::optional<std::vector<formats::TemplateSpan>> match_template(
      std::span<const formats::TemplatePiece> pieces) const;

  CaptureRegex(CaptureRegex&&) noexcept;
  CaptureRegex& operator=(CaptureRegex&&) noexcept;
  ~CaptureRegex();

 private:
  struct Impl;
  explicit CaptureRegex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::vector<std::string> names_;
};

}  // namespace oc::query
