// The service that a log file's name speaks of: rotation, date, compression and ending are taken off, in any order and
// number ("app-2026-11-23.log.2.gz" → "app").
#include <algorithm>
#include <array>

#include "contracts/labels/labels.h"

namespace oc::contracts {

namespace {

// Endings that say how a file is kept, not whose it is. `old`, `bak`: what some programs rename to.
constexpr std::array<std::string_view, 16> kEndings = {".log",    ".txt", ".out", ".err", ".json", ".jsonl",
                                                       ".ndjson", ".gz",  ".xz",  ".bz2", ".zst",  ".lz4",
                                                       ".zip",    ".old", ".bak", ".tmp"};
// A date has at least year, month and day: "-1" and "-15" stay, they may number instances or versions.
constexpr std::size_t kFewestDateDigits = 8;

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }
// Any byte above ASCII is a letter of some alphabet.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<signed char>(c) < 0; }
bool has_letter(std::string_view text) { return std::ranges::any_of(text, is_letter); }

bool ends_with_ignoring_case(std::string_view text, std::string_view lower_ending) {
  if (text.size() < lower_ending.size()) return false;
  const auto tail = text.substr(text.size() - lower_ending.size());
  return std::ranges::equal(tail, lower_ending,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string_view without_ending(std::string_view name) {
  for (const auto ending : kEndings) {
    if (ends_with_ignoring_case(name, ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

// Whether name[i] can stand inside a date or a time: digits, separators, and the T between digits.
bool belongs_to_date(std::string_view name, std::size_t i) {
  if (is_ascii_digit(name[i]) || is_separator(name[i]) || name[i] == ':') return true;
  const bool between_digits =
      i > 0 && i + 1 < name.size() && is_ascii_digit(name[i - 1]) && is_ascii_digit(name[i + 1]);
  return name[i] == 'T' && between_digits;
}

std::string_view without_date(std::string_view name) {
  std::size_t begin = name.size();
  while (begin > 0 && belongs_to_date(name, begin - 1)) --begin;
  // "app1-20261123": the digit before the first separator is the name's own.
  while (begin < name.size() && !is_separator(name[begin])) ++begin;
  const auto digits = std::ranges::count_if(name.substr(begin), is_ascii_digit);
  return digits >= static_cast<std::ptrdiff_t>(kFewestDateDigits) ? name.substr(0, begin) : name;
}

std::string_view without_rotation_number(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size()) return name;
  return std::ranges::all_of(name.substr(dot + 1), is_ascii_digit) ? name.substr(0, dot) : name;
}

std::string_view stem(std::string_view name) {
  std::size_t before = 0;
  do {
    before = name.size();
    name = without_rotation_number(without_date(without_ending(name)));
  } while (name.size() != before);
  return name;
}

std::string_view take_last_component(std::string_view& path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  const auto component = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path.remove_suffix(component.size());
  return component;
}

}  // namespace

std::string file_stem(std::string_view path) {
  const auto name = stem(take_last_component(path));
  if (has_letter(name)) return std::string(name);
  while (!path.empty() && path != "/") {
    const auto folder = take_last_component(path);
    if (has_letter(folder)) return std::string(folder);
  }
  return {};
}

}  // namespace oc::contracts
