// LogQL's patterns: literals with captures between them, `<ip> - <_> "<method> <path>"`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/regex/template_pattern.h"

namespace oc::query {

// Const after compilation, thread-safe.
class CapturePattern {
 public:
  // For the parser stage: at least one named capture, no two in a row. Errors in Loki's words.
  static Result<CapturePattern> compile_parser(std::string_view text);
  // For the filters |> and !>: no named captures.
  static Result<CapturePattern> compile_filter(std::string_view text);

  const std::vector<std::string>& names() const { return names_; }
  // Of the named captures, in order; as many as the line has: the last one then takes the rest of it.
  void capture(std::string_view line, std::vector<std::string_view>& captures) const;
  // Likewise in all lines of a template. Nullopt: that depends on the line.
  std::optional<std::vector<formats::TemplateSpan>> capture_in(std::span<const formats::TemplatePiece> pieces) const;
  // Whether the whole line is of this shape, no capture empty.
  bool matches(std::string_view line) const;
  std::vector<std::string> literals() const;

 private:
  struct Part {
    bool is_capture = false;
    std::string text;  // a capture's name, "_" for none
    bool is_named() const { return is_capture && text != "_"; }
  };
  static CapturePattern parse(std::string_view text);
  Status check_neighbours() const;

  std::vector<Part> parts_;
  std::vector<std::string> names_;
};

}  // namespace oc::query
