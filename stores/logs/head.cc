#include "stores/logs/head.h"

namespace oc::stores {

void Head::add(const std::shared_ptr<const std::string>& bytes, const AppendRecord& record, std::uint64_t first_arrival,
               StreamRegistry& registry) {
  for (const AppendRecord::StreamRows& rows : record.streams) {
    const StreamPtr stream = registry.intern(rows.labels);
    HeadStream& of_stream = streams_[stream->id];
    of_stream.stream = stream;
    of_stream.blocks.push_back({bytes, rows.block, first_arrival, rows.bounds});
  }
  rows_ += record.rows;
  memory_bytes_ += bytes->capacity() + record.streams.size() * sizeof(HeadBlock);
}

}  // namespace oc::stores
