#include "stores/logs/head.h"

namespace oc::stores {

namespace {
// Of a stream beside its rows, about: in streams_ and indexes_.
constexpr std::size_t kStreamBytes = 64;
}  // namespace

Result<Committed> Committed::decode(std::string bytes, std::uint64_t first_arrival, StreamRegistry& registry) {
  Committed committed{std::make_shared<const std::string>(std::move(bytes)), {}, {}, first_arrival};
  OC_TRY_ASSIGN(committed.record, AppendRecord::decode(*committed.bytes));
  std::vector<std::string_view> labels;
  labels.reserve(committed.record.streams.size());
  for (const AppendRecord::StreamRows& rows : committed.record.streams) labels.push_back(rows.labels);
  committed.streams = registry.intern(labels);
  return committed;
}

std::uint32_t Head::index_of(const StreamPtr& stream) {
  const std::string_view id(reinterpret_cast<const char*>(&stream->id), sizeof stream->id);
  const auto is_it = [&](std::uint32_t known) { return streams_[known] == stream; };
  const std::uint32_t index = indexes_.find_or_add(checksum(id), is_it);
  if (index == streams_.size()) {
    streams_.push_back(stream);
    memory_bytes_ += kStreamBytes;
  }
  return index;
}

void Head::add(const Committed& committed) {
  records_.push_back(committed.bytes);
  for (std::size_t i = 0; i < committed.streams.size(); ++i) {
    const auto& [labels, bounds, block] = committed.record.streams[i];
    places_.push_back({.block = block,
                       .first_arrival = committed.first_arrival,
                       .first_ns = bounds.first_ns,
                       .last_ns = bounds.last_ns,
                       .rows = static_cast<std::uint32_t>(bounds.rows),
                       .stream = index_of(committed.streams[i])});
  }
  rows_ += committed.record.rows;
  memory_bytes_ += committed.bytes->capacity() + committed.streams.size() * sizeof(Place);
}

}  // namespace oc::stores
