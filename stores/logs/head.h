// The rows that are in the WAL and in no part yet, as the records' own bytes. Guarded by the store's lock while it is
// written to; immutable while it is being sealed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_index.h"
#include "stores/logs/append_record.h"
#include "stores/logs/stream_registry.h"

namespace oc::stores {

// A request as the head takes it.
struct Committed {
  std::shared_ptr<const std::string> bytes;
  AppendRecord record;             // decoded from `bytes`
  std::vector<StreamPtr> streams;  // of record.streams
  std::uint64_t first_arrival = 0;

  // An error is permanent: malformed.
  static Result<Committed> decode(std::string bytes, std::uint64_t first_arrival, StreamRegistry& registry);
};

class Head {
 public:
  // Where the rows of one stream in one request are. A request may have thousands of streams, so it is small.
  struct Place {
    std::string_view block;
    std::uint64_t first_arrival = 0;
    Nanos first_ns = 0, last_ns = 0;
    std::uint32_t rows = 0;
    std::uint32_t stream = 0;  // index into streams()

    RowBounds bounds() const { return {first_ns, last_ns, rows}; }
    // About what lines and own metadata take: the block without what it has beside them for each row.
    std::uint64_t text_bytes() const {
      constexpr std::uint64_t kBesideText = 9;  // time, arrival, sizes
      return block.size() - std::min<std::uint64_t>(block.size(), kBesideText * rows);
    }
  };

  void add(const Committed& committed);
  const std::vector<StreamPtr>& streams() const { return streams_; }
  // In order of arrival. They live as long as the head and do not move while it grows.
  const std::deque<Place>& places() const { return places_; }
  std::size_t memory_bytes() const { return memory_bytes_; }
  std::uint64_t rows() const { return rows_; }

 private:
  std::uint32_t index_of(const StreamPtr& stream);

  std::vector<std::shared_ptr<const std::string>> records_;  // that places look into
  std::vector<StreamPtr> streams_;
  HashIndex indexes_;  // of streams_
  std::deque<Place> places_;
  std::size_t memory_bytes_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace oc::stores
