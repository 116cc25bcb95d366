#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"
#include "stores/http/rfc3339.h"
#include "stores/ingest/carried_bytes.h"
#include "stores/ingest/label_text.h"
#include "stores/ingest/push_request.h"

namespace oc::stores {

namespace {

namespace ondemand = simdjson::ondemand;

// The views of a request look at the memory of its parser.
struct PushDecoder {
  ondemand::parser parser;
  simdjson::padded_string text;
  bool carries_bytes = false;
  ondemand::document document;
};

// What is read, and into what.
struct Reading {
  PushRequest& request;
  const bool carries_bytes;
};

std::unexpected<Error> wrong(std::string_view where, std::string_view what) {
  return permanent(fmt::format("{}: {}", where, what));
}

std::unexpected<Error> damaged(simdjson::error_code error) {
  return permanent(fmt::format("the body is not valid JSON: {}", simdjson::error_message(error)));
}

#define OC_JSON_TRY(target, expression) \
  if (const auto oc_code = (expression).get(target)) return damaged(oc_code)

simdjson::error_code open(PushDecoder& decoder, std::string_view body) {
  decoder.text = simdjson::padded_string(body);
  auto error = decoder.parser.iterate(decoder.text).get(decoder.document);
  if (error != simdjson::UTF8_ERROR) return error;
  decoder.carries_bytes = true;
  decoder.text = simdjson::padded_string(carry_bytes(body));
  return decoder.parser.iterate(decoder.text).get(decoder.document);
}

// False for what only begins like one: its use then says what is wrong.
template <typename Value>
bool is_null(Value& value) {
  bool null = false;
  return !simdjson::simdjson_result<bool>(value.is_null()).get(null) && null;
}

Result<std::string_view> string_of(ondemand::value value, std::string_view where) {
  std::string_view text;
  if (value.get_string().get(text)) return wrong(where, "Value is string, but can't find closing '\"' symbol");
  return text;
}

// As it was sent, byte for byte.
Result<std::string_view> bytes_of_string(ondemand::value value, std::string_view where, Reading& reading) {
  OC_TRY_ASSIGN(const auto text, string_of(value, where));
  return reading.carries_bytes ? reading.request.kept.emplace_back(bytes_of(text)) : text;
}

// A value that is no string counts as its text (Loki's way).
Result<std::string> label_value(ondemand::value value, const Reading& reading) {
  ondemand::json_type type;
  OC_JSON_TRY(type, value.type());
  std::string_view text;
  if (type == ondemand::json_type::string) {
    OC_JSON_TRY(text, value.get_string());
  } else if (type == ondemand::json_type::object || type == ondemand::json_type::array) {
    OC_JSON_TRY(text, simdjson::to_json_string(value));
  } else {
    text = value.raw_json_token();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  }
  return reading.carries_bytes ? without_invalid_utf8(bytes_of(text)) : std::string(text);
}

Result<query::Labels> read_labels(ondemand::value value, const Reading& reading) {
  ondemand::object object;
  if (value.get_object().get(object))
    return wrong("stream", "Value looks like object, but can't find closing '}' symbol");
  std::map<std::string, std::string, std::less<>> labels;
  bool well_named = true;
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    well_named = well_named && is_label_name(name);
    std::string key(name);
    ondemand::value inner;
    OC_JSON_TRY(inner, member.value());
    OC_TRY_ASSIGN(labels[std::move(key)], label_value(inner, reading));
  }
  if (well_named) {
    std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
    return query::Labels(labels.begin(), labels.end());
  }
  auto parsed = parse_label_text(label_text(query::Labels(labels.begin(), labels.end())));
  if (!parsed) return in_context(std::move(parsed).error(), "couldn't parse labels");
  return parsed;
}

Result<Nanos> read_nanoseconds(ondemand::value value) {
  OC_TRY_ASSIGN(const auto text, string_of(value, "timestamp"));
  Nanos time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return wrong("timestamp", "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol");
  return time;
}

Status read_metadata(ondemand::value value, Reading& reading) {
  ondemand::object object;
  if (value.get_object().get(object))
    return wrong("structured metadata", "Value looks like object, but can't find closing '}' symbol");
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value inner;
    OC_JSON_TRY(inner, member.value());
    OC_TRY_ASSIGN(const auto text, bytes_of_string(inner, "structured metadata", reading));
    reading.request.metadata.emplace_back(name, text);
  }
  return {};
}

