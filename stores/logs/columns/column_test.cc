// Whatever a column is made of comes out as it came in, and is found where it is.
#include <algorithm>
#include <functional>
#include <optional>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "stores/logs/columns/find_in_text.h"
#include "stores/logs/columns/number_text.h"
#include "stores/logs/columns/written_column.h"

namespace oc::stores::columns {
namespace {

Strings made(std::size_t count, const std::function<std::string(std::uint64_t)>& make) {
  std::mt19937_64 random(1);
  Strings values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(make(random()));
  return values;
}

// A few hundred words, some far more often than others; spaces anywhere.
std::string prose(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (std::uint64_t left = 5 + random() % 20; left > 0; --left) {
    const std::uint64_t word = random() % 40 * (random() % 20);
    if (word % 50 != 49)
      text += fmt::format("{}{}", word % 3 == 0 ? "be" : "\u00e9t",
                          std::string(word % 7, static_cast<char>('a' + word / 7 % 26)));
    if (word == 703) text += "seldom";
    if (left > 1 || word % 60 == 0) text += ' ';
  }
  return text;
}

struct KindCase {
  Kind kind;
  std::function<std::string(std::uint64_t)> make;
};

TEST(Column, TakesValuesForWhatTheyAre) {
  constexpr auto kHour = [](std::uint64_t r) { return r % 3'600'000; };
  const std::vector<KindCase> cases = {
      {Kind::kConstant, [](auto) { return "GET"; }},
      {Kind::kDictionary, [](auto r) { return r % 2 ? "GET" : "POST"; }},
      {Kind::kNumber, [](auto r) { return std::to_string(r); }},
      {Kind::kNumber, [](auto r) { return std::to_string(200 + r % 4); }},
      {Kind::kDictionary, [](auto r) { return std::to_string(200 + 100 * (r % 4)); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{:06}", r % 1'000'000); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{:.3f}", static_cast<double>(r % 1'000'000) / 1000); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{}", static_cast<double>(r % 1'000'000) / 1000); }},
      {Kind::kHex, [](auto r) { return fmt::format("{:016x}", r); }},
      {Kind::kHex, [](auto r) { return fmt::format("{:07X}", r & 0xFFFFFFF); }},
      {Kind::kHex,
       [](auto r) {
         return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", r >> 32, r & 0xFFFF, r & 0xFFF, r & 0xFFF,
                            r >> 16);
       }},
      {Kind::kAddress,
       [](auto r) { return fmt::format("{}.{}.{}.{}", r & 255, r >> 8 & 255, r >> 16 & 255, r >> 24 & 255); }},
      {Kind::kTime,
       [&](auto r) {
         return fmt::format("2025-11-22T08:{:02}:{:02}.{:03}Z", kHour(r) / 60'000, kHour(r) / 1000 % 60, r % 1000);
       }},
      {Kind::kTime,
       [&](auto r) { return fmt::format("22/Nov/2025:08:{:02}:{:02}", kHour(r) / 60'000, kHour(r) / 1000 % 60); }},
      {Kind::kTime,
       [](auto r) { return fmt::format("{:02}:{:02}:{:02},{:06}", r % 24, r % 59, r % 58, r % 1'000'000); }},
      {Kind::kAffixed, [](auto r) { return fmt::format("db{}ms", r % 1'000'000); }},
      {Kind::kAffixed, [](auto r) { return fmt::format("0x{:08x}", r & 0xFFFFFFFF); }},
      {Kind::kText, [](auto r) { return fmt::format("a{}b{}", r % 1000, r % 999); }},
      {Kind::kText, [](auto r) { return std::string(30, 'a') + std::to_string(r) + " b"; }},
      {Kind::kWords, prose},
      {Kind::kText, [](auto r) { return r % 2 ? std::to_string(r) : "0" + std::to_string(r % 100'000); }},
      {Kind::kText, [](auto r) { return fmt::format("2025-11-31T08:00:00.{:06}Z", r % 1'000'000); }},
  };
  for (const KindCase& of : cases) {
    const Strings values = made(5'000, of.make);
    Written written(values, {}, kMaxDepth);
    EXPECT_EQ(written.kind(), of.kind) << values[0];
    expect_sizes(values, written);
    EXPECT_EQ(written.values(), values) << values[0];
  }
}

TEST(Column, ProseTakesLittleMoreThanItsWordsSay) {
  const Strings values = made(5'000, prose);
  std::size_t bytes = 0;
  for (const std::string& value : values) bytes += value.size();
  EXPECT_LT(Written(values, {}, kMaxDepth).bytes(), bytes / 4);
}

TEST(Column, WordsThatThereAreNotAreRefused) {
  const auto read = [](std::string directory) -> std::optional<Result<TextColumn>> {
    StretchReader in(std::move(directory), [](std::uint64_t, std::uint64_t) { return std::string(); }, 1 << 20);
    const ValueTimes times = value_times({0, 0});
    const ColumnPtr column = read_column(in, 2, times);
    if (!column || !in.directory().ok()) return {};
    return column->pick(RowSet(2, true));
  };
  const auto directory = [](char words, char all, char kind, std::string_view counts, std::string_view which) {
    const std::string bytes_that_occur(32, '\xFF'), sizes("\0\2", 2), text("\2ab", 3);
    return std::string{9, words, all, kind} + bytes_that_occur + sizes + text + std::string(counts) +
           std::string(which);
  };
  const std::string_view one_two("\2\0\2\1\2", 5), two_two("\0\4", 2), none_three("\2\0\2\0\3", 5);
  const std::string_view known("\2\0\3\0\1\0", 6), unknown("\2\0\3\0\2\0", 6);
  const auto good = read(directory(2, 3, 6, one_two, known));
  ASSERT_TRUE(good && *good);
  EXPECT_EQ((**good)[0], "a");
  EXPECT_EQ((**good)[1], "b a");
  EXPECT_FALSE(*read(directory(2, 3, 6, one_two, unknown))) << "a word that there is not";
  EXPECT_FALSE(*read(directory(2, 3, 6, two_two, known))) << "more words than there are";
  EXPECT_FALSE(*read(directory(2, 3, 6, none_three, known))) << "a value without a word";
  EXPECT_FALSE(read(directory(4, 3, 6, one_two, known))) << "more different words than words";
  EXPECT_FALSE(read(directory(2, 3, 9, one_two, known))) << "words kept as words";
}

TEST(Column, TimesThatFollowTheRowsCostNothing) {
  std::vector<Nanos> times;
  Strings values;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(1'763'800'000'000'000'000 + i * 1'000'003LL);
    const auto ms = times.back() / 1'000'000 % 1000, second = times.back() / 1'000'000'000 - 1'763'800'000;
    values.push_back(fmt::format("2025-11-22T08:26:{:02}.{:03}Z", 40 + second, ms));
  }
  Written written(values, times, 1);
  EXPECT_EQ(written.values(), values);
  EXPECT_LT(written.bytes(), 100u);
}

TEST(Column, NumbersAreWrittenAsPrintfWould) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t number = random() >> random() % 64;
    char text[64];
    EXPECT_EQ(std::string(text, write_number(text, number, 0)), std::to_string(number));
  }
  for (std::uint64_t power = 1, i = 0; i < 20; ++i, power *= 10) {
    char text[64];
    for (const std::uint64_t number : {power - 1, power, power + 1})
      EXPECT_EQ(std::string(text, write_number(text, number, 0)), std::to_string(number));
  }
}

TEST(Column, FindsExactlyTheValuesThatHaveAPieceAtAPlace) {
  const std::vector<std::function<std::string(std::uint64_t)>> kinds = {
      [](auto r) { return std::to_string(r); },
      [](auto r) { return std::to_string(r >> r % 64); },
      [](auto r) { return fmt::format("{:06}", r % 1'000'000); },
      [](auto r) { return fmt::format("{}.{:02}", r % 1'000, r / 1'000 % 100); },
      [](auto r) { return fmt::format("{:.4f}", static_cast<double>(r % 20'000) / 10'000); },
      [](auto r) { return fmt::format("{}", static_cast<double>(r % 1'000'000) / 1'000); },
      [](auto r) { return std::to_string(r % 1'000 * 100'000 + r / 1'000 % 3); },
      [](auto r) { return fmt::format("{:032x}", r); },
      [](auto r) { return fmt::format("{:07X}", r & 0xFFFFFFF); },
      [](auto r) { return fmt::format("{}.{}.{}.{}", r & 255, r >> 8 & 255, r >> 16 & 255, r >> 24 & 255); },
      [](auto r) { return fmt::format("10.{}.1.{}", r % 3, r / 3 % 256); },
      [](auto r) { return fmt::format("{}ms", r % 1'000'000); },
      [](auto r) { return fmt::format("db{}", r % 1'000'000); },
      [](auto r) { return fmt::format("0x{:08x}", r & 0xFFFFFFFF); },
      [](auto r) { return fmt::format("2025-11-22T08:26:{:02}.{:03}Z", r % 60, r / 60 % 1000); },
      [](auto r) { return r % 3 ? "GET" : "POST"; },
      [](auto r) { return fmt::format("a{}b{}", r % 1000, r % 999); },
      prose,
  };
  std::mt19937_64 random(13);
  for (const auto& kind : kinds) {
    const Strings values = made(3'000, kind);
    Written written(values, {}, kMaxDepth);
    for (int i = 0; i < 200; ++i) {
      const std::string& value = values[random() % values.size()];
      const std::size_t begin = random() % std::max<std::size_t>(value.size(), 1);
      for (const std::string& piece :
           {value.substr(begin), value.substr(0, begin + 1), value.substr(begin, 1 + random() % 7)})
        for (const Place place : {Place::kInside, Place::kBegin, Place::kEnd, Place::kWhole}) {
          const auto found = written.column().find(piece, place);
          ASSERT_TRUE(found);
          for (std::size_t row = 0; row < values.size(); ++row)
            ASSERT_EQ(found->contains(row), is_at(values[row], piece, place)) << piece << " in " << values[row];
          ASSERT_TRUE(found->empty() || written.column().may_hold(piece, place));
        }
    }
  }
}

TEST(FindInside, DoesNotJoinNeighbours) {
  TextColumn values;
  values.reserve(4, 64);
  for (const char* text : {"ab", "ba", "", "aaaaaaaaaaaaaaaaaaab"}) values.append(text);
  const RowSet found = find_inside(values, "ab");
  EXPECT_TRUE(found.contains(0) && found.contains(3));
  EXPECT_EQ(found.count(), 2u);
  EXPECT_EQ(find_inside(values, "bb").count(), 0u);
}

}  // namespace
}  // namespace oc::stores::columns
