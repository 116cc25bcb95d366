// The streams that head and parts refer to, one object a label set.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash_index.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

using query::StreamPtr;

// Thread-safe.
class StreamRegistry {
 public:
  // Of labels as they lie in WAL and parts (encoded_labels.h), one stream each; of many at once quicker than one by
  // one. Ids are unique in this process, never used again.
  std::vector<StreamPtr> intern(std::span<const std::string_view> encoded_labels);
  std::size_t size() const;
  // Frees what nobody else refers to any longer.
  void drop_unused();

 private:
  void bring_near(std::span<const std::uint64_t> hashes) const;
  const StreamPtr& find_or_add(std::string_view encoded_labels, std::uint64_t hash);

  mutable std::mutex mutex_;
  HashIndex index_;  // of streams_, by the hash of their encoded labels
  std::vector<StreamPtr> streams_;
  std::uint64_t next_id_ = 1;
};

}  // namespace oc::stores
