// The level of a log line as Loki derives it on the way in (discover_log_levels): Grafana colours and counts lines by
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "query/logql/log_reader.h"

namespace oc::stores {

inline constexpr std::string_view kDetectedLevel = "detected_level";

// "WARNING" → "warn", "inf" → "info"; other names stay as they are.
std::string_view normalized_level(std::string_view name);

// What a label or a metadata field says of the level, under one of the names that Loki looks at; the first of them in
// Loki's order counts, not the first pair. `rank` is its place in that order.
struct NamedLevel {
  std::size_t rank = 0;
  std::string_view value;
};
std::optional<NamedLevel> find_named_level(std::span<const query::LabelView> pairs);

// Of an OTLP severity number; 0 and what is above 24: unknown.
std::string_view level_of_severity_number(std::int64_t number);
// As metadata carry it; what is no number: info.
std::string_view level_of_severity_number(std::string_view number);

// What the line itself says: a field of a JSON object or of logfmt, else the first word that is a level. "unknown"
// where it says nothing. Thread-safe; the view has no end.
std::string_view level_in_line(std::string_view line);

}  // namespace oc::stores
