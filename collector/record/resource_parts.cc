#include "collector/record/resource_parts.h"

#include <algorithm>
#include <map>
#include <string>

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

// Tells the whole batch what became of a part of it.
class PartListener final : public DeliveryListener {
 public:
  explicit PartListener(LogBatchPtr whole) : whole_(std::move(whole)) {}
  void on_settled(const LogBatch& part, std::uint64_t, std::string_view) override { whole_->settle(part.lost()); }
  void on_returned(LogBatchPtr part) override { whole_->listener->on_returned(std::move(part)); }
  void on_trouble(std::string_view reason) override { whole_->listener->on_trouble(reason); }

 private:
  const LogBatchPtr whole_;
};

// What was left out inside `range`, for those that need to know where; the whole batch has the counts.
std::vector<LeftOut> left_out_within(const std::vector<LeftOut>& all, contracts::ByteRange range) {
  std::vector<LeftOut> inside;
  for (const auto& part : all) {
    LeftOut cut{part.reason, 0, {}};
    for (const auto& left : part.ranges)
      if (left.start < range.end && left.end > range.start)
        cut.ranges.push_back({std::max(left.start, range.start), std::min(left.end, range.end)});
    if (!cut.ranges.empty()) inside.push_back(std::move(cut));
  }
  return inside;
}

std::shared_ptr<LogBatch> part_of(const LogBatch& whole, std::size_t first, std::size_t end) {
  const auto cut = [&](const auto& items) {
    const auto begin = items.begin();
    return std::remove_cvref_t<decltype(items)>(begin + static_cast<std::ptrdiff_t>(first),
                                                begin + static_cast<std::ptrdiff_t>(end));
  };
  auto part = std::make_shared<LogBatch>();
  part->memory = whole.memory;
  part->records = cut(whole.records);
  if (!whole.fields.empty()) part->fields = cut(whole.fields);
  part->range = {first > 0 ? whole.records[first].offset : whole.range.start,
                 end < whole.records.size() ? whole.records[end].offset : whole.range.end};
  part->left_out = left_out_within(whole.left_out, part->range);
  part->observed_ns = whole.observed_ns + static_cast<Nanos>(first);
  part->valid_utf8 = whole.valid_utf8;
  part->added_bytes = whole.added_bytes * (end - first) / whole.records.size();
  return part;
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
  const auto listener = std::make_shared<PartListener>(batch);
  std::vector<LogBatchPtr> parts;
  for (std::size_t end = 1; end <= resources.size(); ++end) {
    if (end < resources.size() && otlp::equal(resources[end], resources[first])) continue;
    auto part = part_of(*batch, first, end);
    part->listener = listener;
    part->stream = stream_of(*batch->stream, resources[first], streams);
    parts.push_back(std::move(part));
    first = end;
  }
  batch->expect(static_cast<int>(parts.size()) - 1);
  return parts;
}

}  // namespace oc::collector
