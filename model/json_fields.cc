#include "model/json_fields.h"

#include <utility>

#include "model/rfc3339.h"

namespace oc::model {

JsonFields::JsonFields(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
  if (!json.is_object()) status_ = permanent(path_.empty() ? "expected an object" : path_ + ": expected an object");
}

std::string JsonFields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void JsonFields::refuse(std::string_view name, std::string_view expected) {
  if (status_) status_ = permanent(path_of(name) + ": expected " + std::string(expected));
}

void JsonFields::require(bool condition, std::string_view name, std::string_view expected) {
  if (!condition) refuse(name, expected);
}

const Json* JsonFields::member(std::string_view name) {
  if (!status_) return nullptr;
  const auto found = json_.find(name);
  if (found != json_.end()) return &*found;
  status_ = permanent(path_of(name) + ": is missing");
  return nullptr;
}

const Json* JsonFields::list(std::string_view name, std::size_t most) {
  const Json* found = member(name);
  if (found == nullptr) return nullptr;
  require(found->is_array(), name, "an array");
  if (status_) require(found->size() <= most, name, "at most " + std::to_string(most) + " elements");
  return status_ ? found : nullptr;
}

void JsonFields::read(std::string_view name, std::string& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (!found->is_string()) return refuse(name, "a string");
  value = found->get_ref<const std::string&>();
}

void JsonFields::read(std::string_view name, bool& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (!found->is_boolean()) return refuse(name, "true or false");
  value = found->get<bool>();
}

void JsonFields::read(std::string_view name, double& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (!found->is_number()) return refuse(name, "a number");
  value = found->get<double>();
}

void JsonFields::read(std::string_view name, std::uint64_t& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  // A number that was built in memory rather than parsed may be of the signed kind.
  const bool whole = found->is_number_unsigned() || (found->is_number_integer() && found->get<std::int64_t>() >= 0);
  if (!whole) return refuse(name, "a whole number from 0 to 18446744073709551615");
  value = found->get<std::uint64_t>();
}

void JsonFields::read(std::string_view name, std::int64_t& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  const bool fits = found->is_number_unsigned() ? std::in_range<std::int64_t>(found->get<std::uint64_t>())
                                                : found->is_number_integer();
  if (!fits) return refuse(name, "a whole number of 64 bits");
  value = found->get<std::int64_t>();
}

void JsonFields::read(std::string_view name, std::vector<std::string>& value) {
  const Json* found = list(name, SIZE_MAX);
  if (found == nullptr) return;
  for (const Json& element : *found) {
    if (!element.is_string()) return refuse(name, "an array of strings");
    value.push_back(element.get_ref<const std::string&>());
  }
}

void JsonFields::read(std::string_view name, std::map<std::string, std::string>& value) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (!found->is_object()) return refuse(name, "an object of strings");
  for (const auto& [key, element] : found->items()) {
    if (!element.is_string()) return refuse(std::string(name) + "." + key, "a string");
    value[key] = element.get_ref<const std::string&>();
  }
}

void JsonFields::read_time(std::string_view name, std::int64_t& value_ns) {
  std::string text;
  read(name, text);
  if (!status_) return;
  if (const auto time = parse_rfc3339(text)) {
    value_ns = *time;
  } else {
    refuse(name, "a time such as 2026-11-23T02:11:09.120Z");
  }
}

}  // namespace oc::model
