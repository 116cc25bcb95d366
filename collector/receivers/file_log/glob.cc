#include "collector/receivers/file_log/glob.h"

#include <algorithm>
#include <memory>

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace oc::collector {

namespace {

std::string unescape(std::string_view pattern) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    name += pattern[i];
  }
  return name;
}

bool has_wildcard(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      ++i;
    } else if (name[i] == '*' || name[i] == '?' || name[i] == '[') {
      return true;
    }
  }
  return false;
}

// Matches `c` against the class at the front of `pattern` (behind its '[') and moves `pattern` behind its ']'.
bool take_class(std::string_view& pattern, char c) {
  bool negated = false, found = false, first = true;
  if (!pattern.empty() && (pattern[0] == '^' || pattern[0] == '!')) {
    negated = true;
    pattern.remove_prefix(1);
  }
  const auto take = [&] {
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    const char taken = pattern[0];
    pattern.remove_prefix(1);
    return static_cast<unsigned char>(taken);
  };
  for (; !pattern.empty() && (first || pattern[0] != ']'); first = false) {
    const auto low = take();
    auto high = low;
    if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
      pattern.remove_prefix(1);
      high = take();
    }
    found |= low <= static_cast<unsigned char>(c) && static_cast<unsigned char>(c) <= high;
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return found != negated;
}

// Whether the front of `pattern` matches `c`; moves `pattern` behind it.
bool take_one(std::string_view& pattern, char c) {
  const char head = pattern[0];
  pattern.remove_prefix(1);
  if (head == '?') return true;
  if (head == '[') return take_class(pattern, c);
  if (head == '\\' && !pattern.empty()) {
    const char escaped = pattern[0];
    pattern.remove_prefix(1);
    return escaped == c;
  }
  return head == c;
}

// Every '[' needs its ']'.
Status check_name(std::string_view name, std::string_view pattern) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      if (++i == name.size())
        return permanent(fmt::format("'{}' ends in a backslash", pattern), "write \\\\ for a backslash");
    } else if (name[i] == '[') {
      std::size_t end = i + 1;
      if (end < name.size() && (name[end] == '^' || name[end] == '!')) ++end;
      for (bool first = true; end < name.size() && (first || name[end] != ']'); ++end, first = false)
        if (name[end] == '\\') ++end;
      if (end >= name.size())
        return permanent(fmt::format("'{}' has a '[' without ']'", pattern), "write \\[ for the character itself");
      i = end;
    }
  }
  return {};
}

// Alternatives multiply.
constexpr std::size_t kMostExpanded = 1'000;

// The next of `any` that no backslash takes as it is; npos: none.
std::size_t find_plain(std::string_view text, std::string_view any, std::size_t from) {
  for (; from < text.size(); ++from) {
    if (text[from] == '\\')
      ++from;
    else if (any.find(text[from]) != std::string_view::npos)
      return from;
  }
  return std::string_view::npos;
}

// A slash is never part of a class, so patterns split at slashes that are not escaped (an escaped one is one, too).
std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto name = path.substr(0, slash);
    if (!name.empty() && name != ".") names.push_back(name);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return names;
}

std::string join(const std::string& folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  return folder.ends_with('/') ? folder + std::string(name) : fmt::format("{}/{}", folder, name);
}

bool exists(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

bool name_matches(std::string_view pattern, std::string_view name) {
  // The last `*` seen and where it stopped: on a mismatch it takes one character more.
  std::string_view star_pattern, star_name;
  bool star = false;
  while (true) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star = true;
      star_pattern = pattern;
      star_name = name;
      continue;
    }
    if (name.empty() && pattern.empty()) return true;
    if (!name.empty() && !pattern.empty() && take_one(pattern, name[0])) {
      name.remove_prefix(1);
      continue;
    }
    if (!star || star_name.empty()) return false;
    star_name.remove_prefix(1);
    pattern = star_pattern;
    name = star_name;
  }
}

