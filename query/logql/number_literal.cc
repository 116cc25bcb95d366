#include "query/logql/number_literal.h"

#include <cctype>

#include <fmt/format.h>

namespace oc::query {

namespace {

class NumberScanner {
 public:
  NumberScanner(std::string_view text, bool behind_space) : text_(text), behind_space_(behind_space) {}

  Result<std::size_t> scan() {
    OC_TRY(scan_prefix());
    const std::size_t mantissa = at_;
    take_digits();
    bool has_digits = at_ > mantissa || base_ == Base::kOctalByZero;
    const bool has_point = peek() == '.';
    if (has_point) {
      if (base_ == Base::kBinary || base_ == Base::kOctal) return permanent("invalid radix point in " + literal_name());
      ++at_;
      const auto fraction = at_;
      take_digits();
      has_digits = has_digits || at_ > fraction;
    }
    if (!has_digits) return permanent(literal_name() + " has no digits");
    OC_TRY_ASSIGN(const bool has_exponent, scan_exponent());
    if (base_ == Base::kHexadecimal && has_point && !has_exponent) {
      return permanent("hexadecimal mantissa requires a 'p' exponent");
    }
    if (!has_point && !has_exponent) OC_TRY(check_digits(mantissa));
    return at_;
  }

 private:
  enum class Base { kDecimal, kBinary, kOctal, kOctalByZero, kHexadecimal };

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  static char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

  std::string literal_name() const {
    constexpr std::string_view kNames[] = {"decimal literal", "binary literal", "octal literal", "octal literal",
                                           "hexadecimal literal"};
    return std::string(kNames[static_cast<std::size_t>(base_)]);
  }

  // Behind white space "0b" is a size of no bytes rather than the begin of a binary number, and Loki's scanner fails on
  // it.
  Status scan_prefix() {
    if (peek() != '0') return {};
    const char next = lower(peek(1));
    if (next == 'x') {
      base_ = Base::kHexadecimal;
    } else if (next == 'o') {
      base_ = Base::kOctal;
    } else if (next == 'b') {
      if (behind_space_) return permanent(literal_name() + " has no digits");
      base_ = Base::kBinary;
    } else {
      base_ = Base::kOctalByZero;
      ++at_;
      return {};
    }
    at_ += 2;
    return {};
  }

  void take_digits() {
    const auto is_digit = [&](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return c == '_' || (base_ == Base::kHexadecimal ? std::isxdigit(byte) != 0 : std::isdigit(byte) != 0);
    };
    while (is_digit(peek())) ++at_;
  }

  Result<bool> scan_exponent() {
    const char mark = lower(peek());
    const bool hexadecimal = base_ == Base::kHexadecimal;
    if (mark != (hexadecimal ? 'p' : 'e')) return false;
    if (base_ == Base::kBinary || base_ == Base::kOctal) {
      return permanent(fmt::format("'{}' exponent requires decimal mantissa", peek()));
    }
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    const auto digits = at_;
    while (std::isdigit(static_cast<unsigned char>(peek()))) ++at_;
    if (at_ == digits) return permanent("exponent has no digits");
    return true;
  }

  // Of a whole number.
  Status check_digits(std::size_t from) const {
    const char highest = base_ == Base::kBinary ? '1' : base_ == Base::kDecimal ? '9' : '7';
    if (base_ == Base::kHexadecimal) return {};
    for (auto i = from; i < at_; ++i) {
      if (text_[i] == '_' || text_[i] <= highest) continue;
      return permanent(fmt::format("invalid digit '{}' in {}", text_[i], literal_name()));
    }
    return {};
  }

  std::string_view text_;
  bool behind_space_;
  std::size_t at_ = 0;
  Base base_ = Base::kDecimal;
};

}  // namespace

Result<std::size_t> scan_number_literal(std::string_view text, bool behind_space) {
  return NumberScanner(text, behind_space).scan();
}

}  // namespace oc::query
