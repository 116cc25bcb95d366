#include "agent/log_format/severity_in_text.h"

#include <algorithm>
#include <charconv>

#include <re2/re2.h>

namespace oc::agent {
namespace {

using formats::Severity;

constexpr std::size_t kSearchedBytes = 200;  // from the line's front
constexpr std::size_t kSearchedBehindTimestamp = 120;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Word {
  std::string_view line;
  std::size_t start;
  std::size_t end;

  std::string_view text() const { return line.substr(start, end - start); }
  char before() const { return start > 0 ? line[start - 1] : '\0'; }
  char after() const { return end < line.size() ? line[end] : '\0'; }
};

bool is_capital(const Word& word) {
  return std::ranges::all_of(word.text(), [](char c) { return !is_letter(c) || is_upper(c); });
}

// Names of messages as much as levels: they count only where punctuation makes them a level.
bool is_common_word(std::string_view text) {
  return text == "LOG" || text == "CONFIG" || text == "SYSTEM" || text == "SUCCESS" || text == "STATEMENT";
}

bool is_enclosed(const Word& word) {
  const bool closed = word.after() == ']' || word.after() == '>' || word.after() == ')';
  return closed && (word.before() == '[' || word.before() == '<' || word.before() == '(' || word.before() == ':');
}

bool stands_alone(const Word& word) {
  constexpr std::string_view kBefore = " \t[<(|:.-=\"{*/,";
  constexpr std::string_view kAfter = " \t]>)|:-\",;}*/\r";
  const bool before = word.start == 0 || kBefore.find(word.before()) != std::string_view::npos;
  return before && (word.after() == '\0' || kAfter.find(word.after()) != std::string_view::npos);
}

// "level=info", "lvl=warn", "\"level\":\"info\"".
bool is_level_value(const Word& word) {
  std::string_view front = word.line.substr(0, word.start);
  while (!front.empty() && (front.back() == '"' || front.back() == '=' || front.back() == ':')) front.remove_suffix(1);
  return front.size() < word.start &&
         (front.ends_with("level") || front.ends_with("lvl") || front.ends_with("severity"));
}

bool is_first_behind(const Word& word, Span timestamp) {
  if (timestamp.end <= timestamp.start || word.start < timestamp.end) return false;
  const auto between = word.line.substr(timestamp.end, word.start - timestamp.end);
  return between.find_first_not_of(" \t|:-[]()<>") == std::string_view::npos;
}

bool is_written_as_level(const Word& word, Span timestamp) {
  if (!stands_alone(word)) return false;
  if (is_enclosed(word) || is_level_value(word)) return true;
  if (is_capital(word)) return !is_common_word(word.text()) || word.after() == ':';
  if (word.before() == '\t' && word.after() == '\t') return true;
  if (word.start == 0 || is_first_behind(word, timestamp)) {
    return word.after() == ':' || word.after() == '|' ||
           (word.start > 0 && (word.after() == ' ' || word.after() == '\t'));
  }
  return false;
}

// The next run of letters (a digit may close it: "DEBUG1") from `at` on.
std::optional<Word> next_word(std::string_view line, std::size_t at, std::size_t limit) {
  while (at < limit && !is_letter(line[at])) ++at;
  if (at >= limit) return std::nullopt;
  std::size_t end = at;
  while (end < line.size() && is_letter(line[end])) ++end;
  if (end < line.size() && is_digit(line[end]) && line.substr(at, end - at) == "DEBUG") ++end;
  return Word{line, at, end};
}

std::optional<Severity> letter_field(std::string_view line, Span timestamp) {
  static const RE2 pattern(R"(^[\sx0-9a-fA-F:/\-]*? ([VTDIWEFC])[ /])");
  std::string letter;
  const auto rest = line.substr(std::min(line.size(), timestamp.end), 80);
  if (!RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), pattern, &letter)) return std::nullopt;
  return formats::severity_of_letter(letter[0]);
}

// Redis: . debug, - verbose, * notice, # warning.
std::optional<Severity> redis_symbol(std::string_view line, Span timestamp) {
  if (timestamp.end + 2 >= line.size() || line[timestamp.end] != ' ' || line[timestamp.end + 2] != ' ')
    return std::nullopt;
  switch (line[timestamp.end + 1]) {
    case '.':
      return Severity::kDebug;
    case '-':
      return Severity::kInfo;
    case '*':
      return Severity::kNotice;
    case '#':
      return Severity::kWarn;
    default:
      return std::nullopt;
  }
}

std::optional<Severity> priority(std::string_view line) {
  if (!line.starts_with('<')) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(line.data() + 1, line.data() + line.size(), value);
  if (error != std::errc() || end == line.data() + line.size() || *end != '>') return std::nullopt;
  return formats::severity_of_syslog(value);
}

