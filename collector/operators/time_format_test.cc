#include "collector/operators/time_format.h"

#include <cstdlib>
#include <ctime>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collector/operators/epoch_time.h"

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
  EXPECT_EQ(gotime("3/4/2024", "01/02/2006"), -1);
  EXPECT_EQ(strptime("3/4/2024", "%m/%d/%Y"), 1'709'510'400 * kSecond) << "strptime's numbers may be shorter";
  EXPECT_EQ(strptime("2024- 3-4 5:6:7.5", "%F %T"), 1'709'528'767'500'000'000);
  EXPECT_EQ(strptime("4-01", "%y-%m"), -1) << "but for years";
  EXPECT_EQ(strptime("2024-03-04 24:00:00", "%Y-%m-%d %H:%M:%S"), -1);
  EXPECT_EQ(strptime("2024-03-04 05:06:07.5", "%Y-%m-%d %H:%M:%S %z"), -1);
  EXPECT_FALSE(TimeFormat::strptime("%Q"));
  EXPECT_FALSE(TimeFormat::strptime("%Y 12"));
}

TEST(TimeFormat, OffsetsAreWrittenAsTheLayoutSays) {
  constexpr Nanos kTime = 1'709'521'567 * kSecond;  // 2024-03-04T05:06:07+02:00
  const auto read = [](std::string_view offset, std::string_view layout) {
    return gotime("2024-03-04 05:06:07" + std::string(offset), "2006-01-02 15:04:05" + std::string(layout));
  };
  EXPECT_EQ(read("+0200", "-0700"), kTime);
  EXPECT_EQ(read("+02:00", "-07:00"), kTime);
  EXPECT_EQ(read("+02", "-07"), kTime);
  EXPECT_EQ(read("+020000", "-070000"), kTime);
  EXPECT_EQ(read("+02:00:00", "-07:00:00"), kTime);
  EXPECT_EQ(read("Z", "Z07:00"), kTime + 7200 * kSecond);
  for (const auto* offset : {"+02:00", "Z", "+02", "0200", ""}) EXPECT_EQ(read(offset, "-0700"), -1) << offset;
  EXPECT_EQ(read("+0200", "Z07:00"), -1);
  for (const auto* offset : {"+0200", "+02:00", "+02"})
    EXPECT_EQ(strptime("2024-03-04 05:06:07" + std::string(offset), "%F %T%z"), kTime) << offset;
  EXPECT_EQ(strptime("2024-03-04 05:06:07+2", "%F %T%z"), -1);
}

TEST(TimeFormat, PartsAreWrittenAsTheLayoutSays) {
  constexpr Nanos kTime = 1'704'207'845 * kSecond;  // 2024-01-02T15:04:05
  EXPECT_EQ(gotime("1/2/24 3:4:5 PM", "1/2/06 3:4:5 PM"), kTime);
  EXPECT_EQ(gotime("1/2/24 3:4:5 pm", "1/2/06 3:4:5 pm"), kTime);
  EXPECT_EQ(gotime("1/2/24 3:4:5 pm", "1/2/06 3:4:5 PM"), -1);
  EXPECT_EQ(gotime("2024 002 15:04:05", "2006 002 15:04:05"), kTime) << "a day of the year";
  EXPECT_EQ(gotime("2024-01-02 15:04:05.120", "2006-01-02 15:04:05.000"), kTime + 120'000'000);
  EXPECT_EQ(gotime("2024-01-02 15:04:05.12", "2006-01-02 15:04:05.000"), -1) << "three digits, no less";
  EXPECT_EQ(gotime("2024-01-02 15:04:05,12", "2006-01-02 15:04:05"), kTime + 120'000'000);
  EXPECT_EQ(gotime("Month 2024-01-02 15:04:05", "Month 2006-01-02 15:04:05"), kTime) << "no day of the week";
  EXPECT_EQ(gotime("2024-01-02    15:04:05", "2006-01-02 15:04:05"), kTime) << "a blank is any number of them";
  EXPECT_EQ(gotime("TUESDAY jan 2 2024 15:04:05", "Monday Jan 2 2006 15:04:05"), kTime);
  EXPECT_EQ(strptime("Tue Jan 02 15:04:05 2024", "%c"), kTime);
  EXPECT_EQ(strptime("01/02/24 03:04:05 pm", "%D %r"), kTime);
  EXPECT_EQ(strptime("01/02/2024 3:04:05 PM", "%x %I:%M:%S %p"), kTime);
  EXPECT_EQ(strptime("01/02/24 15:04:05", "%x %X"), kTime);
  EXPECT_EQ(strptime("2024  1  2 15:04:05", "%Y %o %e %T"), kTime);
  EXPECT_FALSE(TimeFormat::strptime("%T%f"));
}

