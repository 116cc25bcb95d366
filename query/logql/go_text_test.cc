#include "query/logql/go_text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace oc::query {
namespace {

constexpr Nanos kOneSecond = 1'000'000'000;

TEST(GoText, StringsAreReadWithTheirEscapes) {
  EXPECT_EQ(go_unquote(R"("a\tb\"c\x41\u00e9\101")"),
            "a\tb\"cA\xC3\xA9"
            "A");
  EXPECT_EQ(go_unquote("`a\\tb`"), "a\\tb");
  EXPECT_EQ(go_unquote(R"("\q")"), std::nullopt);
  EXPECT_EQ(go_unquote(R"("\ud800")"), std::nullopt);
}

TEST(GoText, QuotingWritesControlCharactersAsEscapes) { EXPECT_EQ(go_quote("a\n\"\x01\xFF"), R"("a\n\"\x01\xff")"); }

TEST(GoText, FloatsAreWrittenWithoutAnExponent) {
  EXPECT_EQ(go_format_float(1e21), "1000000000000000000000");
  EXPECT_EQ(go_format_float(0x1p63), "9223372036854776000") << "the shortest digits that tell it";
  EXPECT_EQ(go_format_float(-0x1p53), "-9007199254740992");
  EXPECT_EQ(go_format_float(0.1), "0.1");
  EXPECT_EQ(go_format_float(-INFINITY), "-Inf");
  EXPECT_EQ(go_format_float(NAN), "NaN");
}

TEST(GoText, AFloatThatIsNoneNamesItself) {
  EXPECT_EQ(go_parse_float("bo").error().message, R"(strconv.ParseFloat: parsing "bo": invalid syntax)");
  EXPECT_FALSE(go_parse_float(""));
  EXPECT_FALSE(go_parse_float("+-1"));
  EXPECT_EQ(go_parse_float("+2.5"), 2.5);
}

TEST(GoText, GoDurationsTakeFractionsAndSigns) {
  EXPECT_EQ(go_parse_duration("1.5h"), 5400 * kOneSecond);
  EXPECT_EQ(go_parse_duration("-3ms"), -3'000'000);
  EXPECT_EQ(go_parse_duration("1m30s"), 90 * kOneSecond);
  EXPECT_EQ(go_parse_duration("cart empty").error().message, R"(time: invalid duration "cart empty")");
  EXPECT_EQ(go_parse_duration("5").error().message, R"(time: missing unit in duration "5")");
}

TEST(GoText, PrometheusDurationsAreWholeAndFromLargeToSmall) {
  EXPECT_EQ(parse_prometheus_duration("1w2d"), 9 * 24 * 3600 * kOneSecond);
  EXPECT_EQ(parse_prometheus_duration("").error().message, "empty duration string");
  EXPECT_EQ(parse_prometheus_duration("5").error().message, R"(not a valid duration string: "5")");
  EXPECT_EQ(parse_prometheus_duration("0.5h").error().message, R"(unknown unit "." in duration "0.5h")");
  EXPECT_EQ(parse_prometheus_duration("1s1h").error().message, R"(not a valid duration string: "1s1h")");
  EXPECT_EQ(parse_prometheus_duration("999999999y").error().message, "duration out of range");
}

TEST(GoText, DurationsAreWrittenAsGoWritesThem) {
  EXPECT_EQ(go_format_duration(9107 * 3600 * kOneSecond), "9107h0m0s");
  EXPECT_EQ(go_format_duration(1'500'000), "1.5ms");
  EXPECT_EQ(go_format_duration(-90 * kOneSecond), "-1m30s");
}

TEST(GoText, ByteSizesTellThousandsFromKibi) {
  EXPECT_EQ(parse_byte_size("1.5MB"), 1'500'000);
  EXPECT_EQ(parse_byte_size("4 KiB"), 4096);
  EXPECT_EQ(parse_byte_size("1,024"), 1024);
  EXPECT_FALSE(parse_byte_size("3 apples"));
}

}  // namespace
}  // namespace oc::query
