#include "stores/ingest/recent_entries.h"

#include <algorithm>

namespace oc::stores {

RecentEntries::RecentEntries() : buckets_(kBuckets) {}

bool RecentEntries::knows(std::uint64_t hash) const {
  const std::scoped_lock lock(mutex_);
  return std::ranges::find(buckets_[hash % kBuckets].hashes, hash) != buckets_[hash % kBuckets].hashes.end();
}

void RecentEntries::remember(std::span<const std::uint64_t> hashes) {
  const std::scoped_lock lock(mutex_);
  for (const auto hash : hashes) {
    auto& bucket = buckets_[hash % kBuckets].hashes;
    std::ranges::rotate(bucket, bucket.end() - 1);
    bucket[0] = hash;
  }
}

}  // namespace oc::stores
