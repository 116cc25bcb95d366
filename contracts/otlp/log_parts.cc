#include "contracts/otlp/log_parts.h"

#include <fmt/format.h>

#include "contracts/otlp/plain_record.h"
#include "contracts/otlp/wire.h"

namespace oc::contracts::otlp {

namespace {

using wire::field;
using PartType = wire::Type;

constexpr std::size_t kTraceIdSize = 16, kSpanIdSize = 8;  // OTLP: or empty

Status check_id(std::string_view id, std::size_t size, const char* name) {
  if (id.empty() || id.size() == size) return {};
  return permanent(fmt::format("{}: {} bytes, must be {} or none", name, id.size(), size));
}

template <typename Parsed>
Status check_part(const Parsed& parsed, std::string_view name) {
  return parsed ? Status() : in_context(parsed.error(), std::string(name));
}

Status check_record(std::string_view encoded) {
  if (is_plain_record(encoded)) return {};
  for (auto in = wire::reader(encoded); in.next();) {
    switch (in.tag_and_type()) {
      case field(LogRecord::body, PartType::length_delimited):
        OC_TRY(check_part(parse_value(wire::bytes(in)), "body"));
        break;
      case field(LogRecord::attributes, PartType::length_delimited):
        OC_TRY(check_part(parse_attribute(wire::bytes(in)), "attributes"));
        break;
      case field(LogRecord::trace_id, PartType::length_delimited):
        OC_TRY(check_id(wire::bytes(in), kTraceIdSize, "trace_id"));
        break;
      case field(LogRecord::span_id, PartType::length_delimited):
        OC_TRY(check_id(wire::bytes(in), kSpanIdSize, "span_id"));
        break;
      default:
        in.skip();
    }
  }
  return {};
}

// Of a Resource or an InstrumentationScope.
template <typename Field>
Status check_attributes(std::string_view message, Field attributes, std::string_view name) {
  for (auto in = wire::reader(message); in.next();) {
    if (in.tag_and_type() == field(attributes, PartType::length_delimited))
      OC_TRY(check_part(parse_attribute(wire::bytes(in)), fmt::format("{}.attributes", name)));
    else
      in.skip();
  }
  return {};
}

class PartsWalk {
 public:
  explicit PartsWalk(LogPartsVisitor& visitor) : visitor_(visitor) {}

  Status request(std::string_view bytes) {
    for (auto in = wire::reader(bytes); in.next();) {
      if (in.tag_and_type() == field(ExportLogsServiceRequest::resource_logs, PartType::length_delimited)) {
        place_ = fmt::format("resource_logs[{}]", resources_++);
        OC_TRY(resource_logs(wire::bytes(in)));
      } else {
        in.skip();
      }
    }
    return {};
  }
  const std::string& place() const { return place_; }

 private:
  // Fields may come in any order.
  Status resource_logs(std::string_view bytes) {
    scope_ = {};
    for (auto in = wire::reader(bytes); in.next();) {
      if (in.tag_and_type() == field(ResourceLogs::resource, PartType::length_delimited))
        scope_.resource = wire::bytes(in);
      else if (in.tag_and_type() == field(ResourceLogs::schema_url, PartType::length_delimited))
        scope_.resource_schema_url = wire::bytes(in);
      else
        in.skip();
    }
    OC_TRY(check_attributes(scope_.resource, Resource::attributes, "resource"));
    for (auto in = wire::reader(bytes); in.next();) {
      if (in.tag_and_type() == field(ResourceLogs::scope_logs, PartType::length_delimited))
        OC_TRY(scope_logs(wire::bytes(in)));
      else
        in.skip();
    }
    return {};
  }

  Status scope_logs(std::string_view bytes) {
    scope_.scope = scope_.scope_schema_url = {};
    for (auto in = wire::reader(bytes); in.next();) {
      if (in.tag_and_type() == field(ScopeLogs::scope, PartType::length_delimited))
        scope_.scope = wire::bytes(in);
      else if (in.tag_and_type() == field(ScopeLogs::schema_url, PartType::length_delimited))
        scope_.scope_schema_url = wire::bytes(in);
      else
        in.skip();
    }
    OC_TRY(check_attributes(scope_.scope, InstrumentationScope::attributes, "scope"));
    visitor_.scope(scope_);
    std::size_t number = 0;
    for (auto in = wire::reader(bytes); in.next();) {
      if (in.tag_and_type() != field(ScopeLogs::log_records, PartType::length_delimited)) {
        in.skip();
        continue;
      }
      const auto encoded = wire::bytes(in);
      if (auto checked = check_record(encoded); !checked)
        return in_context(checked.error(), fmt::format("log_records[{}]", number));
      visitor_.record(encoded);
      ++number;
    }
    return {};
  }

