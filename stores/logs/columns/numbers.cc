// Kinds kNumber and kAddress: decimal digits, with a point or three of them.
#include <algorithm>
#include <array>

#include "stores/logs/columns/address_search.h"
#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/number_sieve.h"
#include "stores/logs/columns/number_text.h"
#include "stores/logs/columns/parse_digits.h"

namespace oc::stores::columns {

namespace {

constexpr unsigned kMaxDigits = 20;

struct Number {
  std::uint64_t digits = 0;
  unsigned scale = 0;  // digits behind the point
};

// Digits, at most one point among them, less than 2^64.
bool parse_number(std::string_view text, Number& number) {
  number.scale = 0;
  if (parse_digits(text, number.digits)) return true;
  if (text.empty() || text.size() > kMaxDigits) return false;
  std::uint64_t value = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned char>(text[i] - '0');
    if (digit > 9) {
      if (text[i] != '.' || point != text.size() || i == 0 || i + 1 == text.size()) return false;
      point = i;
      continue;
    }
    if (i >= 19 && value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  number = {value, point == text.size() ? 0 : static_cast<unsigned>(text.size() - point - 1)};
  return true;
}

bool has_leading_zero(std::string_view text) { return text.size() > 1 && text[0] == '0' && text[1] != '.'; }

// Width 0: as many digits as the number has, at least one before the point. Else zeros in front up to that many digits.
class NumberColumn final : public Column {
 public:
  NumberColumn(StretchReader& reader, std::size_t size)
      : Column(size, reader),
        width_(std::min<std::uint64_t>(reader.directory().varint(), kMaxDigits)),
        most_digits_(std::min<std::uint64_t>(reader.directory().varint(), kMaxDigits)),
        numbers_(Integers::read(reader, size)),
        scales_(Integers::read(reader, size)) {}

  bool may_hold(std::string_view piece, Place place) const override {
    if (piece.size() > most_digits_ + 1) return false;
    const bool right_size = place != Place::kWhole || width_ == 0 || piece.size() >= width_;
    const bool from_begin = place == Place::kBegin || place == Place::kWhole;
    if (from_begin && piece.starts_with('.')) return false;
    std::size_t points = 0;
    for (const char c : piece) {
      if (!is_digit(c) && c != '.') return false;
      points += c == '.';
    }
    return right_size && piece.size() - points <= most_digits_ && points <= (scales_.constant_zero() ? 0u : 1u);
  }

  Result<Lengths> lengths() override {
    if (!scales_.constant_zero()) return Lengths{std::max(width_, 1u), most_digits_ + 1};  // and a point
    return width_ != 0 ? Lengths{width_, width_} : Lengths{1, most_digits_};
  }
  // Those that may have the piece are written out.
  Result<RowSet> find(std::string_view piece, Place place) override {
    RowSet found(size());
    if (!may_hold(piece, place)) return found;
    const NumberSieve sieve(piece, place, most_digits_);
    if (!sieve.holds_back()) return Column::find(piece, place);
    OC_TRY_ASSIGN(const auto scales, load_scales(nullptr));
    OC_TRY(numbers_.for_each_run(in(), [&](std::size_t first, std::span<const std::uint64_t> numbers) {
      sieve.for_each(numbers, [&](std::size_t i) {
        char text[kRoom];
        const char* end = write(text, numbers[i], scales.empty() ? 0 : scales[first + i]);
        if (is_at({text, static_cast<std::size_t>(end - text)}, piece, place)) found.add(first + i);
      });
    }));
    return found;
  }

 private:
  static constexpr std::size_t kRoom = 2 * kMaxDigits + TextColumn::kSlack;
  char* write(char* to, std::uint64_t number, std::uint64_t scale) const {
    return write_decimal(to, number, width_, static_cast<unsigned>(scale));
  }
  // None where no number has a point.
  Result<std::vector<std::uint64_t>> load_scales(const RowSet* rows) {
    if (scales_.constant_zero()) return std::vector<std::uint64_t>();
    OC_TRY_ASSIGN(auto scales, scales_.load(in(), rows));
    if (std::ranges::any_of(scales, [](std::uint64_t scale) { return scale >= kMaxDigits; }))
      return permanent("malformed column block: a number's scale");
    return scales;
  }
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    OC_TRY_ASSIGN(const auto numbers, numbers_.load(in(), &rows));
    OC_TRY_ASSIGN(const auto scales, load_scales(&rows));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const unsigned digits = std::max(width_, digits_of(numbers[i]));
      const auto scale = static_cast<unsigned>(scales.empty() ? 0 : scales[i]);
      sizes[i] += scale == 0 ? digits : std::max(digits, scale + 1) + 1;  // a digit before the point, and it
    }
    return {};
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const auto numbers, numbers_.load(in(), rows));
    OC_TRY_ASSIGN(const auto scales, load_scales(rows));
    TextColumn text;
    OC_TRY(reserve(text, numbers.size(), numbers.size() * (kMaxDigits + 2ull)));  // whatever was said of their digits
    if (scales.empty()) {
      for (const std::uint64_t number : numbers) text.close(write_number(text.end(), number, width_));
      return text;
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) text.close(write(text.end(), numbers[i], scales[i]));
    return text;
  }

