// Memory that is taken piece by piece and given back at once. What lies in it is never destroyed, only forgotten.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace oc {

// Not thread-safe while it grows; what was made can be read from any thread.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // Not initialised.
  template <typename T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    return reinterpret_cast<T*>(take(count * sizeof(T), alignof(T)));
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = take(text.size(), 1);
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kAlignment = alignof(std::max_align_t);
  static constexpr std::size_t kFirstChunk = 4 << 10;
  static constexpr std::size_t kLargestChunk = 256 << 10;  // few enough for a batch, small enough to come from the heap

  char* take(std::size_t size, std::size_t alignment) {
    std::size_t at = (used_ + alignment - 1) / alignment * alignment;
    if (at + size > capacity_ || chunks_.empty()) {
      capacity_ = std::max(size, std::clamp(bytes_, kFirstChunk, kLargestChunk));
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(capacity_));
      bytes_ += capacity_;
      at = 0;
    }
    used_ = at + size;
    return chunks_.back().get() + at;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t used_ = 0, capacity_ = 0;  // of the last chunk
  std::size_t bytes_ = 0;
};

}  // namespace oc
