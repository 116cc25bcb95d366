// Records that outsiders send and read as JSON: members are listed once, and from that list come the JSON Schema, a
// strict reader whose errors name the member, and the writer.
//
//   struct PushConfigInput {
//     std::string agent_id;
//     std::int64_t version = 0;
//     static constexpr auto fields() {
//       return std::tuple(contracts::required("agent_id", &PushConfigInput::agent_id, "Who gets it"),
//                         contracts::optional("version", &PushConfigInput::version, "0: the newest"));
//     }
//   };
//   record_schema<PushConfigInput>();  parse_record<PushConfigInput>(json);  write_record(input);
//
// The default of an optional member is what a default-constructed record holds. Unlike model/json_fields.h, which
// reads what our own newer processes may send, a member that is not listed is an error.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "contracts/record/codec.h"

namespace oc::contracts {

template <typename Owner, typename Value>
struct Field {
  std::string_view name;
  Value Owner::* member;
  std::string_view description;
  bool required;
};

template <typename Owner, typename Value>
constexpr Field<Owner, Value> required(std::string_view name, Value Owner::* member, std::string_view description) {
  return {name, member, description, true};
}
template <typename Owner, typename Value>
constexpr Field<Owner, Value> optional(std::string_view name, Value Owner::* member, std::string_view description) {
  return {name, member, description, false};
}

template <typename T>
concept Record = requires { T::fields(); };

template <Record T>
Json record_schema() {
  return Codec<T>::schema();
}
template <Record T>
Json write_record(const T& record) {
  return Codec<T>::write(record);
}
// A permanent error says "sources[3].log_path: expected a string, got a number". `path` stands in front of names.
template <Record T>
Result<T> parse_record(const Json& json, const std::string& path = {}) {
  T record;
  OC_TRY(Codec<T>::read(json, path, record));
  return record;
}

// An error unless `json` is an object whose members are all `known`.
Status check_members(const Json& json, const std::string& path, std::span<const std::string_view> known);
std::unexpected<Error> missing_member(const std::string& path, std::string_view name, std::string_view description);
std::string member_path(const std::string& path, std::string_view name);

template <Record T>
struct Codec<T> {
  static Json schema() {
    Json properties = Json::object(), required_names = Json::array();
    const T defaults{};
    for_each([&](const auto& field) {
      using Value = std::remove_cvref_t<decltype(defaults.*field.member)>;
      auto member = Codec<Value>::schema();
      member["description"] = field.description;
      if (field.required)
        required_names.push_back(field.name);
      else
        member["default"] = Codec<Value>::write(defaults.*field.member);
      properties[std::string(field.name)] = std::move(member);
    });
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required_names)},
            {"additionalProperties", false}};
  }

  static Json write(const T& record) {
    Json json = Json::object();
    for_each([&](const auto& field) {
      using Value = std::remove_cvref_t<decltype(record.*field.member)>;
      json[std::string(field.name)] = Codec<Value>::write(record.*field.member);
    });
    return json;
  }

  static Status read(const Json& json, const std::string& path, T& record) {
    std::vector<std::string_view> names;
    for_each([&](const auto& field) { names.push_back(field.name); });
    OC_TRY(check_members(json, path, names));
    Status status;
    for_each([&](const auto& field) {
      if (status) status = read_member(json, path, field, record);
    });
    return status;
  }

 private:
  template <typename Visit>
  static void for_each(Visit visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, T::fields());
  }

  template <typename Value>
  static Status read_member(const Json& json, const std::string& path, const Field<T, Value>& field, T& record) {
    const auto found = json.find(field.name);
    if (found != json.end()) return Codec<Value>::read(*found, member_path(path, field.name), record.*field.member);
    if (field.required) return missing_member(path, field.name, field.description);
    return {};
  }
};

}  // namespace oc::contracts
