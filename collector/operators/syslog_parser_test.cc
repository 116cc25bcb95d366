// syslog_parser as the official collector has it; the grammar is tested in formats/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/operators/test_operators.h"
#include "collector/operators/text_operators.h"

namespace oc::collector {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Without the body, which stays what it is.
std::string syslog(const std::string& keys, const std::string& line) {
  const auto out = operators_test::records_of(
      "[{type: remove, field: attributes.none, on_error: send_quiet},"
      " {type: syslog_parser, on_error: send_quiet, " +
          keys + "}]",
      line);
  const auto attributes = out.find("\" {");
  return attributes == std::string::npos ? out : out.substr(attributes + 2);
}

TEST(SyslogParser, TimeAndSeverityAreTheRecords) {
  EXPECT_EQ(syslog("protocol: RFC5424", R"(<165>1 2003-10-11T22:14:15.003Z h a 1 m [x y="1\"" y="2"] text)"),
            R"({"appname":"a","facility":20,"facility_text":"local4","hostname":"h","message":"text","msg_id":"m",)"
            R"("priority":165,"proc_id":"1","structured_data":{"x":{"y":"2"}},"version":1} )"
            "1065910455003000000 10 notice");
  EXPECT_THAT(syslog("protocol: rfc3164", "<34>Oct 11 22:14:15 h su[1]: m"),
              StartsWith(R"({"appname":"su","facility":4,"facility_text":"auth","hostname":"h","message":"m",)"
                         R"("priority":34,"proc_id":"1"} )"));
}

TEST(SyslogParser, WithoutATimeTheRecordFailed) {
  EXPECT_EQ(syslog("protocol: rfc5424", "<0>1 - - - - - -"),
            R"({"facility":0,"facility_text":"kern","priority":0,"severity":0,"version":1} 0 0 )");
  EXPECT_EQ(operators_test::records_of("[{type: syslog_parser, protocol: rfc5424, on_error: drop_quiet}]",
                                       "<0>1 - - - - - -"),
            "left out");
}

TEST(SyslogParser, ElsewhereTimeAndSeverityStayAsGoWritesThem) {
  const auto in_body = [](const std::string& keys, const std::string& line) {
    return operators_test::records_of("[{type: syslog_parser, on_error: send_quiet, parse_to: body, " + keys + "}]",
                                      line);
  };
  EXPECT_EQ(in_body("protocol: rfc5424", "<8>1 2003-10-11T22:14:15.100-05:30 - - - - - m"),
            R"({"facility":1,"facility_text":"user","message":"m","priority":8,"severity":0,)"
            R"("timestamp":"2003-10-11 22:14:15.1 -0530 -0530","version":1} {} 0 0 )");
  EXPECT_THAT(in_body("protocol: rfc5424", "<8>1 2003-10-11T22:14:15+00:00 - - - - - m"),
              HasSubstr("\"2003-10-11 22:14:15 +0000 UTC\""));
  EXPECT_THAT(in_body("protocol: rfc3164", "<8>Oct  1 22:14:15 h m"), HasSubstr("\"0000-10-01 22:14:15 +0000 UTC\""));
  EXPECT_THAT(in_body("protocol: rfc3164, location: America/New_York", "<8>Oct  1 22:14:15 h m"),
              HasSubstr("\"0000-10-01 22:14:15 -0456 LMT\""));
}

TEST(SyslogParser, ATimestampBlockTakesItsPlace) {
  EXPECT_EQ(syslog("protocol: rfc5424, timestamp: {parse_from: attributes.message, layout_type: epoch, layout: s}",
                   "<14>1 2003-10-11T22:14:15Z - - - - - 7"),
            R"({"facility":1,"facility_text":"user","message":"7","priority":14,"version":1} 7000000000 9 info)");
}

TEST(SyslogParser, APriorityMayMiss) {
  EXPECT_EQ(syslog("protocol: rfc5424, allow_skip_pri_header: true", "1 2003-10-11T22:14:15Z - - - - - m"),
            R"({"message":"m","version":1} 1065910455000000000 0 )");
  EXPECT_THAT(syslog("protocol: rfc5424, allow_skip_pri_header: true", "<14>1 2003-10-11T22:14:15Z - - - - - m"),
              HasSubstr("9 info"));
  EXPECT_EQ(syslog("protocol: rfc5424", "1 2003-10-11T22:14:15Z - - - - - m"), "unchanged");
}

