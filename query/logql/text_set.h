// Many texts looked for at once: whether a line holds any of them, in one pass over the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace oc::query {

class TextSet {
 public:
  // Fewer are found sooner one by one.
  static constexpr std::size_t kWorthwhile = 8;

  explicit TextSet(std::vector<std::string> texts);
  bool found_in(std::string_view line) const;  // thread-safe

 private:
  using Head = std::uint64_t;  // the first bytes of a text, as many as the shortest has
  static constexpr std::size_t kFilterBits = 1 << 16;

  static std::size_t filter_bit(Head head) { return head * 0x9E37'79B9'7F4A'7C15 >> 48; }
  Head head_of(std::string_view text) const;  // of at least head_bytes_
  bool any_at(std::string_view rest) const;

  std::size_t head_bytes_ = sizeof(Head);
  std::unordered_map<Head, std::vector<std::string>> by_head_;
  std::vector<std::uint64_t> filter_;  // a bit for each head: most places of a line are passed by it
};

}  // namespace oc::query
