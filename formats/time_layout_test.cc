#include "formats/time_layout.h"

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

std::string parsed(std::string_view text, std::string_view layout) {
  const auto time = parse_time(text, layout);
  return time ? to_iso8601(*time) : "nothing";
}

TEST(ParseTime, ReadsStrptimeLetters) {
  EXPECT_EQ(parsed("2026-03-11T08:14:02.118+01:00", "%Y-%m-%dT%H:%M:%S.%L%z"), "2026-03-11T08:14:02.118+01:00");
  EXPECT_EQ(parsed("2026-03-11 08:14:02", "%F %T"), "2026-03-11T08:14:02");
  EXPECT_EQ(parsed("Mar  1 08:14:02", "%b %e %H:%M:%S"), "--03-01T08:14:02");
  EXPECT_EQ(parsed("12:05:00 AM", "%I:%M:%S %p"), "T00:05:00");
  EXPECT_EQ(parsed("20260311081402", "%Y%m%d%H%M%S"), "2026-03-11T08:14:02");
  EXPECT_EQ(parsed("100% 2026", "100%% %Y"), "");  // a year alone is no time
}

TEST(ParseTime, ReadsNumbers) {
  EXPECT_EQ(parsed("1773216842", "epoch_s"), "2026-03-11T08:14:02Z");
  EXPECT_EQ(parsed("1773216842118", "epoch_ms"), "2026-03-11T08:14:02.118Z");
  EXPECT_EQ(parsed("1773216842118204771", "epoch_ns"), "2026-03-11T08:14:02.118204771Z");
  EXPECT_EQ(parsed("1773216842118", "epoch_s"), "nothing");
}

TEST(ParseTime, RefusesWhatDoesNotFitWholly) {
  EXPECT_EQ(parsed("2026-03-11 08:14:02 x", "%Y-%m-%d %H:%M:%S"), "nothing");
  EXPECT_EQ(parsed("2026-03-11", "%Y-%m-%d %H:%M:%S"), "nothing");
  EXPECT_EQ(parsed("2026-02-30 08:14:02", "%Y-%m-%d %H:%M:%S"), "nothing");
  EXPECT_EQ(parsed("2026-03-11 24:14:02", "%Y-%m-%d %H:%M:%S"), "nothing");
  EXPECT_EQ(parsed("", "%Y"), "nothing");
}

TEST(CheckTimeLayout, NamesTheUnknownLetter) {
  EXPECT_TRUE(check_time_layout("%Y-%m-%d %H:%M:%S.%7f %z"));
  EXPECT_TRUE(check_time_layout("epoch_ms"));
  const auto status = check_time_layout("%Y-%Q");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("'%Q'"), std::string::npos);
}

TEST(LayoutFamily, IgnoresFractionsPaddingAndZones) {
  EXPECT_EQ(layout_family("%Y-%m-%dT%H:%M:%S.%L%z"), layout_family("%Y-%m-%dT%H:%M:%S"));
  EXPECT_EQ(layout_family("%b %e %H:%M:%S"), layout_family("%b %d %H:%M:%S.%f"));
  EXPECT_EQ(layout_family("epoch_s"), layout_family("epoch_s_float"));
  EXPECT_NE(layout_family("%Y-%m-%d %H:%M:%S"), layout_family("%Y/%m/%d %H:%M:%S"));
}

TEST(UnixNanos, GoThereAndBack) {
  const auto time = parse_time("2026-03-11T08:14:02.118204771+01:00", "%Y-%m-%dT%H:%M:%S.%9f%z");
  ASSERT_TRUE(time);
  const auto nanos = to_unix_nanos(*time);
  ASSERT_TRUE(nanos);
  EXPECT_EQ(*nanos, 1773213242118204771);
  EXPECT_EQ(to_iso8601(from_unix_nanos(*nanos, 9)), "2026-03-11T07:14:02.118204771Z");
  EXPECT_EQ(to_iso8601(from_unix_nanos(-1, 9)), "1969-12-31T23:59:59.999999999Z");
}

TEST(UnixNanos, NeedAFullDate) {
  EXPECT_FALSE(to_unix_nanos(*parse_time("08:14:02", "%H:%M:%S")));
  EXPECT_FALSE(to_unix_nanos(*parse_time("Mar 11 08:14:02", "%b %e %H:%M:%S")));
  EXPECT_EQ(*to_unix_nanos(*parse_time("1970-01-01 01:00:00", "%F %T"), 60), 0);
}

}  // namespace
}  // namespace oc::formats
