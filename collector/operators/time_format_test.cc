#include "collector/operators/time_format.h"

#include <cstdlib>
#include <ctime>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace oc::collector {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kNow = 1'735'732'800 * kSecond;  // 2025-01-01T12:00:00Z

Nanos strptime(std::string_view text, std::string_view layout) {
  return TimeFormat::strptime(layout)->parse(text, kNow).value_or(-1);
}
Nanos gotime(std::string_view text, std::string_view layout) {
  return TimeFormat::gotime(layout)->parse(text, kNow).value_or(-1);
}

TEST(TimeFormat, ReadsStrptimeLettersAsGoDoes) {
  EXPECT_EQ(strptime("2024-03-04 05:06:07", "%Y-%m-%d %H:%M:%S"), 1'709'528'767 * kSecond);
  EXPECT_EQ(strptime("2024-03-04T05:06:07.123Z", "%Y-%m-%dT%H:%M:%S.%LZ"), 1'709'528'767'123'000'000);
  EXPECT_EQ(strptime("2024-03-04T05:06:07.123456789Z", "%Y-%m-%dT%H:%M:%S.%LZ"), 1'709'528'767'123'456'789);
  EXPECT_EQ(strptime("2024-03-04T05:06:07Z", "%Y-%m-%dT%H:%M:%S.%LZ"), 1'709'528'767 * kSecond) << "no fraction";
  EXPECT_EQ(strptime("03/04/2024 01:02:03 PM", "%m/%d/%Y %I:%M:%S %p"), 1'709'557'323 * kSecond);
  EXPECT_EQ(strptime("10/Oct/2023:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z"), 1'696'971'336 * kSecond);
  EXPECT_EQ(strptime("03/04/24 05:06:07", "%D %T"), 1'709'528'767 * kSecond);
}

TEST(TimeFormat, ReadsGoLayouts) {
  EXPECT_EQ(gotime("Mon Jan  2 15:04:05 2024", "Mon Jan _2 15:04:05 2006"), 1'704'207'845 * kSecond);
  EXPECT_EQ(gotime("2024-03-04T05:06:07.123456789+01:00", "2006-01-02T15:04:05.999999999Z07:00"),
            1'709'525'167'123'456'789);
  EXPECT_EQ(gotime("2024-03-04T05:06:07Z", "2006-01-02T15:04:05.999999999Z07:00"), 1'709'528'767 * kSecond);
}

TEST(TimeFormat, RefusesWhatDoesNotFit) {
  EXPECT_EQ(strptime("2024-13-04 05:06:07", "%Y-%m-%d %H:%M:%S"), -1);
  EXPECT_EQ(strptime("2024-02-30 05:06:07", "%Y-%m-%d %H:%M:%S"), -1);
  EXPECT_EQ(strptime("2024-03-04 05:06:07 extra", "%Y-%m-%d %H:%M:%S"), -1);
  EXPECT_EQ(strptime("3/4/2024", "%m/%d/%Y"), -1);
  EXPECT_EQ(strptime("2024-03-04 24:00:00", "%Y-%m-%d %H:%M:%S"), -1);
  EXPECT_FALSE(TimeFormat::strptime("%Q"));
}

TEST(TimeFormat, ATimeWithoutAYearIsNearNow) {
  EXPECT_EQ(strptime("Jan 02 00:00:00", "%b %d %H:%M:%S"), 1'735'776'000 * kSecond) << "tomorrow";
  EXPECT_EQ(strptime("Dec 31 00:00:00", "%b %d %H:%M:%S"), 1'735'603'200 * kSecond) << "yesterday, of last year";
}

TEST(TimeFormat, ATimeMayBeOfAPlace) {
  auto format = *TimeFormat::gotime("2006-01-02 15:04:05");
  ASSERT_TRUE(format.use_location("Asia/Kolkata"));
  EXPECT_EQ(format.parse("2024-07-04 12:00:00", 0), 1'720'074'600'000'000'000);
  EXPECT_FALSE(format.use_location("Mars/Base"));
  auto named = *TimeFormat::strptime("%Y-%m-%d %H:%M:%S %Z");
  ASSERT_TRUE(named.name_zone("PDT", "America/Los_Angeles"));
  EXPECT_EQ(named.parse("2024-07-04 12:00:00 PDT", 0), 1'720'119'600'000'000'000);
  EXPECT_EQ(named.parse("2024-07-04 12:00:00 UTC", 0), 1'720'094'400'000'000'000);
  EXPECT_EQ(named.parse("2024-07-04 12:00:00 XYZ", 0), std::nullopt);
}

TEST(TimeFormat, ATimeWithoutAZoneMayBeOfTheMachines) {
  const auto of = [](std::string_view text, std::string_view layout) {
    auto format = *TimeFormat::strptime(layout);
    format.use_local_zone();
    return format.parse(text, kNow).value_or(-1);
  };
  ::setenv("TZ", "XST-2", 1);  // two hours east
  EXPECT_EQ(of("2024-03-04 05:06:07", "%Y-%m-%d %H:%M:%S"), (1'709'528'767 - 7200) * kSecond);
  EXPECT_EQ(of("2024-03-04 05:06:07+0000", "%Y-%m-%d %H:%M:%S%z"), 1'709'528'767 * kSecond);
  ::unsetenv("TZ");
  ::tzset();
}

// A layout that read a time before reads each text as one that reads its first.
TEST(TimeFormat, WhatItReadBeforeChangesNothing) {
  std::mt19937 random(11);  // NOLINT: the same each time
  for (const char* layout : {"%Y-%m-%dT%H:%M:%S.%LZ", "%d/%b/%Y:%H:%M:%S %z", "%H%S%M %Y-%m-%d", "%S %L %Y",
                             "%b %d %H:%M:%S", "%I:%M:%S %p %m/%d/%Y", "%Y %S"}) {
    const auto experienced = *TimeFormat::strptime(layout);
    for (int round = 0; round < 20'000; ++round) {
      std::time_t time = 1'709'528'767 + static_cast<std::time_t>(random() % 90);
      char text[64];
      std::string pattern = layout;
      if (const auto at = pattern.find(".%L"); at != std::string::npos)
        pattern.replace(at, 3, random() % 3 ? fmt::format(".{}", random() % 100'000) : "");
      if (const auto at = pattern.find("%L"); at != std::string::npos) pattern.replace(at, 2, ".5");
      std::string written(text, std::strftime(text, sizeof text, pattern.c_str(), std::gmtime(&time)));
      if (random() % 4 == 0) written[random() % written.size()] = "0123456789:. Z+"[random() % 15];
      ASSERT_EQ(experienced.parse(written, kNow), TimeFormat::strptime(layout)->parse(written, kNow))
          << layout << " of " << written;
    }
  }
}

TEST(Epoch, ReadsItsLayouts) {
  EXPECT_EQ(parse_epoch("1700000000", "s"), 1'700'000'000 * kSecond);
  EXPECT_EQ(parse_epoch("1700000000.5", "s"), std::nullopt);
  EXPECT_EQ(parse_epoch("1700000000123", "ms"), 1'700'000'000'123'000'000);
  EXPECT_EQ(parse_epoch("1700000000.123456789", "s.ns"), 1'700'000'000'123'456'789);
  EXPECT_EQ(parse_epoch("99999999999999999", "s"), std::nullopt) << "more than 64 bits hold";
  EXPECT_FALSE(is_epoch_layout("h"));
}

}  // namespace
}  // namespace oc::collector
