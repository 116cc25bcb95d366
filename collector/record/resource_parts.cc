#include "collector/record/resource_parts.h"

#include <algorithm>
#include <map>
#include <string>

#include "collector/pipeline/batch_split.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

using Streams = std::map<std::string, std::shared_ptr<const LogStream>>;  // by encoded resource

std::string encode(const Value& resource) {
  std::string encoded;
  for (const auto& field : resource.fields())
    otlp::append_attribute(encoded, static_cast<std::uint32_t>(otlp::Resource::attributes), field.key, field.value);
  return encoded;
}

std::shared_ptr<const LogStream> stream_of(const LogStream& original, const Value& resource, Streams& streams) {
  std::string encoded = encode(resource);
  auto& stream = streams[encoded];
  if (!stream) {
    auto changed = std::make_shared<LogStream>(original);
    changed->resource_attributes = std::move(encoded);
    stream = std::move(changed);
  }
  return stream;
}

}  // namespace

std::vector<LogBatchPtr> resource_parts(std::shared_ptr<LogBatch> batch, const std::vector<Value>& resources) {
  if (resources.empty()) return {std::move(batch)};
  const auto same = [&](std::size_t i) { return otlp::equal(resources[i], resources[0]); };
  Streams streams;
  std::size_t first = 0, count = 1;
  while (count < resources.size() && same(count)) ++count;
  if (count == resources.size()) {
    batch->stream = stream_of(*batch->stream, resources[0], streams);
    return {std::move(batch)};
  }
  const auto listener = listener_of_parts(batch);
  std::vector<LogBatchPtr> parts;
  for (std::size_t end = 1; end <= resources.size(); ++end) {
    if (end < resources.size() && otlp::equal(resources[end], resources[first])) continue;
    auto part = part_of_batch(*batch, first, end);
    part->listener = listener;
    part->stream = stream_of(*batch->stream, resources[first], streams);
    parts.push_back(std::move(part));
    first = end;
  }
  batch->expect(static_cast<int>(parts.size()) - 1);
  return parts;
}

}  // namespace oc::collector
