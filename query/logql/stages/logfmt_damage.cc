#include "query/logql/stages/logfmt_damage.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "formats/json_string.h"

namespace oc::query {

namespace {

bool is_space(char c) { return static_cast<unsigned char>(c) <= ' '; }

// Walks one pair; returns what is wrong with it, if anything, and leaves `at` where the walk ended.
std::optional<std::string> walk_pair(std::string_view line, std::size_t& at) {
  const auto unexpected = [&] { return fmt::format("unexpected '{}'", line[at]); };
  const auto key_start = at;
  while (at < line.size() && !is_space(line[at]) && line[at] != '=') {
    if (line[at] == '"') return unexpected();
    ++at;
  }
  if (!is_utf8(line.substr(key_start, at - key_start))) return "invalid key";
  if (at >= line.size() || is_space(line[at])) return std::nullopt;
  if (at == key_start) return unexpected();
  ++at;
  if (at >= line.size() || line[at] != '"') {
    for (; at < line.size() && !is_space(line[at]); ++at) {
      if (line[at] == '=' || line[at] == '"') return unexpected();
    }
    return std::nullopt;
  }
  const auto value_start = at + 1;
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\') ++at;
  }
  if (at >= line.size()) {
    at = line.size();
    return "unterminated quoted value";
  }
  ++at;  // what follows is the next pair, even without a space
  std::string unescaped;
  if (!formats::append_unescaped_json(line.substr(value_start, at - 1 - value_start), unescaped)) {
    return "invalid quoted value";
  }
  return std::nullopt;
}

}  // namespace

std::optional<LogfmtDamage> first_logfmt_damage(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    if (is_space(line[at])) {
      ++at;
      continue;
    }
    const auto pair_start = at;
    if (auto what = walk_pair(line, at)) return LogfmtDamage{pair_start, at, std::move(*what)};
  }
  return std::nullopt;
}

}  // namespace oc::query
