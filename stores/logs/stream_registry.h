// The streams that head and parts refer to, one object a label set, alive as long as something refers to it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "query/logql/log_reader.h"

namespace oc::stores {

using StreamPtr = std::shared_ptr<const query::Stream>;

// Thread-safe.
class StreamRegistry {
 public:
  // Ids are unique in this process, never used again.
  StreamPtr intern(const query::Labels& labels);
  std::size_t size() const;
  // Frees what nobody refers to any longer.
  void drop_unused();

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const query::Stream>> by_labels_;
  std::uint64_t next_id_ = 1;
};

}  // namespace oc::stores
