#include "stores/logs/stream_registry.h"

#include "stores/logs/encoded_labels.h"

namespace oc::stores {

StreamPtr StreamRegistry::intern(std::string_view encoded_labels) {
  const std::uint64_t hash = checksum(encoded_labels);
  std::lock_guard lock(mutex_);
  for (auto [known, end] = by_hash_.equal_range(hash); known != end; ++known)
    if (are_labels(encoded_labels, known->second->labels)) return known->second;
  auto stream = std::make_shared<const query::Stream>(query::Stream{next_id_++, decode_labels(encoded_labels)});
  return by_hash_.emplace(hash, std::move(stream))->second;
}

std::size_t StreamRegistry::size() const {
  std::lock_guard lock(mutex_);
  return by_hash_.size();
}

// Who has no copy gets one here only, so one that is alone stays alone while the lock is held.
void StreamRegistry::drop_unused() {
  std::lock_guard lock(mutex_);
  std::erase_if(by_hash_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace oc::stores
