#include "stores/ingest/push_json_document.h"

#include <algorithm>
#include <memory>

#include <strings.h>

#include "stores/ingest/carried_bytes.h"

namespace oc::stores::push_json {

namespace {

// The views of a request look at the memory of its parser.
struct PushDecoder {
  ondemand::parser parser;
  simdjson::padded_string text;
  bool carries_bytes = false;
  ondemand::document document;
};

simdjson::error_code open(PushDecoder& decoder, std::string_view body) {
  decoder.text = simdjson::padded_string(body);
  auto error = decoder.parser.iterate(decoder.text).get(decoder.document);
  if (error != simdjson::UTF8_ERROR) return error;
  decoder.carries_bytes = true;
  decoder.text = simdjson::padded_string(carry_bytes(body));
  return decoder.parser.iterate(decoder.text).get(decoder.document);
}

Status read_array(ondemand::value value, ReadStream read, Reading& reading) {
  reading.request.streams.clear();
  if (is_null(value)) return {};
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("streams", "expect [ or n");
  return for_each_element(array, [&](ondemand::value item) -> Status {
    ondemand::object object;
    if (item.get_object().get(object))
      return wrong("streams", "Value looks like object, but can't find closing '}' symbol");
    OC_TRY_ASSIGN(auto stream, read(object, reading));
    reading.request.streams.push_back(std::move(stream));
    return {};
  });
}

}  // namespace

std::unexpected<Error> wrong(std::string_view where, std::string_view what) {
  return permanent(fmt::format("{}: {}", where, what));
}

std::unexpected<Error> damaged(simdjson::error_code error) {
  return permanent(fmt::format("the body is not valid JSON: {}", simdjson::error_message(error)));
}

bool is_field(std::string_view key, std::string_view field) {
  return key.size() == field.size() && ::strncasecmp(key.data(), field.data(), key.size()) == 0;
}

Result<std::string_view> string_of(ondemand::value value, std::string_view where) {
  std::string_view text;
  if (value.get_string().get(text)) return wrong(where, "Value is string, but can't find closing '\"' symbol");
  return text;
}

Result<std::string_view> bytes_of_string(ondemand::value value, std::string_view where, Reading& reading) {
  OC_TRY_ASSIGN(const auto text, string_of(value, where));
  return reading.carries_bytes ? reading.request.kept.emplace_back(bytes_of(text)) : text;
}

Status read_metadata(ondemand::value value, Reading& reading) {
  ondemand::object object;
  if (value.get_object().get(object))
    return wrong("structured metadata", "Value looks like object, but can't find closing '}' symbol");
  return for_each_member(object, [&](std::string_view name, ondemand::value inner) -> Status {
    OC_TRY_ASSIGN(const auto text, bytes_of_string(inner, "structured metadata", reading));
    reading.request.metadata.emplace_back(name, text);
    return {};
  });
}

Result<PushRequest> read_streams(std::string_view body, ReadStream read) {
  PushRequest request;
  const auto decoder = std::make_shared<PushDecoder>();
  request.decoder = decoder;
  if (const auto error = open(*decoder, body)) return damaged(error);
  Reading reading{request, decoder->carries_bytes};
  // As a value, not as the document: that would refuse text behind it.
  ondemand::value root;
  if (decoder->document.get_value().get(root)) {
    if (is_null(decoder->document)) return request;
    return permanent("the body is not a JSON object");
  }
  ondemand::object object;
  if (root.get_object().get(object)) return permanent("the body is not a JSON object");
  OC_TRY(for_each_member(object, [&](std::string_view name, ondemand::value value) {
    return is_field(name, "streams") ? read_array(value, read, reading) : Status();
  }));
  return request;
}

}  // namespace oc::stores::push_json
