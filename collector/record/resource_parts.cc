#include "collector/record/resource_parts.h"

#include <algorithm>
#include <map>
#include <string>

#include "collector/pipeline/batch_split.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

using Streams = std::map<std::pair<std::string, std::string>, std::shared_ptr<const LogStream>>;  // by both, encoded

std::string encode(const Value& resource) {
  std::string encoded;
  for (const auto& field : resource.fields())
    otlp::append_attribute(encoded, static_cast<std::uint32_t>(otlp::Resource::attributes), field.key, field.value);
  return encoded;
}

std::shared_ptr<const LogStream> stream_of(const LogStream& original, const LogOrigin& origin, Streams& streams) {
  auto resource = encode(origin.resource);
  auto scope = origin.scope_name.empty() ? original.scope : otlp::encode_scope_name(origin.scope_name);
  auto& stream = streams[{resource, scope}];
  if (!stream) {
    auto changed = std::make_shared<LogStream>(original);
    changed->resource_attributes = std::move(resource);
    changed->scope = std::move(scope);
    stream = std::move(changed);
  }
  return stream;
}

bool same(const LogOrigin& one, const LogOrigin& other) {
  return one.scope_name == other.scope_name && otlp::equal(one.resource, other.resource);
}

}  // namespace

std::vector<LogBatchPtr> resource_parts(std::shared_ptr<LogBatch> batch, const std::vector<LogOrigin>& origins) {
  if (origins.empty()) return {std::move(batch)};
  Streams streams;
  std::size_t first = 0, count = 1;
  while (count < origins.size() && same(origins[count], origins[0])) ++count;
  if (count == origins.size()) {
    batch->stream = stream_of(*batch->stream, origins[0], streams);
    return {std::move(batch)};
  }
  const auto listener = listener_of_parts(batch);
  std::vector<LogBatchPtr> parts;
  for (std::size_t end = 1; end <= origins.size(); ++end) {
    if (end < origins.size() && same(origins[end], origins[first])) continue;
    auto part = part_of_batch(*batch, first, end);
    part->listener = listener;
    part->stream = stream_of(*batch->stream, origins[first], streams);
    parts.push_back(std::move(part));
    first = end;
  }
  batch->expect(static_cast<int>(parts.size()) - 1);
  return parts;
}

}  // namespace oc::collector