TEST(TimeFormat, ZonesHaveTheNamesOfThePlaceOrOfTheDatabase) {
  const auto read = [](std::string_view zone, const char* location = nullptr) {
    auto format = *TimeFormat::gotime("2006-01-02 15:04:05 MST");
    if (location) EXPECT_TRUE(format.use_location(location));
    const auto time = format.parse("2024-07-04 12:00:00 " + std::string(zone), 0);
    return time ? (*time / kSecond - 1'720'094'400) / 3600 : 99;  // hours behind UTC
  };
  EXPECT_EQ(read("UTC"), 0);
  EXPECT_EQ(read("GMT"), 0);
  EXPECT_EQ(read("GMT-8"), 8);
  EXPECT_EQ(read("EST"), 5);
  EXPECT_EQ(read("CEST"), 99);
  EXPECT_EQ(read("CEST", "Europe/Berlin"), -2);
  EXPECT_EQ(read("CET", "Europe/Berlin"), -1) << "in summer, too";
  EXPECT_EQ(read("EDT", "America/New_York"), 4);
  EXPECT_EQ(read("PST", "America/New_York"), 99);
  for (const auto* zone : {"Z", "utc", "ABCDEF", "AB"}) EXPECT_EQ(read(zone), 99) << zone;
}

TEST(TimeFormat, WhereTheClockChangesOneOfTheTimesIsTaken) {
  auto format = *TimeFormat::gotime("2006-01-02 15:04:05");
  ASSERT_TRUE(format.use_location("Europe/Berlin"));
  EXPECT_EQ(format.parse("2024-10-27 01:59:59", 0), 1'729'987'199 * kSecond);
  EXPECT_EQ(format.parse("2024-10-27 03:00:00", 0), 1'729'994'400 * kSecond);
  EXPECT_TRUE(format.parse("2024-03-31 02:30:00", 0)) << "it is not on the clock";
}

TEST(TimeFormat, ATimeWithoutAYearIsNearNow) {
  EXPECT_EQ(strptime("Feb 29 00:00:00", "%b %d %H:%M:%S"), 1'709'164'800 * kSecond) << "of last year";
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
  ASSERT_TRUE(named.name_zone("XYZ", "America/New_York"));
  EXPECT_EQ(named.parse("2024-07-04 12:00:00 XYZ", 0), std::nullopt) << "no name of that place";
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
  for (const char* layout : {"%Y-%m-%dT%H:%M:%S.%LZ", "%d/%b/%Y:%H:%M:%S %z", "%H%S%M %Y-%m-%d", "%S x.%L %Y",
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
  EXPECT_EQ(parse_epoch("1700000000", "s.ms"), std::nullopt) << "the point is asked for";
  EXPECT_EQ(parse_epoch("+5", "s"), 5 * kSecond);
  using contracts::otlp::Value;
  EXPECT_EQ(epoch_of(Value::of(1700000000.75), "s"), 1'700'000'000 * kSecond);
  EXPECT_EQ(epoch_of(Value::of(1700000000.75), "s.ms"), 1'700'000'000'750'000'000);
  EXPECT_EQ(epoch_of(Value::of(std::int64_t{1700000000}), "s.ns"), 1'700'000'000 * kSecond);
  EXPECT_EQ(epoch_of(Value::of(true), "s"), std::nullopt);
}

}  // namespace
}  // namespace oc::collector
