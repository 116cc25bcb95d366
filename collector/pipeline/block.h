// The bytes of a batch: a block is filled once by a receiver, then only read; records are views into it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace oc::collector {

// Small enough to stay in a core's second-level cache from reading to encoding.
inline constexpr std::size_t kBlockBytes = 256 << 10;

class BlockPool;

class Block {
 public:
  char* data() { return bytes_.get(); }
  std::size_t capacity() const { return capacity_; }

 private:
  friend class BlockPool;
  explicit Block(std::size_t capacity)
      : bytes_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity) {}
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
};

// Hands out blocks and takes them back when the last batch that views them is gone, from any thread, even after the
// pool itself: fresh pages cost more than reading a file into them. Keeps at most kKeptBlocks.
class BlockPool {
 public:
  static constexpr std::size_t kKeptBlocks = 16;  // 4 MiB: enough for a reader and the requests under way

  // At least `bytes` large; blocks larger than kBlockBytes (very long lines) are not kept.
  std::shared_ptr<Block> take(std::size_t bytes = kBlockBytes);
  void release_kept();

 private:
  struct Kept {
    std::mutex mutex;
    std::vector<std::unique_ptr<Block>> blocks;
  };
  static void give_back(const std::weak_ptr<Kept>& kept, Block* block);
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

}  // namespace oc::collector
