#include "formats/regex/byte_set.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oc::formats {

ByteSet::ByteSet(const Bits& bits) : bits_(bits), stop_count_(256 - bits.count()) {
  for (std::size_t byte = 0; byte < 256; ++byte) table_[byte] = bits_[byte];
  if (stop_count_ == 0 || stop_count_ > kFew) return;
  std::size_t count = 0;
  for (std::size_t byte = 0; byte < 256; ++byte)
    if (!bits_[byte]) std::ranges::fill(stops_[count++], static_cast<char>(byte));
  for (; count < kFew; ++count) std::ranges::copy(stops_[count - 1], stops_[count]);
}

std::size_t ByteSet::span_one_by_one(std::string_view text, std::size_t from) const {
  while (from < text.size() && table_[static_cast<unsigned char>(text[from])]) ++from;
  return from;
}

std::size_t ByteSet::span(std::string_view text) const {
  if (stop_count_ == 0) return text.size();
  if (stop_count_ == 1) {
    const void* stop = text.empty() ? nullptr : std::memchr(text.data(), stops_[0][0], text.size());
    return stop ? static_cast<std::size_t>(static_cast<const char*>(stop) - text.data()) : text.size();
  }
  std::size_t at = 0;
#ifdef __SSE2__
  if (stop_count_ <= kFew) {
    constexpr std::size_t kStep = sizeof(__m128i);
    for (; at + kStep <= text.size(); at += kStep) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      __m128i found = _mm_setzero_si128();
      for (const auto& stop : stops_)
        found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, *reinterpret_cast<const __m128i*>(stop)));
      if (const int mask = _mm_movemask_epi8(found); mask != 0)
        return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
    }
  }
#endif
  return span_one_by_one(text, at);
}

}  // namespace oc::formats