// ["ns", "line", {…}]
Result<PushedEntry> read_entry_array(ondemand::value value, Reading& reading) {
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("values", "Value is array, but can't find closing ']' symbol");
  PushedEntry entry;
  entry.metadata_begin = static_cast<std::uint32_t>(reading.request.metadata.size());
  std::size_t index = 0;
  for (auto element : array) {
    ondemand::value item;
    OC_JSON_TRY(item, element);
    if (index == 0) {
      OC_TRY_ASSIGN(entry.time_ns, read_nanoseconds(item));
    } else if (index == 1) {
      OC_TRY_ASSIGN(entry.line, bytes_of_string(item, "line", reading));
    } else if (index == 2) {
      OC_TRY(read_metadata(item, reading));
    }
    ++index;
  }
  if (index == 0) return wrong("values", "an entry without its timestamp");
  entry.metadata_end = static_cast<std::uint32_t>(reading.request.metadata.size());
  return entry;
}

Status read_entries(ondemand::value value, Reading& reading, PushedStream& stream) {
  if (is_null(value)) return {};
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("values", "Value is array, but can't find closing ']' symbol");
  for (auto element : array) {
    ondemand::value item;
    OC_JSON_TRY(item, element);
    if (is_null(item)) continue;
    OC_TRY_ASSIGN(const auto entry, read_entry_array(item, reading));
    stream.entries.push_back(entry);
  }
  return {};
}

Result<PushedStream> read_stream_object(ondemand::object object, Reading& reading) {
  PushedStream stream;
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value value;
    OC_JSON_TRY(value, member.value());
    if (name == "stream") {
      OC_TRY_ASSIGN(stream.labels, read_labels(value, reading));
    } else if (name == "values") {
      OC_TRY(read_entries(value, reading, stream));
    }
  }
  return stream;
}

// {"ts": "2026-01-17T10:00:04Z", "line": "…"}
Result<PushedEntry> read_old_entry(ondemand::value value, Reading& reading) {
  ondemand::object object;
  if (value.get_object().get(object)) return wrong("entries", "an entry is not an object");
  PushedEntry entry;
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value inner;
    OC_JSON_TRY(inner, member.value());
    if (name == "line") {
      OC_TRY_ASSIGN(entry.line, bytes_of_string(inner, "line", reading));
    } else if (name == "ts" || name == "timestamp") {
      OC_TRY_ASSIGN(const auto text, string_of(inner, "ts"));
      const auto time = parse_rfc3339(text);
      if (!time) return wrong("ts", fmt::format("cannot parse {} as RFC 3339", query::go_quote(text)));
      entry.time_ns = *time;
    }
  }
  return entry;
}

Result<PushedStream> read_old_stream_object(ondemand::object object, Reading& reading) {
  PushedStream stream;
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value value;
    OC_JSON_TRY(value, member.value());
    if (name == "labels") {
      OC_TRY_ASSIGN(const auto text, string_of(value, "labels"));
      auto labels = parse_label_text(text);
      if (!labels) return in_context(std::move(labels).error(), "couldn't parse labels");
      stream.labels = std::move(*labels);
    } else if (name == "entries" && !is_null(value)) {
      ondemand::array array;
      OC_JSON_TRY(array, value.get_array());
      for (auto element : array) {
        ondemand::value item;
        OC_JSON_TRY(item, element);
        OC_TRY_ASSIGN(const auto entry, read_old_entry(item, reading));
        stream.entries.push_back(entry);
      }
    }
  }
  return stream;
}

using ReadStream = Result<PushedStream> (*)(ondemand::object, Reading&);

Status read_streams(ondemand::value value, ReadStream read, Reading& reading) {
  if (is_null(value)) return {};
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("streams", "expect [ or n");
  for (auto element : array) {
    ondemand::value item;
    OC_JSON_TRY(item, element);
    ondemand::object object;
    if (item.get_object().get(object))
      return wrong("streams", "Value looks like object, but can't find closing '}' symbol");
    OC_TRY_ASSIGN(auto stream, read(object, reading));
    reading.request.streams.push_back(std::move(stream));
  }
  return {};
}

Result<PushRequest> read_push(std::string_view body, ReadStream read) {
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
  for (auto member : object) {
    std::string_view name;
    OC_JSON_TRY(name, member.unescaped_key());
    ondemand::value value;
    OC_JSON_TRY(value, member.value());
    if (name == "streams") OC_TRY(read_streams(value, read, reading));
  }
  return request;
}

#undef OC_JSON_TRY

}  // namespace

Result<PushRequest> read_push_json(std::string_view body) { return read_push(body, read_stream_object); }
Result<PushRequest> read_old_push_json(std::string_view body) { return read_push(body, read_old_stream_object); }

}  // namespace oc::stores
