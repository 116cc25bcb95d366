#include "contracts/config/quantities.h"

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

using std::chrono::seconds;

TEST(Duration, IsReadInDaysHoursMinutesSeconds) {
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("15m"), seconds(900));
  EXPECT_EQ(parse_duration("24h"), seconds(86'400));
  EXPECT_EQ(parse_duration("14d"), seconds(1'209'600));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5'400));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
}

TEST(Duration, NeedsANumberAndAUnit) {
  for (const std::string_view bad : {"", "24", "h", "-1h", "1.5h", "1 h", "1w", "1H", "1h ", "99999999999999999999s",
                                     "9223372036854775807d", "9000000001s", "9000000000s1s"}) {
    EXPECT_FALSE(parse_duration(bad).has_value()) << bad;
  }
}

TEST(Size, IsReadInPowersOf1000And1024) {
  EXPECT_EQ(parse_size("1500"), 1500u);
  EXPECT_EQ(parse_size("1500B"), 1500u);
  EXPECT_EQ(parse_size("2kB"), 2'000u);
  EXPECT_EQ(parse_size("64MB"), 64'000'000u);
  EXPECT_EQ(parse_size("64MiB"), 64u << 20);
  EXPECT_EQ(parse_size("1GiB"), 1u << 30);
  EXPECT_EQ(parse_size("3TB"), 3'000'000'000'000u);
}

TEST(Size, RefusesOtherUnitsAndOverflow) {
  for (const std::string_view bad :
       {"", "MB", "-1MB", "1.5GB", "1 GB", "64mb", "64M", "1PB", "18446744073709551616", "99999999TiB"}) {
    EXPECT_FALSE(parse_size(bad).has_value()) << bad;
  }
}

TEST(Quantities, AreWrittenInTheLargestUnitWithoutARest) {
  EXPECT_EQ(duration_text(seconds(1'209'600)), "14d");
  EXPECT_EQ(duration_text(seconds(5'400)), "90m");
  EXPECT_EQ(duration_text(seconds(0)), "0s");
  EXPECT_EQ(size_text(64u << 20), "64MiB");
  EXPECT_EQ(size_text(1500), "1500B");
  EXPECT_EQ(size_text(0), "0B");
}

}  // namespace
}  // namespace oc::contracts
