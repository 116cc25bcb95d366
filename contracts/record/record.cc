#include "contracts/record/record.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "contracts/config/suggestion.h"

namespace oc::contracts {

namespace {

std::string named(const std::string& path) { return path.empty() ? "the whole" : path; }

std::string_view type_words(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "a number";
  }
}

}  // namespace

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::unexpected<Error> wrong_type(const std::string& path, std::string_view expected, const Json& got) {
  return permanent(fmt::format("{}: expected {}, got {}", named(path), expected, type_words(got)));
}

std::unexpected<Error> missing_member(const std::string& path, std::string_view name, std::string_view description) {
  return permanent(fmt::format("{}: is missing", member_path(path, name)),
                   fmt::format("give \"{}\": {}", name, description));
}

Status check_members(const Json& json, const std::string& path, std::span<const std::string_view> known) {
  if (!json.is_object()) return wrong_type(path, "an object", json);
  for (const auto& [name, value] : json.items()) {
    if (std::ranges::find(known, std::string_view(name)) != known.end()) continue;
    return permanent(fmt::format("{}: no such member", member_path(path, name)),
                     known.empty() ? "no member is known here" : suggestion(name, known));
  }
  return {};
}

Json Codec<std::string>::schema() { return {{"type", "string"}}; }
Json Codec<std::string>::write(const std::string& value) { return to_utf8(value); }
Status Codec<std::string>::read(const Json& json, const std::string& path, std::string& value) {
  if (!json.is_string()) return wrong_type(path, "a string", json);
  value = json.get_ref<const std::string&>();
  return {};
}

Json Codec<bool>::schema() { return {{"type", "boolean"}}; }
Json Codec<bool>::write(const bool& value) { return value; }
Status Codec<bool>::read(const Json& json, const std::string& path, bool& value) {
  if (!json.is_boolean()) return wrong_type(path, "true or false", json);
  value = json.get<bool>();
  return {};
}

Json Codec<double>::schema() { return {{"type", "number"}}; }
Json Codec<double>::write(const double& value) { return value; }
Status Codec<double>::read(const Json& json, const std::string& path, double& value) {
  if (!json.is_number()) return wrong_type(path, "a number", json);
  value = json.get<double>();
  return {};
}

Json Codec<std::int64_t>::schema() { return {{"type", "integer"}}; }
Json Codec<std::int64_t>::write(const std::int64_t& value) { return value; }
Status Codec<std::int64_t>::read(const Json& json, const std::string& path, std::int64_t& value) {
  const bool fits =
      json.is_number_unsigned() ? std::in_range<std::int64_t>(json.get<std::uint64_t>()) : json.is_number_integer();
  if (!fits) return wrong_type(path, "a whole number of 64 bits", json);
  value = json.get<std::int64_t>();
  return {};
}

Json Codec<std::uint64_t>::schema() { return {{"type", "integer"}, {"minimum", 0}}; }
Json Codec<std::uint64_t>::write(const std::uint64_t& value) { return value; }
Status Codec<std::uint64_t>::read(const Json& json, const std::string& path, std::uint64_t& value) {
  // A number that was built in memory rather than parsed may be of the signed kind.
  if (!json.is_number_integer() || (!json.is_number_unsigned() && json.get<std::int64_t>() < 0))
    return wrong_type(path, "a whole number from 0", json);
  value = json.get<std::uint64_t>();
  return {};
}

Json Codec<Json>::schema() { return Json::object(); }
Json Codec<Json>::write(const Json& value) { return value; }
Status Codec<Json>::read(const Json& json, const std::string&, Json& value) {
  value = json;
  return {};
}

}  // namespace oc::contracts
