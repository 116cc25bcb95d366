#include "agent/discovery/rotated_name.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace oc::agent {
namespace {

using namespace std::string_view_literals;
constexpr std::array kOldEndings = {".old"sv, ".bak"sv, ".prev"sv, ".previous"sv, ".orig"sv};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Digits with the separators that dates and counters have: "1", "20261123", "2026-11-23T02_11", "20261123-3".
bool is_counter_or_date(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || text.size() > 32) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == 'T' || c == 'Z'; });
}

// The start of the longest counter or date that ends `text`, its separator included; npos if there is none. A name that
// begins with digits is a date itself, "2026-11-23.log", until something else has followed.
std::size_t counter_start(std::string_view text) {
  const auto base = text.find_first_not_of("0123456789-_.:");
  for (auto at = base == std::string_view::npos ? text.size() : base + 1; at + 1 < text.size(); ++at) {
    const bool separator = text[at] == '.' || text[at] == '-' || text[at] == '_';
    if (separator && is_counter_or_date(text.substr(at + 1))) return at;
  }
  return std::string_view::npos;
}

void add_name_before_ending(std::string_view folder, std::string_view name, std::vector<std::string>& out) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || is_digit(name.back())) return;
  const auto start = counter_start(name.substr(0, dot));
  if (start == std::string_view::npos) return;
  out.push_back(std::string(folder) + std::string(name.substr(0, start)) + std::string(name.substr(dot)));
}

}  // namespace

std::vector<std::string> live_names_of(std::string_view path) {
  const auto folder = path.substr(0, path.rfind('/') + 1);
  const auto name = path.substr(folder.size());
  std::vector<std::string> out;
  if (const auto start = counter_start(name); start != std::string_view::npos)
    out.push_back(std::string(folder) + std::string(name.substr(0, start)));
  add_name_before_ending(folder, name, out);
  for (const auto ending : kOldEndings)
    if (name.size() > ending.size() && name.ends_with(ending))
      out.push_back(std::string(folder) + std::string(name.substr(0, name.size() - ending.size())));
  return out;
}

}  // namespace oc::agent
