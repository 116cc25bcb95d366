// Kind kHex: hexadecimal digits of one length, two a byte. What else stands in all values at the same place, such as
// the dashes of a UUID, is written once.
#include <algorithm>
#include <array>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

namespace {

constexpr std::size_t kMaxHexValue = 256;
constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
constexpr char kDigitPlace = '0';  // in a pattern; dashes stand for themselves

constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = 0xFF;
  for (std::uint8_t i = 0; i < 16; ++i) {
    values[static_cast<unsigned char>(kLower[i])] = i;
    values[static_cast<unsigned char>(kUpper[i])] = i;
  }
  return values;
}();

constexpr auto hex_pairs(std::string_view digits) {
  std::array<char, 512> pairs{};
  for (unsigned i = 0; i < 256; ++i) {
    pairs[2 * i] = digits[i >> 4];
    pairs[2 * i + 1] = digits[i & 15];
  }
  return pairs;
}
constexpr auto kLowerPairs = hex_pairs(kLower), kUpperPairs = hex_pairs(kUpper);

bool has(std::string_view text, char first, char last) {
  return std::ranges::any_of(text, [&](char c) { return c >= first && c <= last; });
}

// Appends the value's bytes; false where it does not fit the pattern.
bool pack(std::string_view value, std::string_view pattern, std::string& out) {
  if (value.size() != pattern.size()) return false;
  unsigned high = 0;
  bool half = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (pattern[i] != kDigitPlace) {
      if (value[i] != pattern[i]) return false;
      continue;
    }
    const std::uint8_t digit = kHexValues[static_cast<unsigned char>(value[i])];
    if (digit > 15) return false;
    if (half) out.push_back(static_cast<char>(high << 4 | digit));
    high = digit;
    half = !half;
  }
  if (half) out.push_back(static_cast<char>(high << 4));
  return true;
}

class HexColumn final : public Column {
 public:
  HexColumn(std::string_view pattern, bool upper, std::size_t size, StretchReader& reader)
      : Column(size, reader),
        pattern_(pattern),
        upper_(upper),
        digits_(static_cast<std::size_t>(std::ranges::count(pattern, kDigitPlace))),
        packed_(reader.next_stretch()) {}

  bool may_hold(std::string_view piece, Place place) const override {
    if (piece.size() > pattern_.size()) return false;
    const std::size_t last = pattern_.size() - piece.size();
    if (place == Place::kBegin || (place == Place::kWhole && last == 0)) return fits(piece, 0);
    if (place == Place::kWhole) return false;
    for (std::size_t at = place == Place::kEnd ? last : 0; at <= last; ++at)
      if (fits(piece, at)) return true;
    return false;
  }

 private:
  bool fits(std::string_view piece, std::size_t at) const {
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const bool digit =
          is_digit(piece[i]) || (upper_ ? piece[i] >= 'A' && piece[i] <= 'F' : piece[i] >= 'a' && piece[i] <= 'f');
      if (pattern_[at + i] == kDigitPlace ? !digit : piece[i] != pattern_[at + i]) return false;
    }
    return true;
  }
  Result<TextColumn> make_text() override {
    const std::size_t bytes = (digits_ + 1) / 2;
    OC_TRY_ASSIGN(const std::string packed, in().load(packed_, size() * bytes));
    TextColumn text;
    OC_TRY(reserve(text, size() * (pattern_.size() + 1)));
    const bool plain = digits_ == pattern_.size();
    for (std::size_t i = 0; i < size(); ++i)
      text.close(plain ? write_plain(text.end(), packed.data() + i * bytes)
                       : write(text.end(), packed.data() + i * bytes));
    return text;
  }
  const char* pair(char byte) const {
    return (upper_ ? kUpperPairs : kLowerPairs).data() + static_cast<std::size_t>(static_cast<unsigned char>(byte)) * 2;
  }
  char* write_plain(char* to, const char* packed) const {
    for (std::size_t i = 0; i < digits_; i += 2) std::memcpy(to + i, pair(packed[i / 2]), 2);
    return to + digits_;
  }
  char* write(char* to, const char* packed) const {
    std::size_t digit = 0;
    for (const char c : pattern_) {
      *to++ = c == kDigitPlace ? pair(packed[digit / 2])[digit % 2] : c;
      digit += c == kDigitPlace;
    }
    return to;
  }

  std::string_view pattern_;
  bool upper_;
  std::size_t digits_;
  Stretch packed_;
};

}  // namespace

bool put_hex(const Values& values, StretchWriter& out) {
  std::string pattern(values.texts.front());
  if (pattern.empty() || pattern.size() > kMaxHexValue) return false;
  for (char& c : pattern)
    if (c != '-') c = kDigitPlace;
  const bool upper = has(values.texts.front(), 'A', 'F');
  std::string packed;
  packed.reserve(values.texts.size() * (pattern.size() + 1) / 2);
  for (const std::string_view text : values.texts)
    if (!pack(text, pattern, packed) || (upper ? has(text, 'a', 'f') : has(text, 'A', 'F'))) return false;
  out.put_number(static_cast<unsigned>(Kind::kHex));
  out.put_text(pattern);
  out.put_number(upper);
  out.put_stretch(packed, StretchWriter::kNumberLevel);
  return true;
}

ColumnPtr read_hex(StretchReader& in, std::size_t size) {
  const std::string_view pattern = in.directory().bytes();
  const bool upper = in.directory().varint() != 0;
  if (pattern.size() > kMaxHexValue) return nullptr;
  return std::make_unique<HexColumn>(pattern, upper, size, in);
}

}  // namespace oc::stores::columns
