#include "stores/http/loki_parameters.h"

#include <gtest/gtest.h>

namespace oc::stores {
namespace {

constexpr Nanos kOneSecond = 1'000'000'000;

TEST(LokiTime, TakesNanosecondsSecondsAndRfc3339) {
  EXPECT_EQ(parse_loki_time("1768471200000000000"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("1768471200"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("+1768471200000000000"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("9999999999"), 9223372036 * kOneSecond) << "as late as can be said, not a time before 1970";
  EXPECT_EQ(parse_loki_time("1768471200.5"), 1768471200 * kOneSecond + kOneSecond / 2);
  EXPECT_EQ(parse_loki_time("1768471200000"), 1768471200000) << "thirteen digits are nanoseconds, as Loki has it";
  EXPECT_EQ(parse_loki_time("2026-01-15T10:00:00Z"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("2026-01-15T1:00:00Z"), 1768438800 * kOneSecond) << "an hour of one digit, as Go has it";
  EXPECT_LT(*parse_loki_time("0001-01-01T00:00:00Z"), -9223372034 * kOneSecond) << "as early as can be said";
  EXPECT_GT(*parse_loki_time("9999-12-31T23:59:59Z"), 9223372034 * kOneSecond);
  EXPECT_EQ(parse_loki_time("2026-01-15T11:00:00.000000001+01:00"), 1768471200 * kOneSecond + 1);
}

TEST(LokiTime, RefusesEverythingElse) {
  for (const auto* text : {"nope", "2026-13-01T00:00:00Z", "2026-01-15", "2026-01-15T10:00:00", "1e400.0", "--1", "+-1",
                           "2026-01-15T24:00:00Z", "99999999999999999999"}) {
    EXPECT_FALSE(parse_loki_time(text)) << text;
  }
}

TEST(LokiDuration, TakesSecondsAndUnits) {
  EXPECT_EQ(parse_seconds_or_duration("600.5"), 600 * kOneSecond + kOneSecond / 2);
  EXPECT_EQ(parse_seconds_or_duration("1h30m"), 5400 * kOneSecond);
  EXPECT_EQ(parse_seconds_or_duration("-1s").error().message, "cannot parse \"-1s\" to a valid duration");
  EXPECT_EQ(parse_seconds_or_duration("1e30").error().message,
            "cannot parse \"1e30\" to a valid duration. It overflows int64");
}

TEST(LokiBounds, AreTheLastHourUnlessTold) {
  const auto bounds = [](const std::string& query) {
    return *time_bounds({.target = "/x?" + query}, 10'000 * kOneSecond);
  };
  EXPECT_EQ(bounds("").start_ns, 6'400 * kOneSecond);
  EXPECT_EQ(bounds("").end_ns, 10'000 * kOneSecond);
  EXPECT_EQ(bounds("since=1m&end=5000").start_ns, 4'940 * kOneSecond);
  EXPECT_EQ(bounds("since=1m&end=20000").start_ns, 9'940 * kOneSecond) << "an end to come counts as now";
  EXPECT_EQ(bounds("since=1m&start=7").start_ns, 7 * kOneSecond);
}

TEST(LokiStep, GivesTwoHundredFiftyPointsUnlessTold) {
  EXPECT_EQ(step_parameter({}, {0, 100 * kOneSecond}), kOneSecond);
  EXPECT_EQ(step_parameter({}, {0, 5'000 * kOneSecond}), 20 * kOneSecond);
}

TEST(LokiStep, WhatIsNoNumberCountsAsNegative) {
  EXPECT_EQ(few_steps({.target = "/x?step=NaN"}, {0, 1}).error().message,
            "zero or negative query resolution step widths are not accepted. Try a positive integer");
  EXPECT_EQ(range_parameters({.target = "/x?interval=NaN"}, 0).error().message, "interval must be >= 0");
  EXPECT_EQ(few_steps({.target = "/x?step=0.0001"}, {0, 1}, 1'000'000).error().message,
            "zero or negative query resolution step widths are not accepted. Try a positive integer");
}

TEST(LokiStep, ATimeThatEndsBeforeItBeginsHasNoSteps) {
  EXPECT_EQ(few_steps({.target = "/x?step=1"}, {5 * kOneSecond, 0}), kOneSecond);
}

TEST(LokiIntegers, AreReadAsGoReadsThem) {
  const auto limit = [](const std::string& text) {
    const auto number = limit_parameter({.target = "/x?limit=" + http::percent_encode(text)});
    return number ? std::to_string(*number) : number.error().message;
  };
  EXPECT_EQ(limit(""), "100");
  EXPECT_EQ(limit("+3"), "3");
  EXPECT_EQ(limit("+0"), "limit must be a positive value");
  EXPECT_EQ(limit("+-3"), "strconv.Atoi: parsing \"+-3\": invalid syntax");
  EXPECT_EQ(limit("4294967295"), "4294967295");
  EXPECT_EQ(limit("4294967296"), "limit value 4294967296 is out of range [0, 4294967295]");
  EXPECT_EQ(limit("9223372036854775808"), "strconv.Atoi: parsing \"9223372036854775808\": value out of range");
}

// Each is wrong in more than one way: from the left, the first is named until it is mended.
TEST(LokiParameters, OfSeveralErrorsTheOneThatLokiNamesIsGiven) {
  const auto range = [](const std::string& rest) {
    return range_parameters({.target = "/x?" + rest}, 0).error().message;
  };
  const std::string later = "&limit=z&direction=v&step=w&interval=t";
  EXPECT_EQ(range("start=x" + later),
            "could not parse 'start' parameter: strconv.ParseInt: parsing \"x\": invalid syntax");
  EXPECT_EQ(range("start=2&end=1" + later), "end timestamp must not be before or equal to start time");
  EXPECT_EQ(range(later), "strconv.Atoi: parsing \"z\": invalid syntax");
  EXPECT_EQ(range("direction=v&step=w&interval=t"), "invalid direction 'v'");
  EXPECT_EQ(range("step=w&interval=t"), "cannot parse \"w\" to a valid duration");
  EXPECT_EQ(range("step=1ms&interval=t"),
            "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step "
            "parameter");
  EXPECT_EQ(range("interval=t"), "cannot parse \"t\" to a valid duration");
  const auto instant = [](const std::string& rest) {
    return instant_parameters({.target = "/x?" + rest}, 0).error().message;
  };
  EXPECT_EQ(instant("limit=-1&time=s&direction=v"), "limit must be a positive value");
  EXPECT_EQ(instant("time=s&direction=v"), "strconv.ParseInt: parsing \"s\": invalid syntax");
  EXPECT_EQ(instant("direction=v"), "invalid direction 'v'");
}

TEST(LokiDays, AreWholeAndHoldBothEnds) {
  constexpr Nanos kDay = 86'400 * kOneSecond;
  const auto days = whole_days({kDay + 1, 2 * kDay});
  EXPECT_EQ(days.start_ns, kDay);
  EXPECT_EQ(days.end_ns, 3 * kDay);
  EXPECT_EQ(whole_days({-1, -1}).start_ns, -kDay);
}

}  // namespace
}  // namespace oc::stores
