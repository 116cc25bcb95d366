#include "contracts/otlp/plain_record.h"

#include <cstddef>
#include <cstdint>

#include "contracts/otlp/wire_writer.h"

namespace oc::contracts::otlp {

namespace {

using wire::tag;
constexpr std::size_t kTraceIdSize = 16, kSpanIdSize = 8;

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }
  char take() { return *at_++; }
  bool skip(std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - at_)) return false;
    at_ += size;
    return true;
  }
  bool skip_varint() {
    constexpr int kMostBytes = 10;
    for (int i = 0; i < kMostBytes && at_ != end_; ++i)
      if ((take() & 0x80) == 0) return true;
    return false;
  }
  bool content(std::string_view& content) {
    std::size_t size = 0;
    for (int shift = 0;; shift += 7) {
      if (shift > 21 || at_ == end_) return false;
      const auto byte = static_cast<unsigned char>(take());
      size |= static_cast<std::size_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    const char* from = at_;
    content = {from, size};
    return skip(size);
  }
  bool skip_content() {
    std::string_view unused;
    return content(unused);
  }

 private:
  const char *at_, *end_;
};

bool is_plain_value(std::string_view encoded) {
  Cursor in(encoded);
  while (!in.done()) {
    switch (in.take()) {
      case tag(AnyValue::string_value, wire::kLengthDelimited):
        if (!in.skip_content()) return false;
        break;
      case tag(AnyValue::bool_value, wire::kVarint):
      case tag(AnyValue::int_value, wire::kVarint):
        if (!in.skip_varint()) return false;
        break;
      case tag(AnyValue::double_value, wire::kFixed64):
        if (!in.skip(sizeof(std::uint64_t))) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

bool is_plain_attribute(std::string_view encoded) {
  std::string_view part;
  Cursor in(encoded);
  while (!in.done()) {
    switch (in.take()) {
      case tag(KeyValue::key, wire::kLengthDelimited):
        if (!in.skip_content()) return false;
        break;
      case tag(KeyValue::value, wire::kLengthDelimited):
        if (!in.content(part) || !is_plain_value(part)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

bool is_id(std::string_view id, std::size_t size) { return id.empty() || id.size() == size; }

}  // namespace

bool is_plain_record(std::string_view encoded) {
  std::string_view part;
  Cursor in(encoded);
  while (!in.done()) {
    switch (in.take()) {
      case tag(LogRecord::time_unix_nano, wire::kFixed64):
      case tag(LogRecord::observed_time_unix_nano, wire::kFixed64):
        if (!in.skip(sizeof(std::uint64_t))) return false;
        break;
      case tag(LogRecord::flags, wire::kFixed32):
        if (!in.skip(sizeof(std::uint32_t))) return false;
        break;
      case tag(LogRecord::severity_number, wire::kVarint):
      case tag(LogRecord::dropped_attributes_count, wire::kVarint):
        if (!in.skip_varint()) return false;
        break;
      case tag(LogRecord::severity_text, wire::kLengthDelimited):
      case tag(LogRecord::event_name, wire::kLengthDelimited):
        if (!in.skip_content()) return false;
        break;
      case tag(LogRecord::body, wire::kLengthDelimited):
        if (!in.content(part) || !is_plain_value(part)) return false;
        break;
      case tag(LogRecord::attributes, wire::kLengthDelimited):
        if (!in.content(part) || !is_plain_attribute(part)) return false;
        break;
      case tag(LogRecord::trace_id, wire::kLengthDelimited):
        if (!in.content(part) || !is_id(part, kTraceIdSize)) return false;
        break;
      case tag(LogRecord::span_id, wire::kLengthDelimited):
        if (!in.content(part) || !is_id(part, kSpanIdSize)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace oc::contracts::otlp