  unsigned width_, most_digits_;
  Integers numbers_, scales_;
};

bool parse_address(std::string_view text, std::uint64_t& address) {
  std::uint32_t value = 0, octet = 0, digits = 0, points = 0;
  for (const char c : text) {
    if (c == '.') {
      if (digits == 0) return false;
      value = value << 8 | octet;
      octet = digits = 0;
      ++points;
      continue;
    }
    if (!is_digit(c) || (digits > 0 && octet == 0) || ++digits > 3) return false;
    octet = octet * 10 + static_cast<unsigned>(c - '0');
    if (octet > 255) return false;
  }
  address = value << 8 | octet;
  return points == 3 && digits > 0;
}

constexpr unsigned kLongestAddress = 15;

class AddressColumn final : public Column {
 public:
  AddressColumn(StretchReader& reader, std::size_t size)
      : Column(size, reader), addresses_(Integers::read(reader, size)) {}
  Result<Lengths> lengths() override { return Lengths{7, kLongestAddress}; }
  bool may_hold(std::string_view piece, Place place) const override {
    if (piece.size() > kLongestAddress || (place == Place::kWhole && piece.size() < 7)) return false;
    unsigned digits = 0, points = 0;
    for (const char c : piece) {
      if (!is_digit(c) && c != '.') return false;
      digits = c == '.' ? 0 : digits + 1;
      points += c == '.';
      if (digits > 3 || points > 3) return false;
    }
    return true;
  }
  Result<RowSet> find(std::string_view piece, Place place) override {
    RowSet found(size());
    if (!may_hold(piece, place)) return found;
    const AddressSearch search(piece, place);
    OC_TRY(addresses_.for_each_run(in(), [&](std::size_t first, std::span<const std::uint64_t> addresses) {
      for (std::size_t i = 0; i < addresses.size(); ++i)
        if (search.has_piece(static_cast<std::uint32_t>(addresses[i]))) found.add(first + i);
    }));
    return found;
  }

 private:
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    OC_TRY_ASSIGN(const auto addresses, addresses_.load(in(), &rows));
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += address_size(static_cast<std::uint32_t>(addresses[i]));
    return {};
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const auto addresses, addresses_.load(in(), rows));
    TextColumn text;
    OC_TRY(reserve(text, addresses.size(), addresses.size() * kLongestAddress));
    for (const std::uint64_t address : addresses)
      text.close(write_address(text.end(), static_cast<std::uint32_t>(address)));
    return text;
  }
  Integers addresses_;
};

}  // namespace

bool put_numbers(const Values& values, StretchWriter& out) {
  std::vector<std::uint64_t> numbers, scales;
  Number number;
  if (!parse_number(values.texts.front(), number)) return false;
  numbers.reserve(values.texts.size());
  scales.reserve(values.texts.size());
  bool zeros = false, one_size = true;
  std::size_t most_digits = 0;
  for (const std::string_view text : values.texts) {
    if (!parse_number(text, number)) return false;
    zeros |= has_leading_zero(text);
    one_size &= text.size() == values.texts.front().size();
    most_digits = std::max(most_digits, text.size() - (number.scale > 0));
    numbers.push_back(number.digits);
    scales.push_back(number.scale);
  }
  const bool one_scale = std::ranges::all_of(scales, [&](std::uint64_t scale) { return scale == scales.front(); });
  if (zeros && !(one_size && one_scale)) return false;
  out.put_number(static_cast<unsigned>(Kind::kNumber));
  out.put_number(zeros ? most_digits : 0);
  out.put_number(most_digits);
  put_integers(numbers, out);
  put_integers(scales, out);
  return true;
}

bool put_addresses(const Values& values, StretchWriter& out) {
  std::vector<std::uint64_t> addresses;
  std::uint64_t address = 0;
  if (!parse_address(values.texts.front(), address)) return false;
  addresses.reserve(values.texts.size());
  for (const std::string_view text : values.texts) {
    if (!parse_address(text, address)) return false;
    addresses.push_back(address);
  }
  out.put_number(static_cast<unsigned>(Kind::kAddress));
  put_integers(addresses, out);
  return true;
}

ColumnPtr read_numbers(StretchReader& in, std::size_t size) { return std::make_unique<NumberColumn>(in, size); }
ColumnPtr read_addresses(StretchReader& in, std::size_t size) { return std::make_unique<AddressColumn>(in, size); }

}  // namespace oc::stores::columns