TEST(SyslogParser, NoProtocolKeepsTheWholeMessage) {
  EXPECT_EQ(syslog("protocol: none", "<34>any thing"),
            R"({"facility":4,"facility_text":"auth","message":"<34>any thing","priority":34} 0 18 crit)");
  EXPECT_EQ(syslog("protocol: none", "no pri"), R"({"message":"no pri"} 0 0 )");
  EXPECT_EQ(syslog("protocol: none, enable_octet_counting: true", "7 any <34>"), R"({"message":"any <34>"} 0 0 )");
  EXPECT_EQ(syslog("protocol: none, enable_octet_counting: true", "007 any"), R"({"message":"007 any"} 0 0 )");
  EXPECT_THAT(syslog("protocol: none, non_transparent_framing_trailer: LF", ""), HasSubstr("not compatible"));
}

TEST(SyslogParser, FramesAreTakenOff) {
  const std::string counted = "protocol: rfc5424, enable_octet_counting: true";
  EXPECT_THAT(syslog(counted, "38 <14>1 2003-10-11T22:14:15Z - - - - - m1"), "unchanged");
  EXPECT_THAT(syslog(counted, "39 <14>1 2003-10-11T22:14:15Z - - - - - m139 <14>1 2003-10-11T22:14:15Z - - - - - m2"),
              HasSubstr("\"message\":\"m2\""))
      << "the last one counts";
  EXPECT_THAT(syslog(counted + ", max_octets: 30", "39 <14>1 2003-10-11T22:14:15Z - - - - - m1"), "unchanged");
  EXPECT_THAT(syslog("protocol: rfc5424, non_transparent_framing_trailer: NUL",
                     std::string("<14>1 2003-10-11T22:14:15Z - - - - - m\0", 39)),
              HasSubstr("\"message\":\"m\""));
  EXPECT_THAT(
      syslog("protocol: rfc5424, non_transparent_framing_trailer: LF", "<14>1 2003-10-11T22:14:15Z - - - - - m"),
      HasSubstr("\"message\":\"m\""))
      << "the last trailer may be missing";
}

TEST(SyslogParser, RefusesWhatDoesNotGoTogether) {
  EXPECT_THAT(syslog("location: UTC", ""), HasSubstr("missing field 'protocol'"));
  EXPECT_THAT(syslog("protocol: rfc1", ""), HasSubstr("'protocol' must be"));
  EXPECT_THAT(syslog("protocol: rfc3164, enable_octet_counting: true", ""), HasSubstr("only compatible with"));
  EXPECT_THAT(syslog("protocol: rfc5424, non_transparent_framing_trailer: CR", ""), HasSubstr("must be LF or NUL"));
  EXPECT_THAT(syslog("protocol: rfc5424, enable_octet_counting: true, non_transparent_framing_trailer: LF", ""),
              HasSubstr("only one of"));
  EXPECT_THAT(syslog("protocol: rfc3164, location: Nowhere", ""), HasSubstr("'location'"));
}

TEST(SanitizeUtf8, ARunOfInvalidBytesIsOneReplacement) {
  const auto sanitized = [](const std::string& line) {
    return operators_test::records_of("[{type: sanitize_utf8}, {type: add, field: attributes.a, value: 1}]", line);
  };
  EXPECT_THAT(sanitized("bad \xff\xfe x"), StartsWith("\"bad \uFFFD x\" "));
  EXPECT_THAT(sanitized("cut \xe2\x82"), StartsWith("\"cut \uFFFD\" "));
  EXPECT_THAT(sanitized("\uFFFD\uFFFD"), StartsWith("\"\uFFFD\uFFFD\" ")) << "these are valid";
  EXPECT_THAT(operators_test::records_of("[{type: sanitize_utf8, field: attributes.none}]", "\xff\xfe"), "unchanged");
  EXPECT_EQ(with_runs_replaced("a\x80\x80"
                               "b\xc0"),
            "a\uFFFD"
            "b\uFFFD");
}

}  // namespace
}  // namespace oc::collector