// Cisco: "%LINK-3-UPDOWN:".
std::optional<Severity> mnemonic(std::string_view line) {
  static const RE2 pattern(R"(%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)?-([0-7])-[A-Z0-9_]+:)");
  int level = 0;
  if (!RE2::PartialMatch(re2::StringPiece(line.data(), std::min(line.size(), kSearchedBytes)), pattern, &level))
    return std::nullopt;
  return formats::severity_of_syslog(level);
}

double share_with(SeverityPlace place, Lines lines, const std::vector<Span>& timestamps) {
  if (lines.empty()) return 0;
  std::size_t stated = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    stated += severity_at(place, lines[i], i < timestamps.size() ? timestamps[i] : Span{}).has_value();
  }
  return static_cast<double>(stated) / static_cast<double>(lines.size());
}

}  // namespace

std::optional<Severity> level_word(std::string_view line, Span timestamp) {
  const std::size_t limit = std::min(line.size(), std::max(kSearchedBytes, timestamp.end + kSearchedBehindTimestamp));
  for (auto word = next_word(line, 0, limit); word; word = next_word(line, word->end, limit)) {
    if (word->start < timestamp.end && word->end > timestamp.start) continue;
    const auto severity = formats::severity_of(word->text());
    if (severity && is_written_as_level(*word, timestamp)) return severity;
  }
  return std::nullopt;
}

bool starts_with_level(std::string_view line) {
  const std::size_t start = !line.empty() && (line[0] == '[' || line[0] == '<' || line[0] == '(') ? 1 : 0;
  const auto word = next_word(line, start, std::min<std::size_t>(line.size(), start + 1));
  if (!word || !formats::severity_of(word->text())) return false;
  if (start == 1) return is_enclosed(*word);
  return word->after() == ':' ||
         ((word->after() == ' ' || word->after() == '\t') && is_capital(*word) && !is_common_word(word->text()));
}

std::string_view to_string(SeverityPlace place) {
  switch (place) {
    case SeverityPlace::kNone:
      return "";
    case SeverityPlace::kWord:
      return "word";
    case SeverityPlace::kFirstLetter:
      return "first letter";
    case SeverityPlace::kLetterField:
      return "letter field";
    case SeverityPlace::kRedisSymbol:
      return "symbol . - * #";
    case SeverityPlace::kPriority:
      return "priority";
    case SeverityPlace::kMnemonic:
      return "mnemonic";
    case SeverityPlace::kSecondLine:
      return "second line";
  }
  return "";
}

std::optional<Severity> severity_at(SeverityPlace place, std::string_view line, Span timestamp) {
  switch (place) {
    case SeverityPlace::kWord:
      return level_word(line, timestamp);
    case SeverityPlace::kFirstLetter:
      return line.empty() ? std::nullopt : formats::severity_of_letter(line[0]);
    case SeverityPlace::kLetterField:
      return letter_field(line, timestamp);
    case SeverityPlace::kRedisSymbol:
      return redis_symbol(line, timestamp);
    case SeverityPlace::kPriority:
      return priority(line);
    case SeverityPlace::kMnemonic:
      return mnemonic(line);
    case SeverityPlace::kSecondLine:
      return starts_with_level(line) ? level_word(line, {}) : std::nullopt;
    case SeverityPlace::kNone:
      return std::nullopt;
  }
  return std::nullopt;
}

SeverityPlace find_severity_place(Lines first_lines, const std::vector<Span>& timestamps, Lines second_lines) {
  constexpr double kNearlyAll = 0.8;
  constexpr double kMany = 0.4;  // with fewer, the word is part of some messages
  const bool klog = !timestamps.empty() && std::ranges::all_of(timestamps, [](Span span) { return span.start == 1; });
  if (klog && share_with(SeverityPlace::kFirstLetter, first_lines, timestamps) >= kNearlyAll)
    return SeverityPlace::kFirstLetter;
  for (const auto place : {SeverityPlace::kPriority, SeverityPlace::kMnemonic}) {
    if (share_with(place, first_lines, timestamps) >= kNearlyAll) return place;
  }
  if (share_with(SeverityPlace::kWord, first_lines, timestamps) >= kMany) return SeverityPlace::kWord;
  if (share_with(SeverityPlace::kSecondLine, second_lines, {}) >= kMany) return SeverityPlace::kSecondLine;
  for (const auto place : {SeverityPlace::kLetterField, SeverityPlace::kRedisSymbol}) {
    if (share_with(place, first_lines, timestamps) >= kNearlyAll) return place;
  }
  return SeverityPlace::kNone;
}

}  // namespace oc::agent
