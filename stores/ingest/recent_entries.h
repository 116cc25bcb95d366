// Which entries were pushed lately. A client that got no answer sends its push again, and Loki keeps one of two entries
// that are the same in stream, time, line and metadata.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace oc::stores {

// Entries are known by a hash of 64 bits: two different ones meet once in some 10^13 pushes of as many as are kept.
// Thread-safe. Forgets at a restart, and the oldest when it is full.
class RecentEntries {
 public:
  RecentEntries();
  // That it will be asked for soon: no two hashes lie together, so each comes from memory.
  void prepare(std::uint64_t hash) const { __builtin_prefetch(&buckets_[hash % kBuckets]); }
  bool knows(std::uint64_t hash) const;
  void remember(std::span<const std::uint64_t> hashes);  // once they are durable

 private:
  static constexpr std::size_t kInBucket = 4;
  static constexpr std::size_t kBuckets = 1 << 17;  // 4 MiB, half a million entries: some seconds of a busy store

  struct Bucket {
    std::array<std::uint64_t, kInBucket> hashes{};  // the newest first; 0: free
  };

  mutable std::mutex mutex_;
  std::vector<Bucket> buckets_;
};

}  // namespace oc::stores
