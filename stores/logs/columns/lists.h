// Lists all in one piece: what they take follows what is in them, however many lists there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace oc::stores::columns {

// One after the other.
template <typename Item>
class GrowingLists {
 public:
  void clear() {
    items_.clear();
    ends_.clear();
  }
  // Of all lists; to be appended to: what is behind the last list is the next one's.
  std::vector<Item>& items() { return items_; }
  const std::vector<Item>& items() const { return items_; }
  void end_list() { ends_.push_back(items_.size()); }
  std::size_t size() const { return ends_.size(); }
  std::span<const Item> operator[](std::size_t list) const {
    const std::size_t begin = list == 0 ? 0 : ends_[list - 1];
    return std::span(items_).subspan(begin, ends_[list] - begin);
  }

 private:
  std::vector<Item> items_;
  std::vector<std::size_t> ends_;  // of each list
};

// Of known sizes.
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
