#include "agent/discovery/glob.h"

#include <fmt/format.h>

namespace oc::agent {
namespace {

// PATH_MAX: a longer pattern cannot name a file.
constexpr std::size_t kMaxPatternBytes = 4096;

bool is_special(char c) { return c == '*' || c == '?' || c == '[' || c == '\\'; }

std::string folder_before_special(std::string_view pattern) {
  std::size_t special = 0;
  while (special < pattern.size() && !is_special(pattern[special])) ++special;
  const auto slash = pattern.substr(0, special).rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/" : std::string(pattern.substr(0, slash));
}

}  // namespace

Result<Glob> Glob::parse(std::string_view pattern) {
  if (pattern.empty()) return permanent("an empty pattern", "write ** for every file");
  if (pattern.size() > kMaxPatternBytes) return permanent("a pattern longer than 4096 bytes", "shorten it");
  Glob glob;
  glob.literal_folder_ = folder_before_special(pattern);
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '*') {
      glob.parse_stars(pattern, at);
    } else if (c == '[') {
      OC_TRY(glob.parse_class(pattern, at));
    } else if (c == '?') {
      glob.tokens_.push_back({Kind::kAnyByte});
      ++at;
    } else {
      if (c == '\\' && at + 1 < pattern.size()) ++at;
      glob.tokens_.push_back({Kind::kByte, static_cast<unsigned char>(pattern[at++])});
    }
  }
  return glob;
}

void Glob::parse_stars(std::string_view pattern, std::size_t& at) {
  const bool at_folder_start = at == 0 || pattern[at - 1] == '/';
  std::size_t stars = 0;
  while (at < pattern.size() && pattern[at] == '*') ++at, ++stars;
  if (stars == 1) {
    tokens_.push_back({Kind::kWithinFolder});
  } else if (at_folder_start && at < pattern.size() && pattern[at] == '/') {
    ++at;
    tokens_.push_back({Kind::kAnyFolders});
  } else {
    tokens_.push_back({Kind::kAcrossFolders});
  }
}

Status Glob::parse_class(std::string_view pattern, std::size_t& at) {
  const std::size_t start = at++;
  Token token{Kind::kClass};
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const auto low = static_cast<unsigned char>(pattern[at++]);
    auto high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = static_cast<unsigned char>(pattern[at + 1]);
      at += 2;
    }
    for (unsigned byte = low; byte <= high; ++byte) token.members.set(byte);
  }
  if (at >= pattern.size())
    return permanent(fmt::format("the [ at position {} of \"{}\" is never closed", start + 1, pattern),
                     "close it with ], or write \\[ for the character itself");
  ++at;
  if (negated) token.members.flip();
  token.members.reset('/');
  tokens_.push_back(token);
  return {};
}

// Stars match nothing, too: entering one enters what follows it.
void Glob::enter(States& states, std::size_t state) const {
  for (;; ++state) {
    states[state] = true;
    if (state == tokens_.size()) return;
    const Kind kind = tokens_[state].kind;
    if (kind != Kind::kWithinFolder && kind != Kind::kAcrossFolders && kind != Kind::kAnyFolders) return;
  }
}

void Glob::step(States& next, std::size_t state, unsigned char byte) const {
  const Token& token = tokens_[state];
  switch (token.kind) {
    case Kind::kByte:
      if (token.byte == byte) enter(next, state + 1);
      return;
    case Kind::kAnyByte:
      if (byte != '/') enter(next, state + 1);
      return;
    case Kind::kClass:
      if (token.members.test(byte)) enter(next, state + 1);
      return;
    case Kind::kWithinFolder:
      if (byte != '/') enter(next, state);
      return;
    case Kind::kAcrossFolders:
      enter(next, state);
      return;
    case Kind::kAnyFolders:
      // What follows may begin only after a whole folder name.
      if (byte == '/') {
        enter(next, state);
      } else {
        next[state] = true;
      }
      return;
  }
}

bool Glob::matches(std::string_view path) const {
  States now(tokens_.size() + 1), next(tokens_.size() + 1);
  enter(now, 0);
  for (const char c : path) {
    next.assign(next.size(), false);
    for (std::size_t state = 0; state < tokens_.size(); ++state)
      if (now[state]) step(next, state, static_cast<unsigned char>(c));
    now.swap(next);
  }
  return now.back();
}

}  // namespace oc::agent
