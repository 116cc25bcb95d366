// An ExportLogsServiceRequest in its parts, each still encoded: for who passes records on, and looks into few of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contracts/otlp/log_writer.h"

namespace oc::contracts::otlp {

// Views into the request; the content of the messages, without tag and length.
struct EncodedScope {
  std::string_view resource, resource_schema_url;
  std::string_view scope, scope_schema_url;
};

// Called in the order of the request: each scope, also one without records, followed by its records.
class LogPartsVisitor {
 public:
  virtual ~LogPartsVisitor() = default;
  virtual void scope(const EncodedScope& scope) = 0;
  virtual void record(std::string_view encoded) = 0;
};

// Checks everything on the way, so that what the functions below are given is well-formed. Errors are those of
// read_logs(); what was visited before one was visited.
Status read_log_parts(std::string_view request, LogPartsVisitor& visitor);

// A resource's attributes, as append_attribute() makes them, and all its other fields.
struct ResourceParts {
  std::string attributes, rest;
};
ResourceParts split_resource(std::string_view resource);

// Text stays where it is, what is built lies in the arena. What is not well-formed is left out.
LogFields decode_log_record(std::string_view encoded, Arena& arena);

struct ScopeFields {
  std::string_view name, version;
  Value attributes = Value::empty_map();
  std::uint32_t dropped_attributes_count = 0;
};
ScopeFields decode_scope(std::string_view scope, Arena& arena);
// Of the `rest` of a resource.
std::uint32_t dropped_attributes_of(std::string_view resource_rest);

}  // namespace oc::contracts::otlp
