// Kind kHex: hexadecimal digits of one length, two a byte. What else stands in all values at the same place, such as
// the dashes of a UUID, is written once.
#include <algorithm>
#include <array>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/find_in_text.h"

namespace oc::stores::columns {

namespace {

constexpr std::size_t kMaxHexValue = 256;
constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
constexpr char kDigitPlace = '0';  // in a pattern; dashes stand for themselves

// Bits of a column's form.
constexpr unsigned kUpperForm = 1;  // A to F
constexpr unsigned kPlainForm = 2;  // the digits are a plain stretch

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

constexpr std::uint8_t kNoDigit = 0xFF;
constexpr auto values_of(std::string_view digits) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < digits.size(); ++i) values[static_cast<unsigned char>(digits[i])] = i;
  return values;
}
constexpr auto kLowerValues = values_of(kLower), kUpperValues = values_of(kUpper);

// Values of one pattern, packed one behind the other.
class HexPacker {
 public:
  HexPacker(std::string_view pattern, bool upper)
      : pattern_(pattern),
        values_(upper ? kUpperValues : kLowerValues),
        digits_(static_cast<std::size_t>(std::ranges::count(pattern, kDigitPlace))) {}
  std::size_t bytes() const { return (digits_ + 1) / 2; }
  // False where the value does not fit the pattern; what was written then counts for nothing.
  bool pack(std::string_view value, char* to) const {
    if (value.size() != pattern_.size()) return false;
    if (digits_ == pattern_.size()) return pack_digits(value, to);
    std::string digits;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (pattern_[i] == kDigitPlace)
        digits.push_back(value[i]);
      else if (value[i] != pattern_[i])
        return false;
    }
    return pack_digits(digits, to);
  }

 private:
  bool pack_digits(std::string_view value, char* to) const {
    const auto digit = [&](std::size_t i) -> unsigned { return values_[static_cast<unsigned char>(value[i])]; };
    unsigned all = 0;
    std::size_t i = 0;
    for (; i + 2 <= value.size(); i += 2) {
      const unsigned high = digit(i), low = digit(i + 1);
      all |= high | low;
      *to++ = static_cast<char>(high << 4 | low);
    }
    if (i < value.size()) {
      all |= digit(i);
      *to = static_cast<char>(digit(i) << 4);
    }
    return all < 16;
  }

  std::string_view pattern_;
  const std::array<std::uint8_t, 256>& values_;
  std::size_t digits_;
};

class HexColumn final : public Column {
 public:
  HexColumn(std::string_view pattern, std::uint64_t form, std::size_t size, StretchReader& reader)
      : Column(size, reader),
        pattern_(pattern),
        upper_((form & kUpperForm) != 0),
        digits_(static_cast<std::size_t>(std::ranges::count(pattern, kDigitPlace))),
        packed_((form & kPlainForm) != 0 ? reader.next_plain_stretch(size * bytes()) : reader.next_stretch()) {}

  Result<Lengths> lengths() override {
    const auto length = static_cast<std::uint32_t>(pattern_.size());
    return Lengths{length, length};
  }
  // In plain digits without making text of them.
  Result<RowSet> find(std::string_view piece, Place place) override {
    constexpr std::size_t kLongEnough = 5;  // two whole bytes, wherever it begins
    if (digits_ != pattern_.size() || piece.size() < kLongEnough) return Column::find(piece, place);
    RowSet found(size());
    if (!may_hold(piece, place)) return found;
    OC_TRY_ASSIGN(const std::string packed, in().load(packed_, size() * bytes()));
    if (place == Place::kInside) {
      find_packed(packed, piece, found);
      return found;
    }
    const std::size_t at = place == Place::kEnd ? digits_ - piece.size() : 0;
    for (std::size_t row = 0; row < size(); ++row)
      if (stands_at(packed.data() + row * bytes(), at, piece)) found.add(row);
    return found;
  }
  bool may_hold(std::string_view piece, Place place) const override {
    if (piece.size() > pattern_.size()) return false;
    const std::size_t last = pattern_.size() - piece.size();
    if (place == Place::kBegin || (place == Place::kWhole && last == 0)) return fits(piece, 0);
    if (place == Place::kWhole) return false;
    for (std::size_t at = place == Place::kEnd ? last : 0; at <= last; ++at)
      if (fits(piece, at)) return true;
    return false;
  }
  formats::ByteSet::Bits bytes_at(Place place) const override {
    formats::ByteSet::Bits bytes;
    for (const char& c : pattern_.substr(0, place == Place::kBegin ? 1 : pattern_.size()))
      for (const char byte : c != kDigitPlace ? std::string_view(&c, 1) : upper_ ? kUpper : kLower)
        bytes.set(static_cast<unsigned char>(byte));
    return bytes;
  }

