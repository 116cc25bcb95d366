#include "contracts/otlp/log_writer.h"

#include <vector>

#include "contracts/otlp/value_encoding.h"
#include "contracts/otlp/wire_writer.h"

namespace oc::contracts::otlp {

using namespace wire;

namespace {

constexpr std::string_view kRecordOffsetKey = "log.file.record_offset";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::size_t offset_attribute_content(std::uint64_t offset) {
  return field_size(kRecordOffsetKey.size()) + field_size(1 + varint_size(offset));
}

char* put_offset(char* out, std::uint64_t offset) {
  out = put_header(out, LogRecord::attributes, offset_attribute_content(offset));
  out = put_bytes(put_header(out, KeyValue::key, kRecordOffsetKey.size()), kRecordOffsetKey);
  out = put_header(out, KeyValue::value, 1 + varint_size(offset));
  *out++ = tag(AnyValue::int_value, kVarint);
  return put_varint(out, offset);
}

// A line as it was read, with the attributes that all records of its ResourceLogs share.
struct LineLayout {
  std::string_view attributes;

  std::size_t content_size(const LogRecordView& record) const {
    return field_size(field_size(record.body.size())) + attributes.size();
  }
  char* put(char* out, const LogRecordView& record) const {
    out = put_header(out, LogRecord::body, field_size(record.body.size()));
    out = put_bytes(put_header(out, AnyValue::string_value, record.body.size()), record.body);
    return put_bytes(out, attributes);
  }
};

// What stands in a record's LogContext. The ids' field numbers are below 16, too.
struct ContextLayout {
  static std::size_t content_size(const LogContext& context) {
    std::size_t size = 0;
    if (context.observed_ns > 0) size += 1 + sizeof(std::uint64_t);
    if (context.dropped_attributes_count != 0) size += 1 + varint_size(context.dropped_attributes_count);
    if (context.flags != 0) size += 1 + sizeof(std::uint32_t);
    for (const auto text : {context.trace_id, context.span_id, context.event_name})
      if (!text.empty()) size += field_size(text.size());
    return size;
  }
  static char* put(char* out, const LogContext& context) {
    if (context.observed_ns > 0)
      out = put_fixed64(out, LogRecord::observed_time_unix_nano, static_cast<std::uint64_t>(context.observed_ns));
    if (context.dropped_attributes_count != 0) {
      *out++ = tag(LogRecord::dropped_attributes_count, kVarint);
      out = put_varint(out, context.dropped_attributes_count);
    }
    if (context.flags != 0) out = put_fixed32(out, LogRecord::flags, context.flags);
    const auto put_text = [&](LogRecord field, std::string_view text) {
      if (!text.empty()) out = put_bytes(put_header(out, field, text.size()), text);
    };
    put_text(LogRecord::trace_id, context.trace_id);
    put_text(LogRecord::span_id, context.span_id);
    put_text(LogRecord::event_name, context.event_name);
    return out;
  }
};

// A record that says all by itself. The offset in its file is not its own to say.
struct FieldsLayout {
  bool with_offset;

  bool writes(const Field& attribute) const { return !with_offset || attribute.key != kRecordOffsetKey; }
  std::size_t content_size(const LogFields& record) const {
    std::size_t size = field_size(quick_size(record.body));
    if (record.time_ns != 0) size += 1 + sizeof(std::uint64_t);
    if (record.severity_number != 0) size += 1 + varint_size(static_cast<std::uint64_t>(record.severity_number));
    if (!record.severity_text.empty()) size += field_size(record.severity_text.size());
    for (const auto& attribute : record.attributes.fields())
      if (writes(attribute)) size += attribute_size(attribute);
    if (record.context) size += ContextLayout::content_size(*record.context);
    return size;
  }
  char* put(char* out, const LogFields& record) const {
    if (record.time_ns != 0)
      out = put_fixed64(out, LogRecord::time_unix_nano, static_cast<std::uint64_t>(record.time_ns));
    if (record.severity_number != 0) {
      *out++ = tag(LogRecord::severity_number, kVarint);
      out = put_varint(out, static_cast<std::uint64_t>(record.severity_number));
    }
    if (!record.severity_text.empty())
      out = put_bytes(put_header(out, LogRecord::severity_text, record.severity_text.size()), record.severity_text);
    out = put_quickly(put_header(out, LogRecord::body, quick_size(record.body)), record.body);
    for (const auto& attribute : record.attributes.fields())
      if (writes(attribute)) out = put_attribute(out, static_cast<std::uint32_t>(LogRecord::attributes), attribute);
    if (record.context) out = ContextLayout::put(out, *record.context);
    return out;
  }
};

// What all records of one ResourceLogs share.
struct RecordLayout {
  std::string_view attributes;
  bool with_offset;
  bool encoded;

