#include "formats/severity.h"

#include <algorithm>
#include <string>

namespace oc::formats {
namespace {

struct NamedSeverity {
  std::string_view word;  // lower case
  Severity severity;
};

constexpr NamedSeverity kWords[] = {
    {"trace", Severity::kTrace},       {"trc", Severity::kTrace},          {"trce", Severity::kTrace},
    {"verbose", Severity::kTrace},     {"vrb", Severity::kTrace},          {"finest", Severity::kTrace},
    {"finer", Severity::kTrace},       {"silly", Severity::kTrace},        {"verb", Severity::kTrace},
    {"debug", Severity::kDebug},       {"dbg", Severity::kDebug},          {"dbug", Severity::kDebug},
    {"fine", Severity::kDebug},        {"debug1", Severity::kDebug},       {"debug2", Severity::kDebug},
    {"debug3", Severity::kDebug},      {"debug4", Severity::kDebug},       {"debug5", Severity::kDebug},
    {"deb", Severity::kDebug},         {"info", Severity::kInfo},          {"inf", Severity::kInfo},
    {"information", Severity::kInfo},  {"informational", Severity::kInfo}, {"config", Severity::kInfo},
    {"log", Severity::kInfo},          {"notice", Severity::kNotice},      {"note", Severity::kNotice},
    {"system", Severity::kInfo},       {"success", Severity::kInfo},       {"warn", Severity::kWarn},
    {"warning", Severity::kWarn},      {"wrn", Severity::kWarn},           {"wrng", Severity::kWarn},
    {"error", Severity::kError},       {"err", Severity::kError},          {"eror", Severity::kError},
    {"fail", Severity::kError},        {"failure", Severity::kError},      {"severe", Severity::kError},
    {"critical", Severity::kCritical}, {"crit", Severity::kCritical},      {"crt", Severity::kCritical},
    {"alert", Severity::kCritical},    {"fatal", Severity::kFatal},        {"ftl", Severity::kFatal},
    {"emerg", Severity::kFatal},       {"emergency", Severity::kFatal},    {"panic", Severity::kFatal},
    {"dpanic", Severity::kFatal},
};

constexpr std::size_t kLongestWord = 13;

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kTrace:
      return "trace";
    case Severity::kDebug:
      return "debug";
    case Severity::kInfo:
      return "info";
    case Severity::kNotice:
      return "notice";
    case Severity::kWarn:
      return "warn";
    case Severity::kError:
      return "error";
    case Severity::kCritical:
      return "critical";
    case Severity::kFatal:
      return "fatal";
  }
  return "info";
}

std::optional<Severity> severity_of(std::string_view word) {
  if (word.size() < 3 || word.size() > kLongestWord) return std::nullopt;
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  const auto* found = std::ranges::find(kWords, lower, &NamedSeverity::word);
  if (found == std::end(kWords)) return std::nullopt;
  return found->severity;
}

std::optional<Severity> severity_of_letter(char letter) {
  switch (letter) {
    case 'T':
    case 'V':
      return Severity::kTrace;
    case 'D':
      return Severity::kDebug;
    case 'I':
      return Severity::kInfo;
    case 'N':
      return Severity::kNotice;
    case 'W':
      return Severity::kWarn;
    case 'E':
      return Severity::kError;
    case 'C':
    case 'A':
      return Severity::kCritical;
    case 'F':
      return Severity::kFatal;
    default:
      return std::nullopt;
  }
}

std::optional<Severity> severity_of_syslog(int code) {
  constexpr Severity kBySyslogCode[] = {Severity::kFatal, Severity::kCritical, Severity::kCritical, Severity::kError,
                                        Severity::kWarn,  Severity::kNotice,   Severity::kInfo,     Severity::kDebug};
  constexpr int kLargestPriority = 191;
  if (code < 0 || code > kLargestPriority) return std::nullopt;
  return kBySyslogCode[code % 8];
}

std::optional<Severity> severity_of_bunyan(int number) {
  constexpr Severity kByTens[] = {Severity::kTrace, Severity::kDebug, Severity::kInfo,
                                  Severity::kWarn,  Severity::kError, Severity::kFatal};
  if (number < 10 || number > 69) return std::nullopt;
  return kByTens[number / 10 - 1];
}

std::optional<Severity> severity_of_windows(int level) {
  constexpr Severity kByLevel[] = {Severity::kInfo, Severity::kCritical, Severity::kError,
                                   Severity::kWarn, Severity::kInfo,     Severity::kTrace};
  if (level < 0 || level > 5) return std::nullopt;
  return kByLevel[level];
}

}  // namespace oc::formats
