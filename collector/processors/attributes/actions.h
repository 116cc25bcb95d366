// What the `attributes` and `resource` processors do, in order, to the attributes of a record or a resource.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/pipeline/config_reader.h"
#include "collector/record/log_record.h"
#include "collector/record/regex.h"

namespace oc::collector {

class AttributeActions {
 public:
  // Reads the list under `key`; it must not be missing.
  static std::shared_ptr<const AttributeActions> parse(ConfigReader& reader, std::string_view key);

  // What the record views afterwards lives in the arena, in the record or in the actions.
  // `metadata`: of the request it came with.
  using Metadata = std::map<std::string, std::string>;
  void apply(LogRecord& record, RecordRoot root, Arena& arena, const Metadata& metadata = {}) const;

 private:
  enum class Kind { kInsert, kUpdate, kUpsert, kDelete, kHash, kExtract, kConvert };
  struct Action {
    Kind kind = Kind::kInsert;
    std::string key, from_attribute, from_metadata, converted_type;
    Value value;
    bool has_value = false;
    std::shared_ptr<const re2::RE2> pattern;  // of keys to delete, or of the value to extract from
  };
  void read(ConfigReader& reader, const ConfigValue& value);
  void read_what(ConfigReader& keys, Action& action, const std::string& name);
  static void refuse_unused(ConfigReader& keys, const Action& action, int sources);
  static std::optional<Value> value_of(const Action& action, const Value& map, const Metadata& metadata, Arena& arena);
  static void put(const Action& action, LogRecord& record, RecordRoot root, Arena& arena, const Metadata& metadata);
  static void remove(const Action& action, LogRecord& record, RecordRoot root, Arena& arena);
  static void extract(const Action& action, LogRecord& record, RecordRoot root, Arena& arena);
  static void change(const Action& action, LogRecord& record, RecordRoot root, Arena& arena);

  Arena constants_;
  std::vector<Action> actions_;
};

}  // namespace oc::collector
