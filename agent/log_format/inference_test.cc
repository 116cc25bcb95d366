#include "agent/log_format/inference.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace oc::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Line numbers, from 1, on which records start.
std::vector<std::size_t> starts(const InferenceReport& report, std::string_view bytes) {
  std::vector<std::size_t> out;
  const LineFacts facts = read_lines(report, bytes);
  for (std::size_t i = 0; i < facts.record_start.size(); ++i) {
    if (facts.record_start[i]) out.push_back(i + 1);
  }
  return out;
}

std::vector<std::string> times(const InferenceReport& report, std::string_view bytes) {
  std::vector<std::string> out;
  for (const auto& time : read_lines(report, bytes).time) out.push_back(time ? formats::to_iso8601(*time) : "-");
  return out;
}

std::vector<std::string> severities(const InferenceReport& report, std::string_view bytes) {
  std::vector<std::string> out;
  for (const auto& severity : read_lines(report, bytes).severity)
    out.emplace_back(severity ? formats::to_string(*severity) : "-");
  return out;
}

struct Sample {
  const char* shape;
  const char* text;
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.shape; }

class Shapes : public testing::TestWithParam<Sample> {};

TEST_P(Shapes, AreRecognisedByContent) {
  const auto report = infer(GetParam().text, "");
  EXPECT_EQ(report.shape, GetParam().shape);
  EXPECT_FALSE(report.refused);
  EXPECT_THAT(report.reason, testing::Not(IsEmpty()));
  EXPECT_GT(report.confidence, 0);
  EXPECT_LT(report.confidence, 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, Shapes,
    testing::Values(
        Sample{"ndjson", "{\"level\":\"info\",\"msg\":\"a\"}\n{\"level\":\"warn\",\"msg\":\"b\"}\n"},
        Sample{"json-multiline", "{\n  \"level\": \"info\"\n}\n{\n  \"level\": \"warn\"\n}\n"},
        Sample{"docker-json", "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2026-04-27T00:24:18Z\"}\n"},
        Sample{"cri", "2026-07-13T22:29:26.6Z stdout F a\n2026-07-13T22:29:27.6Z stderr F b\n"},
        Sample{"logfmt", "ts=2026-08-12T15:44:40Z level=info msg=\"a b\"\nts=2026-08-12T15:44:41Z level=warn msg=c\n"},
        Sample{"keyvalue",
               "2026-03-11 08:14:02 action=login, user=alice, status=ok\n2026-03-11 08:14:03 action=view, user=bob, "
               "status=ok\n"},
        Sample{"clf",
               "10.0.4.9 - - [11/Mar/2026:08:14:02 +0100] \"GET / HTTP/1.1\" 200 5\n10.0.4.9 - - [11/Mar/2026:08:14:03 "
               "+0100] \"GET / HTTP/1.1\" 200 5\n"},
        Sample{"w3c", "#Version: 1.0\n#Fields: date time c-ip sc-status\n2026-08-24 06:45:22 10.0.0.4 404\n"},
        Sample{"csv",
               "time,user,count\n2026-06-23 22:36:43,u75,1\n2026-06-23 22:37:10,u56,2\n2026-06-23 22:37:29,u91,3\n"},
        Sample{"tsv",
               "time\tuser\tcount\n2026-06-23 22:36:43\tu75\t1\n2026-06-23 22:37:10\tu56\t2\n2026-06-23 "
               "22:37:29\tu91\t3\n"},
        Sample{"syslog-rfc3164", "Feb 21 21:19:32 host-17 kernel: a\nFeb 21 21:24:05 host-17 sshd[211]: b\n"},
        Sample{"syslog-rfc5424",
               "<132>1 2026-04-07T01:15:57+02:00 host app 25 ID30 - a\n<132>1 2026-04-07T01:16:57+02:00 host app 25 "
               "ID30 - b\n"},
        Sample{
            "klog",
            "E0910 03:42:59.183275       1 controller.go:118] a\nI0910 03:43:19.043711       1 controller.go:118] b\n"},
        Sample{"xml", "<Event>\n  <Level>4</Level>\n</Event>\n<Event>\n  <Level>2</Level>\n</Event>\n"},
        Sample{"journal-export",
               "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1770886312005163\nMESSAGE=a\n\n__CURSOR=s=2\n__REALTIME_TIMESTAMP="
               "1770886312005164\nMESSAGE=b\n"},
        Sample{"text", "2026-03-11 08:14:02 a\n2026-03-11 08:14:03 b\n"},
        Sample{"text-no-timestamp", "[INFO] a: b\n[WARN] c: d\n"},
        Sample{"text-no-timestamp", "starting\nlistening on 8080\nready\n"},
        Sample{"mixed",
               "{\"level\":\"info\",\"msg\":\"a\"}\n2026/08/10 14:41:37 "
               "b\n{\"level\":\"info\",\"msg\":\"a\"}\n2026/08/10 14:41:38 b\n"
               "{\"level\":\"info\",\"msg\":\"a\"}\n2026/08/10 14:41:39 b\n"}));

TEST(Infer, RefusesWhatIsNoLog) {
  const auto refusal = [](std::string_view bytes) {
    return infer(bytes, "x").refused ? infer(bytes, "x").shape : "accepted";
  };
  EXPECT_EQ(refusal(""), "empty");
  EXPECT_EQ(refusal("\n\n\r\n"), "empty");
  EXPECT_EQ(refusal(std::string_view("\x1f\x8b\x08\0\0", 5)), "binary");
  EXPECT_EQ(refusal(std::string_view("\0\1\2\3\4\5\6\7", 8)), "binary");
  const std::string blob_line(76, 'Q');
  EXPECT_EQ(refusal(blob_line + "\n" + blob_line + "\nQQ==\n"), "binary");
  EXPECT_THAT(infer(std::string_view("\x1f\x8b\x08\0\0", 5), "a.gz").reason, HasSubstr("decompress"));
}

TEST(Infer, TakesTimeAndLevelOfEachRecordButNotOfContinuations) {
  const std::string text =
      "2026-08-11 02:25:09,304 INFO  [w] a - up\n"
      "2026-08-11 02:25:10,304 ERROR [w] a - failed\n"
      "java.lang.IllegalStateException: closed at 2026-08-11 02:25:10,300\n"
      "\tat com.acme.Pool.get(Pool.java:1)\n";
  const auto report = infer(text, "");
  EXPECT_TRUE(report.multiline);
  EXPECT_EQ(report.timestamp_layout, "%Y-%m-%d %H:%M:%S,%L");
  EXPECT_EQ(report.timestamp_place, "prefix");
  EXPECT_THAT(starts(report, text), ElementsAre(1, 2));
  EXPECT_THAT(times(report, text), ElementsAre("2026-08-11T02:25:09.304", "2026-08-11T02:25:10.304", "-", "-"));
  EXPECT_THAT(severities(report, text), ElementsAre("info", "error", "-", "-"));
}

TEST(Infer, TheRecordStartPatternMatchesFirstLinesOnly) {
  const std::string text =
      "[INFO] 2026-08-11 02:25:09 up\n[ERROR] 2026-08-11 02:25:10 failed\n  2026-08-11 02:25:10 detail\nplain\n";
  const RE2 pattern(infer(text, "").record_start);
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(RE2::PartialMatch("[WARN] 2026-08-12 22:25:09 x", pattern));
  EXPECT_FALSE(RE2::PartialMatch("  2026-08-11 02:25:10 detail", pattern));
  EXPECT_FALSE(RE2::PartialMatch("plain", pattern));
}

TEST(Infer, LaterDaysDecideBetweenDayAndMonth) {
  const std::string text = "2/8/2026 5:02:07 PM a\n2/9/2026 5:02:07 PM b\n13/9/2026 5:02:07 PM c\n";
  EXPECT_THAT(times(infer(text, ""), text),
              ElementsAre("2026-08-02T17:02:07", "2026-09-02T17:02:07", "2026-09-13T17:02:07"));
  const auto open = infer("2/8/2026 5:02:07 PM a\n2/9/2026 5:02:07 PM b\n", "");
  EXPECT_THAT(open.reason, HasSubstr("day and month"));
}

TEST(Infer, ReadsUtf16AndLatin1) {
  const std::string text =
      "2026-01-01 06:45:34 [ERROR] zur\xFC"
      "ck\n2026-01-01 06:46:34 [WARN] f\xFCr\n";
  EXPECT_EQ(infer(text, "").encoding, "latin-1");
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("2026-01-01 06:45:34 [ERROR] a\r\n")) wide += {c, '\0'};
  const auto report = infer(wide, "");
  EXPECT_EQ(report.encoding, "utf-16le");
  EXPECT_THAT(times(report, wide), ElementsAre("2026-01-01T06:45:34"));
  EXPECT_EQ(infer("2026-01-01 06:45:34 raw=\xff\xfe\x80\n", "").encoding, "utf-8");
}

