#include "stores/logs/columns/number_sieve.h"

#include <algorithm>
#include <string>

#include "stores/logs/columns/number_text.h"

namespace oc::stores::columns {

namespace {

// A group lies whole in a piece of twice its digits less one, wherever the piece stands.
constexpr std::size_t kFewestForPairs = 3, kFewestForTriples = 5;

std::string digits_in(std::string_view piece) {
  std::string digits;
  std::ranges::copy_if(piece, std::back_inserter(digits), is_digit);
  return digits;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
  return number;
}

// The largest number that so many digits, counted from the end, make: zeros stand in front of any number.
std::uint64_t largest_group(std::string_view digits, std::size_t size) {
  std::uint64_t largest = 0;
  for (; digits.size() >= size; digits.remove_suffix(size))
    largest = std::max(largest, number_of(digits.substr(digits.size() - size)));
  return largest;
}

// Modulo 2^64; each round doubles the bits that are right.
std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int right_bits = 3; right_bits < 64; right_bits *= 2) inverse *= 2 - odd * inverse;
  return inverse;
}

}  // namespace

NumberSieve::NumberSieve(std::string_view piece, Place place, unsigned most_digits) {
  const std::string digits = digits_in(piece);
  const bool to_end = place == Place::kEnd || place == Place::kWhole || digits.size() >= most_digits;
  if (to_end && !digits.empty() && digits.size() < kPowersOfTen.size())
    look_at_end(digits);
  else if (digits.size() >= kFewestForPairs)
    look_inside(digits, most_digits);
}

void NumberSieve::look_at_end(std::string_view digits) {
  test_ = Test::kEnd;
  end_ = number_of(digits);
  end_digits_ = static_cast<unsigned>(digits.size());
  const std::uint64_t power = kPowersOfTen[end_digits_];
  inverse_ = inverse(power >> end_digits_);
  most_multiples_ = UINT64_MAX / power;
}

void NumberSieve::look_inside(std::string_view digits, unsigned most_digits) {
  const unsigned group = digits.size() >= kFewestForTriples ? 3 : 2;
  const unsigned at_once = group == 3 ? 9 : 8;
  rounds_ = (most_digits + at_once - 1) / at_once;
  // As many of the piece's last digits may belong to a group that goes on behind it.
  for (unsigned skipped = 0; skipped < group; ++skipped)
    may_be_[largest_group(digits.substr(0, digits.size() - skipped), group)] = 1;
  if (may_be_[0] == 0) test_ = group == 3 ? Test::kTriples : Test::kPairs;
}

}  // namespace oc::stores::columns
