#include "stores/ingest/detected_level.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "formats/logfmt.h"
#include "stores/ingest/json_level.h"

namespace oc::stores {

namespace {

// Loki's log_level_fields.
constexpr std::array<std::string_view, 14> kLevelNames = {
    "level",        "LEVEL", "Level", "log.level", "severity",      "SEVERITY",      "Severity",
    "SeverityText", "lvl",   "LVL",   "Lvl",       "severity_text", "Severity_Text", "SEVERITY_TEXT"};

constexpr std::string_view kSeverityNumber = "severity_number";
constexpr std::size_t kLongestHint = kSeverityNumber.size();
static_assert(std::ranges::max(kLevelNames, {}, &std::string_view::size).size() <= kLongestHint);

struct LevelWord {
  std::string_view word;
  std::string_view level;
};
constexpr LevelWord kShortNames[] = {
    {"trc", "trace"}, {"dbg", "debug"}, {"inf", "info"}, {"information", "info"}, {"wrn", "warn"}};
// Those that are looked for in plain text, too.
constexpr LevelWord kWords[] = {{"trace", "trace"},       {"debug", "debug"}, {"fatal", "fatal"},
                                {"critical", "critical"}, {"error", "error"}, {"err", "error"},
                                {"warning", "warn"},      {"warn", "warn"},   {"info", "info"}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char a, char b) { return lower(a) == b; });
}

std::string_view level_of_word(std::string_view name) {
  for (const auto& [word, level] : kWords) {
    if (same_word(name, word)) return level;
  }
  for (const auto& [word, level] : kShortNames) {
    if (same_word(name, word)) return level;
  }
  return {};
}

using CharacterSet = std::array<bool, 256>;
constexpr CharacterSet set_of(std::string_view characters) {
  CharacterSet set{};
  for (const char c : characters) set[static_cast<unsigned char>(c)] = true;
  return set;
}
constexpr bool is_in(const CharacterSet& set, char c) { return set[static_cast<unsigned char>(c)]; }

// What may stand beside a level in a text; a colon before it makes it a part of something else.
constexpr std::string_view kBeforeWord = " \t\n[({\"'=|";
constexpr auto kIsBeforeWord = set_of(kBeforeWord), kBehindWord = set_of(" \t\n[](){}:,!\"'=|");
constexpr auto kFirstOfWord = set_of("tdfcewiTDFCEWI");

// Calls visit(place) for each byte that may stand before a word, sixteen at a time; stops when it says false.
template <typename Visit>
void for_each_before_word(std::string_view line, Visit visit) {
  using Sixteen = std::uint8_t __attribute__((vector_size(16)));
  using SixteenBits = bool __attribute__((ext_vector_type(16)));
  std::size_t at = 0;
  for (; at + sizeof(Sixteen) <= line.size(); at += sizeof(Sixteen)) {
    Sixteen bytes;
    std::memcpy(&bytes, line.data() + at, sizeof bytes);
    auto before = bytes == static_cast<std::uint8_t>(kBeforeWord.front());
    for (const char c : kBeforeWord.substr(1)) before |= bytes == static_cast<std::uint8_t>(c);
    unsigned bits = std::bit_cast<std::uint16_t>(__builtin_convertvector(before, SixteenBits));
    for (; bits != 0; bits &= bits - 1)
      if (!visit(at + static_cast<unsigned>(std::countr_zero(bits)))) return;
  }
  for (; at < line.size(); ++at)
    if (is_in(kIsBeforeWord, line[at]) && !visit(at)) return;
}

std::string_view word_at(std::string_view rest) {
  if (rest.empty() || !is_in(kFirstOfWord, rest.front())) return {};
  for (const auto& [word, level] : kWords) {
    if (lower(rest.front()) != word.front()) continue;
    if (rest.size() < word.size() || !same_word(rest.substr(0, word.size()), word)) continue;
    if (rest.size() == word.size() || is_in(kBehindWord, rest[word.size()])) return level;
  }
  return {};
}

std::string_view level_in_text(std::string_view line) {
  if (const auto level = word_at(line); !level.empty()) return level;
  std::string_view found;
  for_each_before_word(line, [&](std::size_t at) {
    found = word_at(line.substr(at + 1));
    return found.empty();
  });
  return found.empty() ? "unknown" : found;
}

// Most lines with a "=" have none behind one of the names; reading them as logfmt would be the cost of most lines.
bool may_name_level(std::string_view line) {
  for (auto at = line.find('='); at != std::string_view::npos; at = line.find('=', at + 1)) {
    if (at < 3) continue;
    const char a = lower(line[at - 2]), b = lower(line[at - 1]);
    if ((b == 'l' && (a == 'e' || a == 'v')) || (a == 't' && b == 'y') || (a == 'x' && b == 't')) return true;
  }
  return false;
}

std::string_view logfmt_level(std::string_view line) {
  std::size_t best = kLevelNames.size();
  std::string_view found;
  const auto note = [&](std::string_view key, std::string_view value) {
    for (std::size_t rank = 0; rank < best; ++rank) {
      const bool same = std::ranges::equal(key, kLevelNames[rank], {}, lower, lower);
      if (!same) continue;
      best = rank;
      found = level_of_word(value);  // the value's view ends with the call
    }
    return best > 0;
  };
  formats::for_each_logfmt_field(line, note, formats::DamagedPairs::kEndWalk);
  return found;
}

bool is_json(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto first = line.find_first_not_of(kSpace);
  return first != std::string_view::npos && line[first] == '{' && line[line.find_last_not_of(kSpace)] == '}';
}

}  // namespace

std::string_view normalized_level(std::string_view name) {
  const auto level = level_of_word(name);
  return level.empty() ? name : level;
}

void LevelHints::note_hint(std::string_view name, std::string_view value) {
  if (value.empty() || name.size() > kLongestHint) return;
  if (name == kSeverityNumber && number_.empty()) number_ = value;
  const auto place = std::ranges::find(kLevelNames, name);
  const auto rank = static_cast<std::size_t>(place - kLevelNames.begin());
  if (place == kLevelNames.end() || rank >= rank_) return;
  rank_ = rank;
  named_ = value;
}

void LevelHints::note(const LevelHints& behind) {
  if (number_.empty()) number_ = behind.number_;
  if (behind.rank_ >= rank_) return;
  rank_ = behind.rank_;
  named_ = behind.named_;
}

std::string_view LevelHints::level_or(std::string_view line) const {
  if (has_name()) return normalized_level(named_);
  return number_.empty() ? level_in_line(line) : level_of_severity_number(number_);
}

std::string_view level_of_severity_number(std::string_view number) {
  if (number.starts_with('+') && !number.starts_with("+-")) number.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return "info";
  constexpr std::array<std::string_view, 6> kLevels = {"trace", "debug", "info", "warn", "error", "fatal"};
  constexpr int kNumbersALevel = 4;
  if (value < 0) return kLevels.front();
  if (value == 0 || value > kNumbersALevel * std::ssize(kLevels)) return "unknown";
  return kLevels[static_cast<std::size_t>((value - 1) / kNumbersALevel)];
}

std::string_view level_in_line(std::string_view line) {
  std::string_view level;
  if (is_json(line)) {
    level = level_of_word(json_string_field(line, kLevelNames));
  } else if (may_name_level(line)) {
    level = logfmt_level(line);
  }
  return level.empty() ? level_in_text(line) : level;
}

}  // namespace oc::stores
