// Reading the members of a JSON object that another process wrote: every member must be there and of its type. The
// first mismatch is kept and names the member's path ("sources[3]: log_path: expected a string"); members that are not
// asked for are skipped, so that a newer peer may send more.
//
//   JsonFields fields(json, "ledger");
//   fields.read("size_bytes", entry.size_bytes);
//   OC_TRY(fields.status());
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::model {

class JsonFields {
 public:
  // `json` must outlive this; `path` stands in front of the members' names in errors, and may be empty.
  JsonFields(const Json& json, std::string path);

  void read(std::string_view name, std::string& value);
  void read(std::string_view name, bool& value);
  void read(std::string_view name, double& value);
  void read(std::string_view name, std::uint64_t& value);
  void read(std::string_view name, std::int64_t& value);
  void read(std::string_view name, std::vector<std::string>& value);
  void read(std::string_view name, std::map<std::string, std::string>& value);
  // RFC 3339 text into nanoseconds since the epoch.
  void read_time(std::string_view name, std::int64_t& value_ns);
  // An array of whatever `parse` (Json → Result<T>) makes; more than `most` elements are refused.
  template <typename T, typename Parse>
  void read_list(std::string_view name, std::vector<T>& value, std::size_t most, Parse parse);
  // What `parse` (Json → Result<T>) makes of a member.
  template <typename T, typename Parse>
  void read_with(std::string_view name, T& value, Parse parse);

  // For checks of the reader's own: refuses the member unless the condition holds.
  void require(bool condition, std::string_view name, std::string_view expected);
  const Status& status() const { return status_; }

 private:
  const Json* member(std::string_view name);
  const Json* list(std::string_view name, std::size_t most);
  void refuse(std::string_view name, std::string_view expected);
  std::string path_of(std::string_view name) const;
  template <typename T, typename Parse>
  bool take(const Json& json, const std::string& name, T& value, Parse parse);

  const Json& json_;
  std::string path_;
  Status status_;
};

template <typename T, typename Parse>
bool JsonFields::take(const Json& json, const std::string& name, T& value, Parse parse) {
  Result<T> parsed = parse(json);
  if (parsed) {
    value = std::move(*parsed);
    return true;
  }
  status_ = in_context(std::move(parsed).error(), path_of(name));
  return false;
}

template <typename T, typename Parse>
void JsonFields::read_list(std::string_view name, std::vector<T>& value, std::size_t most, Parse parse) {
  const Json* elements = list(name, most);
  if (elements == nullptr) return;
  value.resize(elements->size());
  for (std::size_t i = 0; i < elements->size(); ++i) {
    if (!take((*elements)[i], std::string(name) + "[" + std::to_string(i) + "]", value[i], parse)) return;
  }
}

template <typename T, typename Parse>
void JsonFields::read_with(std::string_view name, T& value, Parse parse) {
  if (const Json* found = member(name)) take(*found, std::string(name), value, parse);
}

}  // namespace oc::model
