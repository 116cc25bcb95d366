#include "formats/find_timestamp.h"

#include <string>

#include <gtest/gtest.h>

#include "formats/time_layout.h"

namespace oc::formats {
namespace {

struct Stamped {
  const char* line;
  const char* text;  // of the timestamp
  const char* instant;
  const char* layout;
};

void PrintTo(const Stamped& stamped, std::ostream* out) { *out << stamped.line; }

class FindTimestamp : public testing::TestWithParam<Stamped> {};

TEST_P(FindTimestamp, FindsTheLinesOwnTime) {
  const auto& [line, text, instant, layout] = GetParam();
  const auto found = find_timestamp(line);
  ASSERT_TRUE(found);
  EXPECT_EQ(std::string_view(line).substr(found->start, found->end - found->start), text);
  EXPECT_EQ(to_iso8601(found->time), instant);
  EXPECT_EQ(found->layout, layout);
  EXPECT_FALSE(found->ambiguous);
}

// What is found can be parsed again by the layout that is reported.
TEST_P(FindTimestamp, ReportsALayoutThatReadsTheSameTime) {
  const auto found = find_timestamp(GetParam().line);
  ASSERT_TRUE(found);
  EXPECT_TRUE(check_time_layout(found->layout));
  const auto again = parse_time(GetParam().text, found->layout);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_iso8601(*again), GetParam().instant);
}

INSTANTIATE_TEST_SUITE_P(
    YearFirst, FindTimestamp,
    testing::Values(Stamped{"2026-03-11T08:14:02.118Z INFO up", "2026-03-11T08:14:02.118Z", "2026-03-11T08:14:02.118Z",
                            "%Y-%m-%dT%H:%M:%S.%L%z"},
                    Stamped{"2026-03-11 08:14:02,118 [main] INFO up", "2026-03-11 08:14:02,118",
                            "2026-03-11T08:14:02.118", "%Y-%m-%d %H:%M:%S,%L"},
                    Stamped{"2026/03/11 08:14:02.118204 main.go:51: up", "2026/03/11 08:14:02.118204",
                            "2026-03-11T08:14:02.118204", "%Y/%m/%d %H:%M:%S.%f"},
                    Stamped{"2026-03-11T08:14:02+0100 host app[1]: up", "2026-03-11T08:14:02+0100",
                            "2026-03-11T08:14:02+01:00", "%Y-%m-%dT%H:%M:%S%z"},
                    Stamped{"2026-03-11-08.14.02.118204 db2", "2026-03-11-08.14.02.118204",
                            "2026-03-11T08:14:02.118204", "%Y-%m-%d-%H.%M.%S.%f"},
                    Stamped{"20260311 08:14:02 up", "20260311 08:14:02", "2026-03-11T08:14:02", "%Y%m%d %H:%M:%S"},
                    Stamped{"20260311081402 up", "20260311081402", "2026-03-11T08:14:02", "%Y%m%d%H%M%S"},
                    Stamped{"081109 203615 148 INFO dfs: up", "081109 203615", "2008-11-09T20:36:15", "%y%m%d %H%M%S"},
                    Stamped{"17/06/09 20:10:40 INFO up", "17/06/09 20:10:40", "2017-06-09T20:10:40",
                            "%y/%m/%d %H:%M:%S"},
                    Stamped{"2026-070T08:14:02,118:WARN: up", "2026-070T08:14:02,118", "2026-03-11T08:14:02.118",
                            "%Y-%jT%H:%M:%S,%L"},
                    Stamped{"2026年03月11日 08:14:02 up", "2026年03月11日 08:14:02", "2026-03-11T08:14:02",
                            "%Y年%m月%d日 %H:%M:%S"}));

INSTANTIATE_TEST_SUITE_P(
    DayOrMonthFirst, FindTimestamp,
    testing::Values(
        Stamped{"10.0.4.9 - - [11/Mar/2026:08:14:02 +0100] \"GET / HTTP/1.1\" 200 5", "11/Mar/2026:08:14:02 +0100",
                "2026-03-11T08:14:02+01:00", "%d/%b/%Y:%H:%M:%S %z"},
        Stamped{"[Wed Mar 11 08:14:02 2026] [error] down", "Wed Mar 11 08:14:02 2026", "2026-03-11T08:14:02",
                "%a %b %e %H:%M:%S %Y"},
        Stamped{"Mar  1 08:14:02 host sshd[7]: up", "Mar  1 08:14:02", "--03-01T08:14:02", "%b %e %H:%M:%S"},
        Stamped{"25.03.2026 08:14:02 Dienst gestartet", "25.03.2026 08:14:02", "2026-03-25T08:14:02",
                "%d.%m.%Y %H:%M:%S"},
        Stamped{"3/25/2026 8:14:02 PM up", "3/25/2026 8:14:02 PM", "2026-03-25T20:14:02", "%m/%d/%Y %I:%M:%S %p"},
        Stamped{"1:M 06 Jan 2026 17:49:53.784 * Ready", "06 Jan 2026 17:49:53.784", "2026-01-06T17:49:53.784",
                "%d %b %Y %H:%M:%S.%L"},
        Stamped{"11 mars 2026 08:14:02 démarrage", "11 mars 2026 08:14:02", "2026-03-11T08:14:02", "%d %B %Y %H:%M:%S"},
        Stamped{"03-17 16:13:46.653  2227  2227 I Tag: up", "03-17 16:13:46.653", "--03-17T16:13:46.653",
                "%m-%d %H:%M:%S.%L"},
        Stamped{"I0311 08:14:02.118204       1 a.go:2] up", "0311 08:14:02.118204", "--03-11T08:14:02.118204",
                "%m%d %H:%M:%S.%f"},
        Stamped{"2026-03-11 08:14:02 CET up", "2026-03-11 08:14:02 CET", "2026-03-11T08:14:02+01:00",
                "%Y-%m-%d %H:%M:%S %Z"}));

INSTANTIATE_TEST_SUITE_P(NumbersAndClocks, FindTimestamp,
                         testing::Values(Stamped{"{\"level\":30,\"time\":1773216842118,\"msg\":\"up\"}",
                                                 "1773216842118", "2026-03-11T08:14:02.118Z", "epoch_ms"},
                                         Stamped{"{\"ts\":1773216842.1182,\"msg\":\"up\"}", "1773216842.1182",
                                                 "2026-03-11T08:14:02.1182Z", "epoch_s_float"},
                                         Stamped{"1773216842 web-1 GET /", "1773216842", "2026-03-11T08:14:02Z",
                                                 "epoch_s"},
                                         Stamped{"type=SYSCALL msg=audit(1773216842.431:8841): arch=c0",
                                                 "1773216842.431", "2026-03-11T08:14:02.431Z", "epoch_s_float"},
                                         Stamped{"@40000000433225833b6e1a8c tcpserver: up", "@40000000433225833b6e1a8c",
                                                 "2005-09-22T03:31:05.997071500Z", "tai64n"},
                                         Stamped{"INFO  08:14:02 up", "08:14:02", "T08:14:02", "%H:%M:%S"},
                                         Stamped{"\x1b[90m08:14:02\x1b[0m up", "08:14:02", "T08:14:02", "%H:%M:%S"}));

TEST(FindTimestampIn, KernelTimeIsTimeSinceTheStart) {
  const auto found = find_timestamp("[ 8123.441902] usb 1-1: new device");
  ASSERT_TRUE(found);
  EXPECT_EQ(to_iso8601(found->time), "PT8123.441902S");
}

TEST(FindTimestampIn, PrefersKeysThatMeanTheRecordsTime) {
  const auto found = find_timestamp(R"(expires=2027-01-01T00:00:00Z msg="x" ts=2026-03-11T08:14:02Z)");
  ASSERT_TRUE(found);
  EXPECT_EQ(to_iso8601(found->time), "2026-03-11T08:14:02Z");
}

TEST(FindTimestampIn, LeavesTextInJsonStringsAlone) {
  EXPECT_FALSE(find_timestamp(R"({"level":"info","msg":"since 2026-03-11 08:14:02 on"})"));
}

TEST(FindTimestampIn, LeavesTimesInFileNamesAlone) {
  const auto found = find_timestamp("nova-api.log.1.2026-03-10_13:53:08 2026-03-11 08:14:02.118 INFO up");
  ASSERT_TRUE(found);
  EXPECT_EQ(to_iso8601(found->time), "2026-03-11T08:14:02.118");
}

TEST(FindTimestampIn, SaysWhenDayAndMonthCanBeExchanged) {
  const auto found = find_timestamp("04/02/2026 08:14:02 INFO up");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->ambiguous);
  EXPECT_EQ(to_iso8601(found->time), "2026-04-02T08:14:02");
  EXPECT_TRUE(find_timestamp("2026-03-11 08:14:02 IST India, Israel or Ireland")->ambiguous);
}

TEST(FindTimestampIn, LeavesOtherNumbersAlone) {
  for (const char* line :
       {"took 01:02:03.456 in total", "MAC 08:14:02:11:8a:2f joined", "fe80::8:14:2 is stale",
        "account 1384216367111 closed", "GET /v1/items/1773216842 200 in 12 ms",
        "uuid 20260311-0814-4021-8118-204771aabbcc", "commit 20260311abcdef1234567890abcdef",
        "node v20.11.1, npm 10.2.4", "lease 3/11 of shard 08 moved", "time=0.2477829", "2026-02-30 08:14:02",
        "2026-13-01 08:14:02", "2026-03-11 25:14:02", "March sales are up 14 percent", "", "-", "{"}) {
    EXPECT_FALSE(find_timestamp(line)) << line;
  }
}

TEST(TimestampValue, TakesWholeValuesOnly) {
  EXPECT_TRUE(timestamp_value("2026-03-11T08:14:02Z"));
  EXPECT_TRUE(timestamp_value("1773216842118"));
  EXPECT_FALSE(timestamp_value("2026-03-11T08:14:02Z started"));
  EXPECT_FALSE(timestamp_value("42"));
}

}  // namespace
}  // namespace oc::formats
