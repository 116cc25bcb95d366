#include "collector/pipeline/block.h"

namespace oc::collector {

std::shared_ptr<Block> BlockPool::take(std::size_t bytes) {
  std::unique_ptr<Block> block;
  if (bytes <= kBlockBytes) {
    std::lock_guard lock(kept_->mutex);
    if (!kept_->blocks.empty()) {
      block = std::move(kept_->blocks.back());
      kept_->blocks.pop_back();
    }
  }
  if (!block) block.reset(new Block(std::max(bytes, kBlockBytes)));
  return {block.release(), [kept = std::weak_ptr(kept_)](Block* used) { give_back(kept, used); }};
}

void BlockPool::give_back(const std::weak_ptr<Kept>& kept, Block* block) {
  std::unique_ptr<Block> owned(block);
  const auto pool = kept.lock();
  if (!pool || owned->capacity() != kBlockBytes) return;
  std::lock_guard lock(pool->mutex);
  if (pool->blocks.size() < kKeptBlocks) pool->blocks.push_back(std::move(owned));
}

void BlockPool::release_kept() {
  std::lock_guard lock(kept_->mutex);
  kept_->blocks.clear();
}

}  // namespace oc::collector