TEST(Infer, JsonMembersSayTimeAndLevel) {
  const std::string text =
      "{\"event.created\":\"2020-01-01T00:00:00Z\",\"@timestamp\":\"2026-07-11T20:50:55Z\",\"log.level\":\"ERROR\","
      "\"ecs.version\":\"1\"}\n";
  const auto report = infer(text, "");
  EXPECT_EQ(report.dialect, "ecs");
  EXPECT_EQ(report.timestamp_place, "field:@timestamp");
  EXPECT_THAT(times(report, text), ElementsAre("2026-07-11T20:50:55Z"));
  EXPECT_THAT(severities(report, text), ElementsAre("error"));
  EXPECT_THAT(report.fields, ElementsAre("event.created", "@timestamp", "log.level", "ecs.version"));
}

TEST(Infer, ContainerRecordsKeepStreamsApartAndJoinParts) {
  const std::string text =
      "2026-07-13T22:00:00Z stdout F 2026-07-13 22:00:00 INFO a\n"
      "2026-07-13T22:00:01Z stderr F 2026-07-13 22:00:01 ERROR job failed\n"
      "2026-07-13T22:00:02Z stdout P 2026-07-13 22:00:02 INFO ha\n"
      "2026-07-13T22:00:02Z stderr F java.io.IOException: broken\n"
      "2026-07-13T22:00:02Z stderr F \tat a.B.c(B.java:1)\n"
      "2026-07-13T22:00:02Z stdout F lf\n";
  const auto report = infer(text, "");
  EXPECT_EQ(report.shape, "cri");
  EXPECT_EQ(report.dialect, "text");
  const auto facts = read_lines(report, text);
  EXPECT_THAT(facts.records, ElementsAre(ElementsAre(0), ElementsAre(1, 3, 4), ElementsAre(2, 5)));
}

