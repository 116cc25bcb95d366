// What is found many bytes at a time is what is found byte by byte.
#include <random>
#include <string>

#include <gmock/gmock.h>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/digit_pattern.h"
#include "stores/logs/columns/line_marks.h"
#include "stores/logs/columns/parse_digits.h"
#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {
namespace {

// Of bytes at the edges of what means something.
std::string line_of(std::size_t size, std::mt19937_64& random) {
  constexpr std::string_view kBytes = "09/:azAZ`{@[\x7F\x80\xFF\" .";
  std::string line;
  while (line.size() < size) line.push_back(kBytes[random() % kBytes.size()]);
  return line;
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

TEST(LineMarks, AreThoseOfEachByte) {
  std::mt19937_64 random(3);
  LineMarks marks;
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string line = line_of(size, random);
    const bool quotes = size % 2 == 0;
    marks.read(line, quotes);
    for (std::size_t at = 0; at <= size; ++at) {
      std::size_t mark = at, end = at, begin = at;
      while (mark < size && !is_digit(line[mark]) && !(quotes && line[mark] == '"')) ++mark;
      while (end < size && is_letter_or_digit(line[end])) ++end;
      while (begin > 0 && is_letter_or_digit(line[begin - 1])) --begin;
      ASSERT_EQ(marks.next_mark(at), mark) << line;
      ASSERT_EQ(marks.word_end(at), end) << line;
      ASSERT_EQ(marks.word_begin(at), begin) << line;
    }
  }
}

TEST(LineMarks, KnowLongWordsToTheirEnds) {
  LineMarks marks;
  marks.read(" " + std::string(1000, 'x') + " 1", false);
  EXPECT_EQ(marks.word_begin(900), 1u);
  EXPECT_EQ(marks.word_end(1), 1001u);
  EXPECT_EQ(marks.next_mark(0), 1002u);
}

TEST(DigitPattern, TakesDigitsWhereItHasThem) {
  const std::string text = "2025-11-22T08:26:40.000Z";
  const DigitPattern pattern("DDDD-DD-DDTDD:DD:DD.DDD?");
  EXPECT_TRUE(pattern.begins(text.data()));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (unsigned c = 0; c < 256; ++c) {
      std::string other = text;
      other[at] = static_cast<char>(c);
      const bool fits = at + 1 == text.size() || (is_digit(text[at]) ? is_digit(other[at]) : other[at] == text[at]);
      ASSERT_EQ(pattern.begins(other.data()), fits) << other;
    }
}

TEST(ParseDigits, TakesNumbersBelow2To64AndNothingElse) {
  for (const std::uint64_t number : {0ull, 7ull, 12345678ull, 123456789ull, 9999999999999999ull, ~0ull}) {
    std::uint64_t parsed = 1;
    EXPECT_TRUE(parse_digits(std::to_string(number), parsed)) << number;
    EXPECT_EQ(parsed, number);
  }
  std::uint64_t parsed = 0;
  for (const char* text : {"", "18446744073709551616", "99999999999999999999", "100000000000000000000", "1.5", "-1",
                           "1234567/", "1234567:", "12345678a", "\xB1"})
    EXPECT_FALSE(parse_digits(text, parsed)) << text;
  EXPECT_TRUE(parse_digits("00000000012", parsed) && parsed == 12);
  EXPECT_FALSE(parse_decimal("00000000012", parsed));
}

TEST(SameText, DiffersAtEachByte) {
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(same_text(text, std::string(size, 'x')));
    EXPECT_FALSE(same_text(text, std::string(size + 1, 'x')));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(same_text(text, other)) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace oc::stores::columns
