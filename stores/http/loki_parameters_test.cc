#include "stores/http/loki_parameters.h"

#include <gtest/gtest.h>

namespace oc::stores {
namespace {

constexpr Nanos kOneSecond = 1'000'000'000;

TEST(LokiTime, TakesNanosecondsSecondsAndRfc3339) {
  EXPECT_EQ(parse_loki_time("1768471200000000000"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("1768471200"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("9999999999"), 9223372036 * kOneSecond) << "as late as can be said, not a time before 1970";
  EXPECT_EQ(parse_loki_time("1768471200.5"), 1768471200 * kOneSecond + kOneSecond / 2);
  EXPECT_EQ(parse_loki_time("1768471200000"), 1768471200000) << "thirteen digits are nanoseconds, as Loki has it";
  EXPECT_EQ(parse_loki_time("2026-01-15T10:00:00Z"), 1768471200 * kOneSecond);
  EXPECT_EQ(parse_loki_time("2026-01-15T11:00:00.000000001+01:00"), 1768471200 * kOneSecond + 1);
}

TEST(LokiTime, RefusesEverythingElse) {
  for (const auto* text : {"nope", "2026-13-01T00:00:00Z", "2026-01-15", "2026-01-15T10:00:00", "1e400.0", "--1",
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

}  // namespace
}  // namespace oc::stores