  static bool says_observed(const LogFields* fields) {
    return fields && fields->context && fields->context->observed_ns >= 0;
  }
  std::size_t content_size(const LogRecordView& record, const LogFields* fields) const {
    if (encoded && !fields) return record.body.size();
    const std::size_t offset_size = with_offset ? field_size(offset_attribute_content(record.offset)) : 0;
    const std::size_t observed_size = says_observed(fields) ? 0 : 1 + sizeof(std::uint64_t);
    return observed_size + offset_size +
           (fields ? FieldsLayout{with_offset}.content_size(*fields) : LineLayout{attributes}.content_size(record));
  }
  char* put(char* out, std::size_t size, const LogRecordView& record, const LogFields* fields,
            Nanos observed_ns) const {
    out = put_header(out, ScopeLogs::log_records, size);
    if (!says_observed(fields))
      out = put_fixed64(out, LogRecord::observed_time_unix_nano, static_cast<std::uint64_t>(observed_ns));
    out = fields ? FieldsLayout{with_offset}.put(out, *fields) : LineLayout{attributes}.put(out, record);
    return with_offset ? put_offset(out, record.offset) : out;
  }
};

// The records from `first` on whose messages lie one after the other in memory, each behind its tag and length, as they
// came with a request: they are copied as one piece.
std::size_t adjacent_records(std::span<const LogRecordView> records, std::size_t first) {
  std::size_t end = first + 1;
  for (; end < records.size(); ++end) {
    const auto& before = records[end - 1].body;
    const auto header = field_size(records[end].body.size()) - records[end].body.size();
    if (records[end].body.data() != before.data() + before.size() + header) break;
  }
  return end;
}

char* put_encoded(char* out, std::span<const LogRecordView> records) {
  for (std::size_t first = 0, end = 0; first < records.size(); first = end) {
    end = adjacent_records(records, first);
    const auto &from = records[first].body, &last = records[end - 1].body;
    out = put_header(out, ScopeLogs::log_records, from.size());
    out = put_bytes(out, {from.data(), static_cast<std::size_t>(last.data() + last.size() - from.data())});
  }
  return out;
}

const LogFields* fields_of(const LogSlice& slice, std::size_t record) {
  return slice.fields.empty() ? nullptr : &slice.fields[record];
}

std::size_t record_count(std::span<const LogSlice> slices) {
  std::size_t count = 0;
  for (const auto& slice : slices) count += slice.records.size();
  return count;
}

// The content of each record, in order: computed once, needed twice.
std::vector<std::size_t> record_sizes(const RecordLayout& layout, std::span<const LogSlice> slices) {
  std::vector<std::size_t> sizes;
  sizes.reserve(record_count(slices));
  for (const auto& slice : slices)
    for (std::size_t i = 0; i < slice.records.size(); ++i)
      sizes.push_back(layout.content_size(slice.records[i], fields_of(slice, i)));
  return sizes;
}

// Nothing is written for an empty text or message.
std::size_t text_field_size(std::string_view text) { return text.empty() ? 0 : field_size(text.size()); }
template <typename Field>
char* put_text_field(char* out, Field field, std::string_view text) {
  return text.empty() ? out : put_bytes(put_header(out, field, text.size()), text);
}

void append_valid(std::string& out, const ResourceLogsView& logs, std::span<const LogSlice> slices) {
  const RecordLayout layout{logs.record_attributes, logs.with_record_offset, logs.encoded_records};
  const auto sizes = record_sizes(layout, slices);
  std::size_t scope_size = text_field_size(logs.scope) + text_field_size(logs.scope_schema_url);
  for (const auto size : sizes) scope_size += field_size(size);
  const std::size_t resource_size = logs.resource_attributes.size() + logs.resource_rest.size();
  const std::size_t content =
      field_size(resource_size) + field_size(scope_size) + text_field_size(logs.resource_schema_url);
  const std::size_t start = out.size(), end = start + field_size(content);
  // libstdc++ 12 tells the function the capacity it made where it had to make more, not the size that was asked for.
  out.resize_and_overwrite(end, [&](char* data, std::size_t) {
    char* at = put_header(data + start, ExportLogsServiceRequest::resource_logs, content);
    at = put_header(at, ResourceLogs::resource, resource_size);
    at = put_bytes(put_bytes(at, logs.resource_attributes), logs.resource_rest);
    at = put_header(at, ResourceLogs::scope_logs, scope_size);
    at = put_text_field(at, ScopeLogs::scope, logs.scope);
    auto size = sizes.begin();
    for (const auto& slice : slices) {
      if (logs.encoded_records && slice.fields.empty()) {
        at = put_encoded(at, slice.records);
        size += static_cast<std::ptrdiff_t>(slice.records.size());
        continue;
      }
      Nanos observed_ns = slice.observed_ns;
      for (std::size_t i = 0; i < slice.records.size(); ++i)
        at = layout.put(at, *size++, slice.records[i], fields_of(slice, i), observed_ns++);
    }
    at = put_text_field(at, ScopeLogs::schema_url, logs.scope_schema_url);
    put_text_field(at, ResourceLogs::schema_url, logs.resource_schema_url);
    return end;
  });
}

// Length of the well-formed sequence at the front, or 0; `subpart` becomes the length of the maximal invalid prefix.
std::size_t sequence_length(std::string_view text, std::size_t& subpart) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  subpart = 1;
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned lowest = 0x80, highest = 0xBF;  // of the second byte: Unicode 15, table 3-7
  if (lead == 0xE0) lowest = 0xA0;
  if (lead == 0xED) highest = 0x9F;
  if (lead == 0xF0) lowest = 0x90;
  if (lead == 0xF4) highest = 0x8F;
  for (; subpart < length; ++subpart) {
    if (subpart >= text.size() || byte(subpart) < lowest || byte(subpart) > highest) return 0;
    lowest = 0x80, highest = 0xBF;
  }
  return length;
}

}  // namespace

