// `ordering_criteria`: of the files that match only the first are read, by what is in their names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <re2/re2.h>

#include "collector/operators/time_format.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector {

class FileOrdering {
 public:
  // `value` is that of the key; nullptr: it says nothing. Errors are told the reader.
  static std::shared_ptr<const FileOrdering> parse(const ConfigValue& value, ConfigReader& reader);

  // The first `top_n` of each group, in their order. Left out are those whose names are not what was asked for.
  std::vector<std::string> first_of(const std::vector<std::string>& paths) const;

 private:
  struct Sort {
    enum class By { kNumeric, kAlphabetical, kTimestamp, kMtime } by = By::kNumeric;
    int group = 0;  // of the regex
    bool ascending = false;
    std::shared_ptr<const TimeFormat> layout;
  };
  using Key = std::variant<std::int64_t, std::string>;
  struct Item {
    std::string path;
    std::vector<std::string> groups;  // of the regex
    Key key;
  };

  void read_sort(const ConfigValue& value, ConfigReader& reader);
  std::vector<std::string> first_of_group(const std::vector<std::string>& paths) const;
  static std::optional<Key> key_of(const Item& item, const Sort& sort);

  std::shared_ptr<const re2::RE2> regex_, group_by_;
  std::vector<Sort> sorts_;
  std::size_t most_ = 1;
};

}  // namespace oc::collector
