// Some of a block's values, chosen by what they are: the same in all columns, so that it shows how often values come
// again.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include <xxhash.h>

#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

struct ValueSample {
  std::uint64_t hash = 0;
  std::uint32_t size = 0;
};

class ValueSamples {
 public:
  // Shorter ones take hardly more than the number of a value does: nothing is gained where they come again.
  static constexpr std::size_t kShortest = 8;

  // Of larger blocks about as many are chosen.
  explicit ValueSamples(std::size_t rows) : mask_((1u << std::bit_width(rows / kRowsLookedAt)) - 1) {}
  // The share of values that are chosen is one in so many.
  std::size_t one_in() const { return mask_ + 1; }
  // Null: it is not chosen.
  std::optional<ValueSample> of(std::string_view value) const {
    const std::uint64_t hash = hash_of(value);
    if ((hash & mask_) != 0) return {};
    return ValueSample{hash, static_cast<std::uint32_t>(value.size())};
  }

 private:
  // Of all of its bytes: values that differ must not look as if one came again.
  static std::uint64_t hash_of(std::string_view value) {
    if (value.size() > 32) return XXH3_64bits(value.data(), value.size());
    std::uint64_t hash = mix_ends(0, value);
    if (value.size() > 16)
      hash = mix(mix(hash, load_bytes(value.data() + 8, 8)), load_bytes(value.data() + value.size() - 16, 8));
    hash *= 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
  }
  static constexpr std::size_t kRowsLookedAt = 1 << 11;
  std::size_t mask_;
};

}  // namespace oc::stores::columns
