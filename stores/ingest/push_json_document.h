// The JSON of a push, whichever form its streams have. Private to stores/ingest.
#pragma once

#include <string_view>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/result.h"
#include "stores/ingest/push_request.h"

namespace oc::stores::push_json {

namespace ondemand = simdjson::ondemand;

// What is read, and into what.
struct Reading {
  PushRequest& request;
  const bool carries_bytes;
};

// {"streams": […]}, each element by `read`; of several "streams" the last counts.
using ReadStream = Result<PushedStream> (*)(ondemand::object, Reading&);
Result<PushRequest> read_streams(std::string_view body, ReadStream read);

std::unexpected<Error> wrong(std::string_view where, std::string_view what);
std::unexpected<Error> damaged(simdjson::error_code error);

#define OC_JSON_TRY(target, expression) \
  if (const auto oc_code = (expression).get(target)) return ::oc::stores::push_json::damaged(oc_code)

// Calls visit(name, value) for each member, and visit(value) for each element, until it returns an error.
template <typename Visit>
Status for_each_member(ondemand::object object, Visit visit) {
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value value;
    OC_JSON_TRY(value, member.value());
    OC_TRY(visit(name, value));
  }
  return {};
}
template <typename Visit>
Status for_each_element(ondemand::array array, Visit visit) {
  for (auto element : array) {
    ondemand::value value;
    OC_JSON_TRY(value, element);
    OC_TRY(visit(value));
  }
  return {};
}

// Whether a key means this field: Go's decoder of structs takes any case.
bool is_field(std::string_view key, std::string_view field);

// False for what only begins like one: its use then says what is wrong.
template <typename Value>
bool is_null(Value& value) {
  bool null = false;
  return !simdjson::simdjson_result<bool>(value.is_null()).get(null) && null;
}

Result<std::string_view> string_of(ondemand::value value, std::string_view where);
// As it was sent, byte for byte.
Result<std::string_view> bytes_of_string(ondemand::value value, std::string_view where, Reading& reading);
// {"name": "value", …}, behind the request's other metadata.
Status read_metadata(ondemand::value value, Reading& reading);

}  // namespace oc::stores::push_json
