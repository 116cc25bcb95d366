// File patterns of `include` and `exclude`: `*`, `?`, `[a-z]`, `[^a-z]` within a name, `**` as a whole name crosses
// folders, a backslash takes the next character as it is, `{a,b}` is
// two patterns (see expand_braces). As in the official collector, `*` also matches a leading dot.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::collector {

class Glob {
 public:
  static Result<Glob> parse(std::string_view pattern);

  bool matches(std::string_view path) const;
  bool is_literal() const;
  // The one path it names, unescaped. Only if is_literal().
  std::string literal_path() const;
  const std::string& pattern() const { return pattern_; }

  struct Visitor {
    std::function<void(const std::string& folder)> on_folder;  // one that may hold matches or folders of matches
    std::function<void(const std::string& path)> on_match;     // whatever its type
  };
  // Walks the file system. A folder that cannot be read is passed over. Symbolic links to folders are followed where
  // the pattern names them, not below `**` (they may form rings).
  void walk(const Visitor& visitor) const;

 private:
  struct Name {
    std::string pattern;
    bool literal = false;
    bool any_depth = false;  // "**"
  };
  void walk_below(const std::string& folder, std::size_t index, const Visitor& visitor) const;
  void walk_entries(const std::string& folder, std::size_t index, const Visitor& visitor) const;
  bool match_from(std::size_t index, std::string_view path) const;

  std::string pattern_;
  bool absolute_ = false;
  std::vector<Name> names_;
};

// "a{b,c{d,e}}" is "ab", "acd" and "ace". An error: a brace without the other, or too many.
Result<std::vector<std::string>> expand_braces(std::string_view pattern);

// One name against one pattern without slashes.
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace oc::collector
