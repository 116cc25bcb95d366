#include "contracts/otlp/log_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "contracts/otlp/fields.h"

namespace oc::contracts::otlp {

namespace {

constexpr std::string_view kRecordOffsetKey = "log.file.record_offset";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// All field numbers here are below 16, so a tag is one byte (protobuf encoding: number << 3 | wire type).
template <typename Field>
constexpr char tag(Field field, int wire_type) {
  return static_cast<char>(static_cast<std::uint32_t>(field) << 3 | wire_type);
}
constexpr int kVarint = 0, kFixed64 = 1, kLengthDelimited = 2;

constexpr std::size_t varint_size(std::uint64_t value) { return (std::bit_width(value | 1) + 6) / 7; }
constexpr std::size_t field_size(std::size_t content) { return 1 + varint_size(content) + content; }

char* put_varint(char* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

template <typename Field>
char* put_header(char* out, Field field, std::size_t content_size) {
  *out++ = tag(field, kLengthDelimited);
  return put_varint(out, content_size);
}

char* put_bytes(char* out, std::string_view bytes) {
  return std::ranges::copy(bytes, out).out;  // memcpy may not be given the null pointer of an empty view
}

// What all records of one ResourceLogs share.
struct RecordLayout {
  std::string_view attributes;
  bool with_offset;

  static std::size_t offset_attribute_content(std::uint64_t offset) {
    return field_size(kRecordOffsetKey.size()) + field_size(1 + varint_size(offset));
  }
  std::size_t content_size(const LogRecordView& record) const {
    const std::size_t offset_size = with_offset ? field_size(offset_attribute_content(record.offset)) : 0;
    return 1 + sizeof(std::uint64_t) + field_size(field_size(record.body.size())) + attributes.size() + offset_size;
  }
  char* put(char* out, const LogRecordView& record, Nanos observed_ns) const {
    out = put_header(out, ScopeLogs::log_records, content_size(record));
    *out++ = tag(LogRecord::observed_time_unix_nano, kFixed64);
    std::memcpy(out, &observed_ns, sizeof observed_ns);
    out += sizeof observed_ns;
    out = put_header(out, LogRecord::body, field_size(record.body.size()));
    out = put_header(out, AnyValue::string_value, record.body.size());
    out = put_bytes(out, record.body);
    out = put_bytes(out, attributes);
    return with_offset ? put_offset(out, record.offset) : out;
  }
  static char* put_offset(char* out, std::uint64_t offset) {
    out = put_header(out, LogRecord::attributes, offset_attribute_content(offset));
    out = put_header(out, KeyValue::key, kRecordOffsetKey.size());
    out = put_bytes(out, kRecordOffsetKey);
    out = put_header(out, KeyValue::value, 1 + varint_size(offset));
    *out++ = tag(AnyValue::int_value, kVarint);
    return put_varint(out, offset);
  }
};
static_assert(std::endian::native == std::endian::little, "fixed64 is written as it lies in memory");

std::size_t records_size(const RecordLayout& layout, std::span<const LogSlice> slices) {
  std::size_t size = 0;
  for (const auto& slice : slices)
    for (const auto& record : slice.records) size += field_size(layout.content_size(record));
  return size;
}

void append_valid(std::string& out, const ResourceLogsView& logs, std::span<const LogSlice> slices) {
  const RecordLayout layout{logs.record_attributes, logs.with_record_offset};
  const std::size_t scope_size = records_size(layout, slices);
  const std::size_t content = field_size(logs.resource_attributes.size()) + field_size(scope_size);
  const std::size_t start = out.size();
  out.resize_and_overwrite(start + field_size(content), [&](char* data, std::size_t size) {
    char* at = put_header(data + start, ExportLogsServiceRequest::resource_logs, content);
    at = put_header(at, ResourceLogs::resource, logs.resource_attributes.size());
    at = put_bytes(at, logs.resource_attributes);
    at = put_header(at, ResourceLogs::scope_logs, scope_size);
    for (const auto& slice : slices) {
      Nanos observed_ns = slice.observed_ns;
      for (const auto& record : slice.records) at = layout.put(at, record, observed_ns++);
    }
    return size;
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

void append_string_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value) {
  const std::size_t value_size = field_size(value.size());
  const std::size_t content = field_size(key.size()) + field_size(value_size);
  const std::size_t start = out.size();
  out.resize(start + field_size(content));
  char* at = put_header(out.data() + start, field, content);
  at = put_header(at, KeyValue::key, key.size());
  at = put_bytes(at, key);
  at = put_header(at, KeyValue::value, value_size);
  at = put_header(at, AnyValue::string_value, value.size());
  put_bytes(at, value);
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
