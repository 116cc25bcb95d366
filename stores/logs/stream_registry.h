// The streams that head and parts refer to, one object a label set.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "query/logql/log_reader.h"

namespace oc::stores {

using StreamPtr = std::shared_ptr<const query::Stream>;

// Thread-safe.
class StreamRegistry {
 public:
  // Of labels as they lie in WAL and parts (encoded_labels.h). Ids are unique in this process, never used again.
  StreamPtr intern(std::string_view encoded_labels);
  std::size_t size() const;
  // Frees what nobody else refers to any longer.
  void drop_unused();

 private:
  // There may be many, so what they are known by is no copy of their labels but its hash.
  struct AsItIs {
    std::size_t operator()(std::uint64_t hash) const { return hash; }
  };
  mutable std::mutex mutex_;
  std::unordered_multimap<std::uint64_t, StreamPtr, AsItIs> by_hash_;
  std::uint64_t next_id_ = 1;
};

}  // namespace oc::stores
