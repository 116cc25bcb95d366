// Text as Go's strconv and time packages write and read it: LogQL's literals and Loki's error texts follow them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace oc::query {

std::string go_quote(std::string_view text);  // strconv.Quote
// What text/scanner takes for an escape, of the text behind a backslash; 0: none.
std::size_t go_escape_length(std::string_view rest, char quote);
// Whether it takes all escapes of "…"; strconv.Unquote takes fewer.
bool go_scans_escapes(std::string_view literal);
std::optional<std::string> go_unquote(std::string_view literal);  // strconv.Unquote of "…" and `…`
Result<double> go_parse_float(std::string_view text);             // strconv.ParseFloat
std::string go_format_float(double value);                        // FormatFloat(v, 'f', -1, 64); +Inf, -Inf, NaN
std::string go_format_general(double value);                      // fmt.Sprint: 1e+21, 0.5

Result<Nanos> go_parse_duration(std::string_view text);          // time.ParseDuration: "1.5h", "-3ms"
std::string go_format_duration(Nanos duration);                  // Duration.String: "1h30m0s"
Result<Nanos> parse_prometheus_duration(std::string_view text);  // "1w2d", whole numbers, largest unit first
std::string format_prometheus_duration(Nanos duration);          // "1h30m"; whole milliseconds, not negative
// A size for people, "1.5MB" or "4 KiB" (github.com/dustin/go-humanize, ParseBytes).
Result<double> parse_byte_size(std::string_view text);
std::string format_byte_size(double bytes);  // "1.5MB", as go-humanize rounds it

}  // namespace oc::query
