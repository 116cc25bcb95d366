// A configuration as a plain tree in which every value knows its place, so that errors name file, line and column even
// after several files were merged. Holds no YAML types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::collector {

struct ConfigField;

struct ConfigValue {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::string scalar;     // as written, without quotes
  bool quoted = false;    // the scalar was
  bool expanded = false;  // likewise, what ${…} stands for: a text where one is asked for
  std::vector<ConfigValue> items;
  std::vector<ConfigField> fields;  // in the order written
  std::string place;                // "file:line:column"

  const ConfigValue* find(std::string_view key) const;
  bool is_map() const { return kind == Kind::kMap; }
  // The same content gives the same text, whatever the place and comments, and the quoting of what is a text without
  // it, too: what a reload compares.
  std::string canonical() const;
};

struct ConfigField {
  std::string key;
  std::string place;  // of the key
  ConfigValue value;
};

Result<ConfigValue> parse_config_text(std::string_view yaml, const std::string& file);
// Puts `over` on top of `base`: maps are merged key by key, everything else is replaced,
// by a null as well, as in the official collector.
void merge_config(ConfigValue& base, ConfigValue over);

}  // namespace oc::collector