  LogPartsVisitor& visitor_;
  EncodedScope scope_;
  std::string place_ = "the request";
  std::size_t resources_ = 0;
};

// Attributes as they came: a key that stands there twice is kept twice.
void add_attribute(std::string_view encoded, Value& attributes, Arena& arena) {
  if (const auto attribute = parse_attribute(encoded))
    attributes.append(attribute->key, from_view(attribute->value, arena), arena);
}

void decode_field(protozero::pbf_reader& in, LogFields& record, LogContext& context, Arena& arena) {
  switch (in.tag_and_type()) {
    case field(LogRecord::time_unix_nano, PartType::fixed64):
      record.time_ns = static_cast<Nanos>(in.get_fixed64());
      break;
    case field(LogRecord::observed_time_unix_nano, PartType::fixed64):
      context.observed_ns = static_cast<Nanos>(in.get_fixed64());
      break;
    case field(LogRecord::severity_number, PartType::varint):
      record.severity_number = in.get_enum();
      break;
    case field(LogRecord::severity_text, PartType::length_delimited):
      record.severity_text = wire::bytes(in);
      break;
    case field(LogRecord::body, PartType::length_delimited):
      if (const auto body = parse_value(wire::bytes(in))) record.body = from_view(*body, arena);
      break;
    case field(LogRecord::attributes, PartType::length_delimited):
      add_attribute(wire::bytes(in), record.attributes, arena);
      break;
    case field(LogRecord::dropped_attributes_count, PartType::varint):
      context.dropped_attributes_count = in.get_uint32();
      break;
    case field(LogRecord::flags, PartType::fixed32):
      context.flags = in.get_fixed32();
      break;
    case field(LogRecord::trace_id, PartType::length_delimited):
      context.trace_id = wire::bytes(in);
      break;
    case field(LogRecord::span_id, PartType::length_delimited):
      context.span_id = wire::bytes(in);
      break;
    case field(LogRecord::event_name, PartType::length_delimited):
      context.event_name = wire::bytes(in);
      break;
    default:
      in.skip();
  }
}

}  // namespace

Status read_log_parts(std::string_view request, LogPartsVisitor& visitor) {
  PartsWalk walk(visitor);
  try {
    if (auto read = walk.request(request); !read) return in_context(read.error(), walk.place());
    return {};
  } catch (const protozero::exception& malformed) {
    return permanent(fmt::format("{}: malformed protobuf: {}", walk.place(), malformed.what()));
  }
}

ResourceParts split_resource(std::string_view resource) {
  ResourceParts parts;
  try {
    auto in = wire::reader(resource);
    const char* from = resource.data();
    while (in.next()) {
      const bool attribute = in.tag_and_type() == field(Resource::attributes, PartType::length_delimited);
      in.skip();
      const char* to = in.data().data();
      (attribute ? parts.attributes : parts.rest).append(from, to);
      from = to;
    }
  } catch (const protozero::exception&) {  // checked before
  }
  return parts;
}

LogFields decode_log_record(std::string_view encoded, Arena& arena) {
  LogFields record;
  LogContext context;
  context.observed_ns = 0;
  try {
    for (auto in = wire::reader(encoded); in.next();) decode_field(in, record, context, arena);
  } catch (const protozero::exception&) {  // checked before
  }
  record.context = new (arena.array<LogContext>(1)) LogContext(context);
  return record;
}

ScopeFields decode_scope(std::string_view scope, Arena& arena) {
  ScopeFields fields;
  try {
    for (auto in = wire::reader(scope); in.next();) {
      switch (in.tag_and_type()) {
        case field(InstrumentationScope::name, PartType::length_delimited):
          fields.name = wire::bytes(in);
          break;
        case field(InstrumentationScope::version, PartType::length_delimited):
          fields.version = wire::bytes(in);
          break;
        case field(InstrumentationScope::attributes, PartType::length_delimited):
          add_attribute(wire::bytes(in), fields.attributes, arena);
          break;
        case field(InstrumentationScope::dropped_attributes_count, PartType::varint):
          fields.dropped_attributes_count = in.get_uint32();
          break;
        default:
          in.skip();
      }
    }
  } catch (const protozero::exception&) {  // checked before
  }
  return fields;
}

std::uint32_t dropped_attributes_of(std::string_view resource_rest) {
  std::uint32_t dropped = 0;
  try {
    for (auto in = wire::reader(resource_rest); in.next();) {
      if (in.tag_and_type() == field(Resource::dropped_attributes_count, PartType::varint))
        dropped = in.get_uint32();
      else
        in.skip();
    }
  } catch (const protozero::exception&) {  // checked before
  }
  return dropped;
}

}  // namespace oc::contracts::otlp
