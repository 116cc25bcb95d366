// The level of a log line as Loki derives it on the way in (discover_log_levels): Grafana colours and counts lines by
// it.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

namespace oc::stores {

inline constexpr std::string_view kDetectedLevel = "detected_level";

// "WARNING" → "warn", "inf" → "info"; other names stay as they are.
std::string_view normalized_level(std::string_view name);

// What labels or metadata say of the level. Of the names that Loki looks at the first in its list counts, of one name
// the pair that was noted first.
class LevelHints {
 public:
  void note(std::string_view name, std::string_view value) {
    if (may_be_hint(name)) note_hint(name, value);
  }
  // Those of pairs that come behind.
  void note(const LevelHints& behind);
  bool has_name() const { return !named_.empty(); }
  // The level by its name, else by an OTLP severity number, else as the line says it. Views: as those that were noted,
  // or without end.
  std::string_view level_or(std::string_view line) const;

 private:
  // All are called l… or s…; most pairs are not.
  static bool may_be_hint(std::string_view name) {
    const char first = name.empty() ? '\0' : static_cast<char>(name[0] | 0x20);
    return first == 'l' || first == 's';
  }
  void note_hint(std::string_view name, std::string_view value);

  std::size_t rank_ = std::numeric_limits<std::size_t>::max();  // of the name, in Loki's list
  std::string_view named_, number_;                             // empty: not noted
};

// Of an OTLP severity number as text; 0 and what is above 24: unknown, what is no number: info.
std::string_view level_of_severity_number(std::string_view number);

// What the line itself says: a field of a JSON object or of logfmt, else the first word that is a level. "unknown"
// where it says nothing. Thread-safe; the view has no end.
std::string_view level_in_line(std::string_view line);

}  // namespace oc::stores
