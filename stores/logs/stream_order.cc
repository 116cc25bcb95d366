#include "stores/logs/stream_order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>

namespace oc::stores {

namespace {

// Sorts texts eight bytes at a time, each time from where those that were equal so far begin to differ: labels of alike
// streams begin alike, and comparing them from their begin on is most of the work.
class LabelSort {
 public:
  explicit LabelSort(std::span<const StreamPtr> streams) {
    keys_.reserve(streams.size());
    for (const StreamPtr& stream : streams) add(stream->labels);
  }

  std::vector<std::uint32_t> run() {
    unsorted_.push_back({0, keys_.size(), 0});
    while (!unsorted_.empty()) {
      const Range range = unsorted_.back();
      unsorted_.pop_back();
      sort(range);
    }
    std::vector<std::uint32_t> order;
    order.reserve(keys_.size());
    for (const Key& key : keys_) order.push_back(key.index);
    return order;
  }

 private:
  struct Key {
    std::uint64_t bytes = 0;  // of the text, the first one the highest; zeros behind its end
    std::uint32_t index = 0;
  };
  struct Range {
    std::size_t begin = 0, end = 0, equal_bytes = 0;
  };

  void add(const query::Labels& labels) {
    for (const auto& [name, value] : labels) texts_.append(name).append(1, '\0').append(value).append(1, '\0');
    ends_.push_back(texts_.size());
    keys_.push_back({0, static_cast<std::uint32_t>(keys_.size())});
  }

  std::string_view text(const Key& key) const {
    const std::size_t begin = key.index == 0 ? 0 : ends_[key.index - 1];
    return std::string_view(texts_).substr(begin, ends_[key.index] - begin);
  }

  std::uint64_t bytes_at(std::string_view text, std::size_t at) const {
    std::uint64_t bytes = 0;
    const std::string_view rest = text.substr(std::min(at, text.size()), sizeof bytes);
    std::memcpy(&bytes, rest.data(), rest.size());
    static_assert(std::endian::native == std::endian::little);
    return __builtin_bswap64(bytes);
  }

  void sort(Range range) {
    const std::span<Key> keys = std::span(keys_).subspan(range.begin, range.end - range.begin);
    const auto ended = [&](const Key& key) { return text(key).size() <= range.equal_bytes; };
    if (std::ranges::all_of(keys, ended)) return;
    const std::size_t equal = equal_bytes(keys, range.equal_bytes);
    for (Key& key : keys) key.bytes = bytes_at(text(key), equal);
    std::ranges::sort(keys, {}, &Key::bytes);
    for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
      while (end < keys.size() && keys[end].bytes == keys[begin].bytes) ++end;
      if (end - begin > 1) unsorted_.push_back({range.begin + begin, range.begin + end, equal + sizeof(std::uint64_t)});
    }
  }

  // How many bytes all have in common at their begin; they are known to be equal up to `from`.
  std::size_t equal_bytes(std::span<const Key> keys, std::size_t from) const {
    const std::string_view first = text(keys[0]);
    std::size_t equal = first.size();
    for (const Key& key : keys.subspan(1)) {
      const std::string_view other = text(key).substr(0, equal);
      std::size_t same = std::min(from, other.size());
      while (same < other.size() && other[same] == first[same]) ++same;
      equal = same;
    }
    return std::max(equal, from);
  }

  std::string texts_;
  std::vector<std::size_t> ends_;  // of each stream's text
  std::vector<Key> keys_;
  std::vector<Range> unsorted_;
};

}  // namespace

std::vector<std::uint32_t> in_order_of_labels(std::span<const StreamPtr> streams) {
  return streams.empty() ? std::vector<std::uint32_t>() : LabelSort(streams).run();
}

}  // namespace oc::stores