Result<std::vector<std::string>> expand_braces(std::string_view pattern) {
  const auto open = find_plain(pattern, "{}", 0);
  if (open == std::string_view::npos) return std::vector{std::string(pattern)};
  const auto unpaired = [&] {
    return permanent(fmt::format("'{}' has a brace without the other", pattern), "write \\{ for the character itself");
  };
  if (pattern[open] == '}') return unpaired();
  std::vector<std::string> expanded;
  std::size_t depth = 1, from = open + 1, at = from;
  std::vector<std::string_view> alternatives;
  for (; depth > 0; ++at) {
    at = find_plain(pattern, "{,}", at);
    if (at == std::string_view::npos) return unpaired();
    if (pattern[at] == '{') ++depth;
    if (pattern[at] == '}') --depth;
    if (depth == 0 || (depth == 1 && pattern[at] == ',')) {
      alternatives.push_back(pattern.substr(from, at - from));
      from = at + 1;
    }
  }
  for (const auto alternative : alternatives) {
    OC_TRY_ASSIGN(auto rest,
                  expand_braces(fmt::format("{}{}{}", pattern.substr(0, open), alternative, pattern.substr(at))));
    expanded.insert(expanded.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    if (expanded.size() > kMostExpanded)
      return permanent(fmt::format("'{}' is more than {} patterns", pattern, kMostExpanded), "use wildcards");
  }
  return expanded;
}

Result<Glob> Glob::parse(std::string_view pattern) {
  if (pattern.empty()) return permanent("a file pattern is empty");
  Glob glob;
  glob.pattern_ = pattern;
  glob.absolute_ = pattern.starts_with('/');
  for (const auto name : split_path(pattern)) {
    OC_TRY(check_name(name, pattern));
    if (name == "**" && !glob.names_.empty() && glob.names_.back().any_depth) continue;  // means the same
    const bool literal = !has_wildcard(name);
    glob.names_.push_back({literal ? unescape(name) : std::string(name), literal, name == "**"});
  }
  if (glob.names_.empty()) return permanent(fmt::format("'{}' names no file", pattern));
  return glob;
}

bool Glob::is_literal() const {
  return std::ranges::all_of(names_, [](const Name& name) { return name.literal; });
}

std::string Glob::literal_path() const {
  std::string path = absolute_ ? "/" : "";
  for (const auto& name : names_) path = join(path, name.pattern);
  return path;
}

bool Glob::matches(std::string_view path) const { return path.starts_with('/') == absolute_ && match_from(0, path); }

bool Glob::match_from(std::size_t index, std::string_view path) const {
  while (path.starts_with('/')) path.remove_prefix(1);
  if (index == names_.size()) return path.empty();
  const Name& name = names_[index];
  const auto slash = path.find('/');
  const auto rest = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  if (name.any_depth) {
    if (match_from(index + 1, path)) return true;
    return !path.empty() && (slash != std::string_view::npos || index + 1 == names_.size()) && match_from(index, rest);
  }
  if (path.empty()) return false;
  const auto head = path.substr(0, slash);
  return (name.literal ? head == name.pattern : name_matches(name.pattern, head)) && match_from(index + 1, rest);
}

void Glob::walk(const Visitor& visitor) const { walk_below(absolute_ ? "/" : "", 0, visitor); }

void Glob::walk_below(const std::string& folder, std::size_t index, const Visitor& visitor) const {
  const Name& name = names_[index];
  const bool last = index + 1 == names_.size();
  if (!name.literal) return walk_entries(folder, index, visitor);
  const auto path = join(folder, name.pattern);
  if (last) {
    visitor.on_folder(folder.empty() ? "." : folder);
    if (exists(path)) visitor.on_match(path);
    return;
  }
  if (exists(path)) return walk_below(path, index + 1, visitor);
  visitor.on_folder(folder.empty() ? "." : folder);  // to see the missing folder appear
}

void Glob::walk_entries(const std::string& folder, std::size_t index, const Visitor& visitor) const {
  const Name& name = names_[index];
  const bool last = index + 1 == names_.size();
  // "**" also stands for no folder at all.
  if (name.any_depth && !last) walk_below(folder, index + 1, visitor);
  visitor.on_folder(folder.empty() ? "." : folder);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.empty() ? "." : folder.c_str()), ::closedir);
  if (!entries) return;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view entry_name = entry->d_name;
    if (entry_name == "." || entry_name == "..") continue;
    const auto path = join(folder, entry_name);
    struct stat info{};
    if (name.any_depth) {
      if (entry->d_type == DT_DIR ||
          (entry->d_type == DT_UNKNOWN && ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))) {
        walk_entries(path, index, visitor);
      } else if (last) {
        visitor.on_match(path);
      }
    } else if (name_matches(name.pattern, entry_name)) {
      if (last) {
        visitor.on_match(path);
      } else if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
        walk_below(path, index + 1, visitor);
      }
    }
  }
}

}  // namespace oc::collector
