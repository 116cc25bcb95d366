// Values of one column as text, one after another.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace oc::stores::columns {

// Filled once, in order: reserve, then for each value write at end() and close it, or append. Views live as long as it.
class TextColumn {
 public:
  // Short values are copied in steps of this size, beyond their end where need be: both sides keep that much room.
  static constexpr std::size_t kSlack = 32;

  void reserve(std::size_t values, std::size_t bytes) {
    bytes_ = std::make_unique_for_overwrite<char[]>(bytes + 2 * kSlack);
    ends_.clear();
    ends_.reserve(values);
    size_ = 0;
  }
  char* end() { return bytes_.get() + size_; }
  // The value that begins at end() ends here.
  void close(const char* value_end) {
    size_ = static_cast<std::uint32_t>(value_end - bytes_.get());
    ends_.push_back(size_);
  }
  void append(std::string_view value) {
    std::memcpy(end(), value.data(), value.size());
    close(end() + value.size());
  }
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.get() + begin, ends_[i] - begin};
  }
  std::string_view all() const { return {bytes_.get(), size_}; }
  const std::vector<std::uint32_t>& ends() const { return ends_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::vector<std::uint32_t> ends_;
  std::uint32_t size_ = 0;
};

// Copies a value out of a TextColumn (or out of bytes with as much room behind them) to a place with kSlack to spare.
inline char* copy_with_slack(char* to, std::string_view from) {
  std::memcpy(to, from.data(), TextColumn::kSlack);
  if (from.size() > TextColumn::kSlack) [[unlikely]]
    std::memcpy(to + TextColumn::kSlack, from.data() + TextColumn::kSlack, from.size() - TextColumn::kSlack);
  return to + from.size();
}

}  // namespace oc::stores::columns
