// Which of the timestamps in a file's lines are the lines' own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"
#include "formats/find_timestamp.h"

namespace oc::agent {

// What stands before a timestamp, as far as it is the same on every line: what lies between the first and last letter
// or figure of a blank-separated token is "w", runs of blanks are one blank, punctuation itself. "[INFO] 2026-…" and
// "[WARN] 2026-…" have the same, and so have lines that begin with any addresses.
std::string place_signature(std::string_view line, const formats::FoundTimestamp& stamp);

// The layout and places that most stamped lines of a file agree on.
class StampPlace {
 public:
  // `stamps`: one a line. Nothing where no line is stamped.
  static std::optional<StampPlace> find(Lines lines, const std::vector<std::optional<formats::FoundTimestamp>>& stamps);

  // Whether this is the line's own timestamp: of the file's layout, at one of its places.
  bool accepts(std::string_view line, const formats::FoundTimestamp& stamp) const;

  // Day and month as the rest of the file has them.
  formats::TimeParts resolved(const formats::FoundTimestamp& stamp) const;

  const std::string& layout() const { return layout_; }
  std::string name() const;                      // "prefix", "bracket", "field:ts" …
  std::string record_start_pattern() const;      // RE2
  bool ambiguous() const { return ambiguous_; }  // no line of the file decides between day and month

 private:
  using Stamps = std::vector<std::optional<formats::FoundTimestamp>>;
  void choose_layout(const Stamps& stamps, const std::vector<std::size_t>& members);
  void choose_places(Lines lines, const Stamps& stamps, const std::vector<std::size_t>& members);

  std::string family_;
  std::string layout_;               // the most frequent of the family
  std::vector<std::string> places_;  // signatures, the most frequent first; empty: anywhere near the front
  std::string key_;                  // the timestamp is its value
  bool swap_ambiguous_ = false;
  bool ambiguous_ = false;
};

}  // namespace oc::agent
