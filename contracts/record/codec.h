// How a member's type is described, written and read as JSON. A type of one's own joins by specializing Codec.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

// Of elements in one list or map: what a person or an outside engine sends is small, and memory stays bounded.
inline constexpr std::size_t kMaxRecordElements = 100'000;

template <typename T>
struct Codec;  // static Json schema(); static Json write(const T&); static Status read(const Json&, path, T&)

// "path: expected a string, got a number"
std::unexpected<Error> wrong_type(const std::string& path, std::string_view expected, const Json& got);

#define OC_DECLARE_CODEC(T)                                                  \
  template <>                                                                \
  struct Codec<T> {                                                          \
    static Json schema();                                                    \
    static Json write(const T& value);                                       \
    static Status read(const Json& json, const std::string& path, T& value); \
  };
OC_DECLARE_CODEC(std::string)  // bytes that are not UTF-8 are written as U+FFFD
OC_DECLARE_CODEC(bool)
OC_DECLARE_CODEC(double)
OC_DECLARE_CODEC(std::int64_t)
OC_DECLARE_CODEC(std::uint64_t)
OC_DECLARE_CODEC(Json)  // anything
#undef OC_DECLARE_CODEC

template <typename T>
struct Codec<std::optional<T>> {  // null: none
  static Json schema() { return {{"oneOf", Json::array({Codec<T>::schema(), Json{{"type", "null"}}})}}; }
  static Json write(const std::optional<T>& value) { return value ? Codec<T>::write(*value) : Json(nullptr); }
  static Status read(const Json& json, const std::string& path, std::optional<T>& value) {
    value.reset();
    if (json.is_null()) return {};
    return Codec<T>::read(json, path, value.emplace());
  }
};

template <typename T>
struct Codec<std::vector<T>> {
  static Json schema() { return {{"type", "array"}, {"items", Codec<T>::schema()}, {"maxItems", kMaxRecordElements}}; }
  static Json write(const std::vector<T>& value) {
    Json json = Json::array();
    for (const auto& element : value) json.push_back(Codec<T>::write(element));
    return json;
  }
  static Status read(const Json& json, const std::string& path, std::vector<T>& value) {
    if (!json.is_array() || json.size() > kMaxRecordElements)
      return wrong_type(path, "an array of at most " + std::to_string(kMaxRecordElements) + " elements", json);
    value.clear();
    for (const auto& element : json) {
      T read{};
      OC_TRY(Codec<T>::read(element, path + "[" + std::to_string(value.size()) + "]", read));
      value.push_back(std::move(read));
    }
    return {};
  }
};

template <typename T>
struct Codec<std::map<std::string, T>> {
  static Json schema() { return {{"type", "object"}, {"additionalProperties", Codec<T>::schema()}}; }
  static Json write(const std::map<std::string, T>& value) {
    Json json = Json::object();
    for (const auto& [name, element] : value) {
      const Json written_name = Codec<std::string>::write(name);
      json[written_name.template get_ref<const std::string&>()] = Codec<T>::write(element);
    }
    return json;
  }
  static Status read(const Json& json, const std::string& path, std::map<std::string, T>& value) {
    if (!json.is_object() || json.size() > kMaxRecordElements)
      return wrong_type(path, "an object of at most " + std::to_string(kMaxRecordElements) + " members", json);
    value.clear();
    for (const auto& [name, element] : json.items()) {
      std::string at = path;
      at += path.empty() ? "" : ".";
      at += name;
      OC_TRY(Codec<T>::read(element, at, value[name]));
    }
    return {};
  }
};

}  // namespace oc::contracts