std::string to_valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    std::size_t subpart = 0;
    const std::size_t length = sequence_length(text, subpart);
    valid += length > 0 ? text.substr(0, length) : kReplacement;
    text.remove_prefix(length > 0 ? length : subpart);
  }
  return valid;
}

std::string encode_scope_name(std::string_view name) {
  std::string out(field_size(name.size()), '\0');
  put_bytes(put_header(out.data(), InstrumentationScope::name, name.size()), name);
  return out;
}

void append_attribute(std::string& out, std::uint32_t field, std::string_view key, const Value& value) {
  const Field attribute{key, value};
  const std::size_t start = out.size();
  out.resize(start + attribute_size(attribute));
  put_attribute(out.data() + start, field, attribute);
}

void append_string_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value) {
  append_attribute(out, field, key, Value::of(value));
}

void append_resource_logs(std::string& out, const ResourceLogsView& logs) {
  std::vector<LogSlice> slices(logs.slices.begin(), logs.slices.end());
  std::vector<std::vector<LogRecordView>> records;  // of the slices that need replacing
  std::vector<std::vector<std::string>> bodies;
  for (auto& slice : slices) {
    if (slice.valid_utf8) continue;
    auto& replaced = records.emplace_back(slice.records.begin(), slice.records.end());
    auto& texts = bodies.emplace_back();
    texts.reserve(replaced.size());
    for (auto& record : replaced) record.body = texts.emplace_back(to_valid_utf8(record.body));
    slice.records = replaced;
  }
  append_valid(out, logs, slices);
}

}  // namespace oc::contracts::otlp
