// Lists of known sizes, all in one piece: what they take follows what is in them, however many lists there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace oc::stores::columns {

template <typename Item>
class Lists {
 public:
  // To be filled, each in order.
  explicit Lists(std::span<const std::uint32_t> sizes) {
    begins_.reserve(sizes.size() + 1);
    for (const std::uint32_t size : sizes) begins_.push_back(begins_.back() + size);
    filled_.assign(begins_.begin(), begins_.end() - 1);
    items_.resize(begins_.back());
  }
  // False: the list is full.
  bool add(std::size_t list, Item item) {
    std::size_t& at = filled_[list];
    if (at == begins_[list + 1]) return false;
    items_[at++] = item;
    return true;
  }
  bool full() const {
    for (std::size_t list = 0; list < filled_.size(); ++list)
      if (filled_[list] != begins_[list + 1]) return false;
    return true;
  }
  std::span<const Item> operator[](std::size_t list) const {
    return std::span(items_).subspan(begins_[list], begins_[list + 1] - begins_[list]);
  }

 private:
  std::vector<std::size_t> begins_ = {0};  // of each list; the last: of what would follow
  std::vector<std::size_t> filled_;        // of each list, up to where
  std::vector<Item> items_;
};

}  // namespace oc::stores::columns
