// The older way to say which records are meant: properties that must all match (`include` and `exclude` of the filter
// and attributes processors).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/pipeline/config_reader.h"
#include "collector/record/log_record.h"
#include "collector/record/regex.h"

namespace oc::collector {

// The keys' names differ from one processor to the other.
struct RecordMatchKeys {
  std::string_view bodies, severity_texts, severity_number, attributes, resource;
  bool severity_by_name = false;  // the least severity may be INFO and the like
  bool libraries = false;         // instrumentation scopes may be asked for
  bool needs_one = false;         // it is an error where nothing is asked for
};

class RecordMatch {
 public:
  // nullptr where the key is missing, or the reader knows of an error.
  static std::shared_ptr<const RecordMatch> parse(ConfigReader& reader, std::string_view key,
                                                  const RecordMatchKeys& keys);
  // `scope`: of the instrumentation scope that the record is of.
  struct Scope {
    std::string_view name, version;
  };
  bool matches(const LogRecord& record, const Scope& scope = {}) const;

 private:
  struct Text {
    std::string exact;
    std::shared_ptr<const re2::RE2> regex;
    bool matches(std::string_view text) const;
  };
  struct Attribute {
    std::string key;
    std::optional<Value> exact;  // nothing and no regex: any value
    std::shared_ptr<const re2::RE2> regex;
    bool matches(const Value& map) const;
  };
  struct Library {
    Text name;
    std::optional<Text> version;  // nothing: any
  };
  struct Severity {
    std::int64_t least;
    bool match_undefined;
  };
  std::vector<Text> texts(ConfigReader& reader, std::string_view key) const;
  Text text(ConfigReader& reader, std::string_view key, std::string given) const;
  std::vector<Library> libraries(ConfigReader& reader) const;
  std::vector<Attribute> attributes(ConfigReader& reader, std::string_view key);
  void read_attribute(ConfigReader& reader, const ConfigValue& value, std::vector<Attribute>& out);

  bool regexp_ = false;
  Arena constants_;
  std::vector<Text> bodies_, severity_texts_;
  std::vector<Attribute> attributes_, resource_;
  std::vector<Library> libraries_;
  std::optional<Severity> severity_;
};

}  // namespace oc::collector
