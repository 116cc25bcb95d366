// The rows that are in the WAL and in no part yet, as the records' own bytes. Guarded by the store's lock while it is
// written to; immutable while it is being sealed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/logs/append_record.h"
#include "stores/logs/stream_registry.h"

namespace oc::stores {

struct HeadBlock {
  std::shared_ptr<const std::string> record;  // keeps `block` alive
  std::string_view block;
  std::uint64_t first_arrival = 0;
  RowBounds bounds;
};

struct HeadStream {
  StreamPtr stream;
  std::vector<HeadBlock> blocks;  // in order of arrival
};

class Head {
 public:
  void add(const std::shared_ptr<const std::string>& bytes, const AppendRecord& record, std::uint64_t first_arrival,
           StreamRegistry& registry);
  const std::map<std::uint64_t, HeadStream>& streams() const { return streams_; }  // by stream id
  std::size_t memory_bytes() const { return memory_bytes_; }
  std::uint64_t rows() const { return rows_; }

 private:
  std::map<std::uint64_t, HeadStream> streams_;
  std::size_t memory_bytes_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace oc::stores
