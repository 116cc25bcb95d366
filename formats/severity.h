// Levels as programs write them, and OpenTelemetry's severity numbers.
#pragma once

#include <optional>
#include <string_view>

namespace oc::formats {

// The first number of each range of OpenTelemetry's log data model, and the levels of syslog between them.
enum class Severity : int {
  kTrace = 1,
  kDebug = 5,
  kInfo = 9,
  kNotice = 10,
  kWarn = 13,
  kError = 17,
  kCritical = 18,
  kFatal = 21,
};

constexpr int otel_severity_number(Severity severity) { return static_cast<int>(severity); }

// "trace", "debug", "info", "notice", "warn", "error", "critical", "fatal".
std::string_view to_string(Severity severity);

// A level word in any letter case: names and abbreviations of log4j, syslog, Python, .NET, Java's logging, Go, klog,
// PostgreSQL … ("WARNING", "wrn", "SEVERE", "LOG"). Single letters are left to severity_of_letter.
std::optional<Severity> severity_of(std::string_view word);

// T V D I N W E C F A as logcat, klog and Ruby use them.
std::optional<Severity> severity_of_letter(char letter);

// Syslog's priority or its severity alone, 0 emergency … 7 debug (RFC 5424, section 6.2.1).
std::optional<Severity> severity_of_syslog(int code);

// Bunyan's and pino's numbers: 10 trace … 60 fatal.
std::optional<Severity> severity_of_bunyan(int number);

// Windows event levels: 1 critical … 5 verbose; 0 is information.
std::optional<Severity> severity_of_windows(int level);

}  // namespace oc::formats
