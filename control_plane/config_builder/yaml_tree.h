// A YAML document as a plain tree, so that two can be merged and written without going through text. What came from a
// file knows its place there.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::control_plane {

// Counted from 1; line 0: rendered by us, in no file.
struct YamlPlace {
  int line = 0, column = 0;
  explicit operator bool() const { return line > 0; }
  auto operator<=>(const YamlPlace&) const = default;
};

struct YamlField;

struct YamlTree {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;  // a text, even if it looks like a number
  bool flow = false;    // written in one line: [a, b], {a: b}
  YamlPlace place;
  std::string scalar;
  std::vector<YamlTree> items;
  std::vector<YamlField> fields;  // in the order written

  // Text from outside (paths, labels): never a reference, whatever it holds.
  static YamlTree text(std::string_view text);
  static YamlTree plain(std::string_view word_or_number);
  static YamlTree map(bool flow = false);
  static YamlTree list(std::vector<YamlTree> items, bool flow = true);

  bool is_map() const { return kind == Kind::kMap; }
  bool is_scalar(std::string_view text) const { return kind == Kind::kScalar && scalar == text; }
  const YamlField* field(std::string_view key) const;
  // The value at a path of keys, nullptr if there is none.
  const YamlTree* find(std::initializer_list<std::string_view> path) const;
  // Appends; the key must be new.
  YamlTree& add(std::string key, YamlTree value);
  // The first place in it that a file gave; a line of 0 if all of it is ours.
  YamlPlace first_place() const;
};

struct YamlField {
  std::string key;
  YamlPlace place;  // of the key
  YamlTree value;
};

// Same content, wherever it came from and however it is written; the order of keys does not matter.
bool same_content(const YamlTree& a, const YamlTree& b);

// Errors begin with "file:line:column: ".
Result<YamlTree> parse_yaml_tree(std::string_view text, const std::string& file);

// Where a value from a file stands in the written text.
struct YamlMark {
  YamlPlace written, origin;
};
struct WrittenYaml {
  std::string text;
  std::vector<YamlMark> marks;  // sorted by `written`; keys and values that have an origin
};
// The same tree gives the same bytes.
WrittenYaml write_yaml(const YamlTree& tree);

}  // namespace oc::control_plane