 private:
  static std::uint8_t digit(const char* packed, std::size_t at) {
    const auto byte = static_cast<std::uint8_t>(packed[at / 2]);
    return at % 2 == 0 ? byte >> 4 : byte & 15;
  }
  static bool stands_at(const char* packed, std::size_t at, std::string_view piece) {
    for (std::size_t i = 0; i < piece.size(); ++i)
      if (digit(packed, at + i) != kHexValues[static_cast<unsigned char>(piece[i])]) return false;
    return true;
  }
  // The bytes that the piece fills where so many of its digits belong to the byte before.
  static std::string filled(std::string_view piece, std::size_t skipped) {
    std::string bytes;
    for (std::size_t i = skipped; i + 1 < piece.size(); i += 2)
      bytes.push_back(static_cast<char>(kHexValues[static_cast<unsigned char>(piece[i])] << 4 |
                                        kHexValues[static_cast<unsigned char>(piece[i + 1])]));
    return bytes;
  }
  void find_packed(std::string_view packed, std::string_view piece, RowSet& found) const {
    const std::string even = filled(piece, 0), odd = filled(piece, 1);
    const std::array<std::string_view, 2> bytes_of_piece = {even, odd};
    for_each_place(packed, bytes_of_piece, [&](std::size_t place, std::size_t skipped) {
      const std::size_t row = place / bytes(), at = place % bytes() * 2;
      if (at >= skipped && at - skipped + piece.size() <= digits_ &&
          stands_at(packed.data() + row * bytes(), at - skipped, piece))
        found.add(row);
    });
  }
  bool fits(std::string_view piece, std::size_t at) const {
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const bool digit =
          is_digit(piece[i]) || (upper_ ? piece[i] >= 'A' && piece[i] <= 'F' : piece[i] >= 'a' && piece[i] <= 'f');
      if (pattern_[at + i] == kDigitPlace ? !digit : piece[i] != pattern_[at + i]) return false;
    }
    return true;
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const std::string packed, in().load(packed_, size() * bytes()));
    TextColumn text;
    OC_TRY(reserve(text, count(rows), count(rows) * (pattern_.size() + 1)));
    const bool plain = digits_ == pattern_.size();
    for_each_row(rows, size(), [&](std::size_t row) {
      const char* value = packed.data() + row * bytes();
      text.close(plain ? write_plain(text.end(), value) : write(text.end(), value));
    });
    return text;
  }
  std::size_t bytes() const { return (digits_ + 1) / 2; }
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
  const bool upper = values.texts.front().find_first_of("ABCDEF") != std::string_view::npos;
  const HexPacker packer(pattern, upper);
  std::string packed(packer.bytes(), '\0');
  if (!packer.pack(values.texts.front(), packed.data())) return false;
  packed.resize(values.texts.size() * packer.bytes());
  char* to = packed.data();
  for (const std::string_view text : values.texts) {
    if (!packer.pack(text, to)) return false;
    to += packer.bytes();
  }
  out.put_number(static_cast<unsigned>(Kind::kHex));
  out.put_text(pattern);
  const StretchWriter::Packed stretch = out.pack(std::move(packed), StretchWriter::kNumberLevel);
  out.put_number((upper ? kUpperForm : 0) | (stretch.compressed ? 0 : kPlainForm));
  stretch.compressed ? out.put_stretch(stretch) : out.put_plain_stretch(stretch.bytes);
  return true;
}

ColumnPtr read_hex(StretchReader& in, std::size_t size) {
  const std::string_view pattern = in.directory().bytes();
  const std::uint64_t form = in.directory().varint();
  if (pattern.size() > kMaxHexValue) return nullptr;
  return std::make_unique<HexColumn>(pattern, form, size, in);
}

}  // namespace oc::stores::columns
