#include "contracts/otlp/log_reader.h"

#include <fmt/format.h>

#include "contracts/otlp/wire.h"

namespace oc::contracts::otlp {

namespace {

constexpr std::size_t kTraceIdBytes = 16, kSpanIdBytes = 8;  // OTLP: or empty

using wire::field;
using Wire = wire::Type;

class LogWalk {
 public:
  explicit LogWalk(LogVisitor& visitor) : visitor_(visitor) {}
  Status request(std::string_view bytes);
  // Where the walk is, for messages.
  std::string place() const;

 private:
  Status resource_logs(std::string_view bytes);
  Status resource(std::string_view bytes);
  Status scope_logs(std::string_view bytes);
  Status scope(std::string_view bytes);
  Status record(std::string_view bytes);
  Status record_field(protozero::pbf_reader& in);
  Status attribute(std::string_view bytes, std::vector<AttributeView>& into);
  Status id(std::string_view bytes, std::size_t size, const char* name, std::string_view& into);

  LogVisitor& visitor_;
  std::vector<AttributeView> resource_;
  DecodedScope scope_;
  DecodedLogRecord record_;
  // Counted from 1; 0: not inside one.
  std::size_t resource_logs_ = 0, scope_logs_ = 0, log_records_ = 0;
};

std::string LogWalk::place() const {
  if (resource_logs_ == 0) return "the request";
  std::string place = fmt::format("resource_logs[{}]", resource_logs_ - 1);
  if (scope_logs_ > 0) place += fmt::format(".scope_logs[{}]", scope_logs_ - 1);
  if (log_records_ > 0) place += fmt::format(".log_records[{}]", log_records_ - 1);
  return place;
}

Status LogWalk::request(std::string_view bytes) {
  auto in = wire::reader(bytes);
  while (in.next()) {
    if (in.tag_and_type() != field(ExportLogsServiceRequest::resource_logs, Wire::length_delimited)) {
      in.skip();
      continue;
    }
    ++resource_logs_;
    OC_TRY(resource_logs(wire::bytes(in)));
    scope_logs_ = log_records_ = 0;
  }
  return {};
}

// Fields may come in any order, so the resource is looked for before its records are visited.
Status LogWalk::resource_logs(std::string_view bytes) {
  resource_.clear();
  for (auto in = wire::reader(bytes); in.next();) {
    if (in.tag_and_type() == field(ResourceLogs::resource, Wire::length_delimited))
      OC_TRY(resource(wire::bytes(in)));
    else
      in.skip();
  }
  OC_TRY(visitor_.resource(resource_logs_ - 1, resource_));
  for (auto in = wire::reader(bytes); in.next();) {
    if (in.tag_and_type() != field(ResourceLogs::scope_logs, Wire::length_delimited)) {
      in.skip();
      continue;
    }
    ++scope_logs_;
    OC_TRY(scope_logs(wire::bytes(in)));
    log_records_ = 0;
  }
  return {};
}

Status LogWalk::resource(std::string_view bytes) {
  for (auto in = wire::reader(bytes); in.next();) {
    if (in.tag_and_type() == field(Resource::attributes, Wire::length_delimited))
      OC_TRY(attribute(wire::bytes(in), resource_));
    else
      in.skip();
  }
  return {};
}

Status LogWalk::scope_logs(std::string_view bytes) {
  scope_ = {};
  for (auto in = wire::reader(bytes); in.next();) {
    if (in.tag_and_type() == field(ScopeLogs::scope, Wire::length_delimited))
      OC_TRY(scope(wire::bytes(in)));
    else
      in.skip();
  }
  OC_TRY(visitor_.scope(scope_));
  for (auto in = wire::reader(bytes); in.next();) {
    if (in.tag_and_type() != field(ScopeLogs::log_records, Wire::length_delimited)) {
      in.skip();
      continue;
    }
    ++log_records_;
    OC_TRY(record(wire::bytes(in)));
  }
  return {};
}

Status LogWalk::scope(std::string_view bytes) {
  for (auto in = wire::reader(bytes); in.next();) {
    switch (in.tag_and_type()) {
      case field(InstrumentationScope::name, Wire::length_delimited):
        scope_.name = wire::bytes(in);
        break;
      case field(InstrumentationScope::version, Wire::length_delimited):
        scope_.version = wire::bytes(in);
        break;
      case field(InstrumentationScope::attributes, Wire::length_delimited):
        OC_TRY(attribute(wire::bytes(in), scope_.attributes));
        break;
      case field(InstrumentationScope::dropped_attributes_count, Wire::varint):
        scope_.dropped_attributes_count = in.get_uint32();
        break;
      default:
        in.skip();
    }
  }
  return {};
}

Status LogWalk::record(std::string_view bytes) {
  // Keeps the vector's memory from record to record.
  std::vector<AttributeView> attributes = std::move(record_.attributes);
  attributes.clear();
  record_ = {};
  record_.attributes = std::move(attributes);
  for (auto in = wire::reader(bytes); in.next();) OC_TRY(record_field(in));
  return visitor_.record(record_);
}

[[gnu::flatten]] Status LogWalk::record_field(protozero::pbf_reader& in) {
  switch (in.tag_and_type()) {
    case field(LogRecord::time_unix_nano, Wire::fixed64):
      record_.time_unix_nano = in.get_fixed64();
      break;
    case field(LogRecord::observed_time_unix_nano, Wire::fixed64):
      record_.observed_time_unix_nano = in.get_fixed64();
      break;
    case field(LogRecord::severity_number, Wire::varint):
      record_.severity_number = in.get_enum();
      break;
    case field(LogRecord::severity_text, Wire::length_delimited):
      record_.severity_text = wire::bytes(in);
      break;
    case field(LogRecord::body, Wire::length_delimited): {
      record_.body = {};  // of several the last one counts
      if (auto body = parse_value(wire::bytes(in), record_.body); !body)
        return in_context(std::move(body).error(), "body");
      break;
    }
    case field(LogRecord::attributes, Wire::length_delimited):
      return attribute(wire::bytes(in), record_.attributes);
    case field(LogRecord::dropped_attributes_count, Wire::varint):
      record_.dropped_attributes_count = in.get_uint32();
      break;
    case field(LogRecord::flags, Wire::fixed32):
      record_.flags = in.get_fixed32();
      break;
    case field(LogRecord::trace_id, Wire::length_delimited):
      return id(wire::bytes(in), kTraceIdBytes, "trace_id", record_.trace_id);
    case field(LogRecord::span_id, Wire::length_delimited):
      return id(wire::bytes(in), kSpanIdBytes, "span_id", record_.span_id);
    case field(LogRecord::event_name, Wire::length_delimited):
      record_.event_name = wire::bytes(in);
      break;
    default:
      in.skip();
  }
  return {};
}

Status LogWalk::attribute(std::string_view bytes, std::vector<AttributeView>& into) {
  if (auto parsed = parse_attribute(bytes, into.emplace_back()); !parsed)
    return in_context(std::move(parsed).error(), fmt::format("attributes[{}]", into.size() - 1));
  return {};
}

Status LogWalk::id(std::string_view bytes, std::size_t size, const char* name, std::string_view& into) {
  if (!bytes.empty() && bytes.size() != size)
    return permanent(fmt::format("{}: {} bytes, must be {} or none", name, bytes.size(), size));
  into = bytes;
  return {};
}

}  // namespace

Status read_logs(std::string_view request, LogVisitor& visitor) {
  LogWalk walk(visitor);
  try {
    auto walked = walk.request(request);
    if (!walked) walked.error().message = walk.place() + "." + walked.error().message;
    return walked;
  } catch (const protozero::exception& malformed) {
    return permanent(fmt::format("{}: malformed protobuf: {}", walk.place(), malformed.what()));
  }
}

}  // namespace oc::contracts::otlp
