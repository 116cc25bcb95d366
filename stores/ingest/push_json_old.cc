#include "query/logql/go_text.h"
#include "stores/http/rfc3339.h"
#include "stores/ingest/label_text.h"
#include "stores/ingest/push_json_document.h"

namespace oc::stores {

using namespace push_json;

namespace {

Result<std::string_view> string_or_null(ondemand::value value, std::string_view where, Reading& reading) {
  if (is_null(value)) return std::string_view();
  return bytes_of_string(value, where, reading);
}

Result<Nanos> read_time(ondemand::value value) {
  OC_TRY_ASSIGN(const auto text, string_of(value, "ts"));
  if (const auto time = parse_rfc3339(text)) return *time;
  return wrong("ts", fmt::format("cannot parse {} as RFC 3339", query::go_quote(text)));
}

// {"ts": "2026-01-17T10:00:04Z", "line": "…", "structuredMetadata": {…}}
Result<PushedEntry> read_old_entry(ondemand::value value, Reading& reading) {
  ondemand::object object;
  if (value.get_object().get(object)) return wrong("entries", "an entry is not an object");
  PushedEntry entry;
  entry.metadata_begin = static_cast<std::uint32_t>(reading.request.metadata.size());
  bool has_time = false;
  OC_TRY(for_each_member(object, [&](std::string_view name, ondemand::value inner) -> Status {
    if (is_field(name, "line")) {
      OC_TRY_ASSIGN(entry.line, string_or_null(inner, "line", reading));
    } else if (is_field(name, "ts")) {
      OC_TRY_ASSIGN(entry.time_ns, read_time(inner));
      has_time = true;
    } else if (is_field(name, "structuredMetadata") && !is_null(inner)) {
      return read_metadata(inner, reading);
    }
    return {};
  }));
  if (!has_time) return wrong("entries", "an entry without its timestamp");
  entry.metadata_end = static_cast<std::uint32_t>(reading.request.metadata.size());
  return entry;
}

Status read_old_entries(ondemand::value value, Reading& reading, PushedStream& stream) {
  stream.entries.clear();
  if (is_null(value)) return {};
  ondemand::array array;
  OC_JSON_TRY(array, value.get_array());
  return for_each_element(array, [&](ondemand::value item) -> Status {
    OC_TRY_ASSIGN(const auto entry, read_old_entry(item, reading));
    stream.entries.push_back(entry);
    return {};
  });
}

Result<PushedStream> read_old_stream_object(ondemand::object object, Reading& reading) {
  PushedStream stream;
  OC_TRY(for_each_member(object, [&](std::string_view name, ondemand::value value) -> Status {
    if (is_field(name, "entries")) return read_old_entries(value, reading, stream);
    if (!is_field(name, "labels")) return {};
    OC_TRY_ASSIGN(const auto text, string_or_null(value, "labels", reading));
    auto labels = parse_label_text(text);
    if (!labels) return in_context(std::move(labels).error(), "couldn't parse labels");
    stream.labels = std::move(*labels);
    return {};
  }));
  return stream;
}

}  // namespace

Result<PushRequest> read_old_push_json(std::string_view body) { return read_streams(body, read_old_stream_object); }

}  // namespace oc::stores
