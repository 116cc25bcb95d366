#include <charconv>
#include <map>
#include <utility>

#include "base/utf8.h"
#include "stores/ingest/carried_bytes.h"
#include "stores/ingest/label_lexer.h"
#include "stores/ingest/label_text.h"
#include "stores/ingest/push_json_document.h"

namespace oc::stores {

using namespace push_json;

namespace {

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
  bool well_formed = true;
  OC_TRY(for_each_member(object, [&](std::string_view name, ondemand::value inner) -> Status {
    OC_TRY_ASSIGN(auto text, label_value(inner, reading));
    well_formed = well_formed && is_label_name(name) && !has_replacement(text);
    labels.insert_or_assign(std::string(name), std::move(text));
    return {};
  }));
  if (well_formed) {
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
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool has_leading_zero = digits.size() > 1 && digits.front() == '0';
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || has_leading_zero)
    return wrong("timestamp", "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol");
  return time;
}

// ["ns", "line", {…}]
Result<PushedEntry> read_entry_array(ondemand::value value, Reading& reading) {
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("values", "Value is array, but can't find closing ']' symbol");
  PushedEntry entry;
  entry.metadata_begin = static_cast<std::uint32_t>(reading.request.metadata.size());
  std::size_t index = 0;
  OC_TRY(for_each_element(array, [&](ondemand::value item) -> Status {
    if (index == 0) {
      OC_TRY_ASSIGN(entry.time_ns, read_nanoseconds(item));
    } else if (index == 1) {
      OC_TRY_ASSIGN(entry.line, bytes_of_string(item, "line", reading));
    } else if (index == 2) {
      OC_TRY(read_metadata(item, reading));
    }
    ++index;
    return {};
  }));
  if (index == 0) return wrong("values", "an entry without its timestamp");
  entry.metadata_end = static_cast<std::uint32_t>(reading.request.metadata.size());
  return entry;
}

Status read_entries(ondemand::value value, Reading& reading, PushedStream& stream) {
  if (is_null(value)) return {};
  stream.entries.clear();  // of several "values" the last counts
  ondemand::array array;
  if (value.get_array().get(array)) return wrong("values", "Value is array, but can't find closing ']' symbol");
  return for_each_element(array, [&](ondemand::value item) -> Status {
    if (is_null(item)) return {};
    OC_TRY_ASSIGN(const auto entry, read_entry_array(item, reading));
    stream.entries.push_back(entry);
    return {};
  });
}

Result<PushedStream> read_stream_object(ondemand::object object, Reading& reading) {
  PushedStream stream;
  OC_TRY(for_each_member(object, [&](std::string_view name, ondemand::value value) -> Status {
    if (name == "values") return read_entries(value, reading, stream);
    if (name == "stream") {
      OC_TRY_ASSIGN(stream.labels, read_labels(value, reading));
    }
    return {};
  }));
  return stream;
}

}  // namespace

Result<PushRequest> read_push_json(std::string_view body) { return read_streams(body, read_stream_object); }

}  // namespace oc::stores