TEST(Infer, QuotedValuesOfCsvMayHoldLineEnds) {
  const std::string text =
      "time,level,text\n2026-06-23 22:36:43,INFO,\"a\nb\"\n2026-06-23 22:36:44,WARN,c\n2026-06-23 22:36:45,WARN,d\n";
  const auto report = infer(text, "");
  EXPECT_EQ(report.shape, "csv");
  EXPECT_TRUE(report.multiline);
  EXPECT_THAT(starts(report, text), ElementsAre(2, 4, 5));
  EXPECT_THAT(severities(report, text), ElementsAre("-", "info", "-", "warn", "warn"));
}

TEST(Infer, OneLineIsLittleEvidence) { EXPECT_LE(infer("2026-03-24T09:39:46.448Z INFO wrote\n", "").confidence, 0.9); }

TEST(ToLogShape, CarriesWhatCollectorsNeed) {
  const auto shape = to_log_shape(infer("2026-03-11 08:14:02 a\n2026-03-11 08:14:03 b\n", ""));
  EXPECT_EQ(shape.shape, "text");
  EXPECT_EQ(shape.timestamp_layout, "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(shape.encoding, "utf-8");
  EXPECT_THAT(shape.record_start, HasSubstr("\\d"));
}

}  // namespace
}  // namespace oc::agent
