// Finds things that lie in a list by their hash: a table of their places, eight bytes each.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace oc {

// Knows the things by their place only; hashes are expected to be spread evenly over 64 bits. Not thread-safe.
class HashIndex {
 public:
  // The place of what has this hash and is it, says `is_it(place)`; else that of a new thing, which the caller puts at
  // the end of the list: places are given out in order.
  template <typename IsIt>
  std::uint32_t find_or_add(std::uint64_t hash, IsIt&& is_it) {
    if (2 * (size_ + std::size_t{1}) > slots_.size()) grow();
    Slot* slot = first(slots_, known_by(hash));
    for (; slot->place != kNone; slot = next(slots_, slot))
      if (slot->hash == known_by(hash) && is_it(slot->place)) return slot->place;
    *slot = {known_by(hash), size_};
    return size_++;
  }
  // For many look-ups one after the other, whose waits for memory then overlap: has the table's part for the hash
  // brought near; the place of the thing that is likely it, or kNone.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[known_by(hash) & (slots_.size() - 1)]);
  }
  std::uint32_t guess(std::uint64_t hash) const {
    if (slots_.empty()) return kNone;
    const Slot& slot = slots_[known_by(hash) & (slots_.size() - 1)];
    return slot.hash == known_by(hash) ? slot.place : kNone;
  }
  static constexpr std::uint32_t kNone = ~0u;
  std::uint32_t size() const { return size_; }
  // As new; keeps its memory.
  void clear() {
    slots_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::size_t kFewest = 8;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t place = kNone;
  };
  using Slots = std::vector<Slot>;  // a power of two

  static std::uint32_t known_by(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32 ^ hash); }
  static Slot* first(Slots& slots, std::uint32_t hash) { return &slots[hash & (slots.size() - 1)]; }
  static Slot* next(Slots& slots, Slot* slot) { return slot == &slots.back() ? &slots.front() : slot + 1; }

  void grow() {
    if (slots_.empty()) return slots_.resize(kFewest);
    Slots larger(2 * slots_.size());
    for (const Slot& slot : slots_) {
      if (slot.place == kNone) continue;
      Slot* to = first(larger, slot.hash);
      while (to->place != kNone) to = next(larger, to);
      *to = slot;
    }
    slots_ = std::move(larger);
  }

  Slots slots_;
  std::uint32_t size_ = 0;
};

}  // namespace oc
