#include "formats/syslog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/syslog_framing.h"

namespace oc::formats {
namespace {

// priority|version|timestamp|host|app|process|id|data|message, or "refused".
std::string written(const Result<SyslogMessage>& message) {
  if (!message) return "refused";
  std::string out = std::to_string(message->priority) + "|" + std::to_string(message->version);
  for (const auto part : {message->timestamp, message->hostname, message->app_name, message->process_id,
                          message->message_id, message->structured_data, message->message})
    out += "|" + std::string(part);
  return out;
}
std::string rfc5424(std::string_view text) { return written(parse_rfc5424(text)); }
std::string rfc3164(const std::string& behind_time) {
  const auto out = written(parse_rfc3164("<34>Oct 11 22:14:15 " + behind_time));
  return out.starts_with("34|0|Oct 11 22:14:15|") ? out.substr(21) : out;
}

TEST(Rfc5424, ReadsAllParts) {
  EXPECT_EQ(rfc5424(R"(<165>1 2003-10-11T22:14:15.003Z h.example app 8710 ID47 [a@1 x="y"][b] two words)"),
            R"(165|1|2003-10-11T22:14:15.003Z|h.example|app|8710|ID47|[a@1 x="y"][b]|two words)");
  EXPECT_EQ(rfc5424("<0>999 - - - - - -"), "0|999|||||||") << "- says nothing";
  EXPECT_EQ(rfc5424("<1>1 - - - - - - "), "1|1|||||||");
  EXPECT_EQ(rfc5424("<1>1 - - - - - -  \n\xff"), "1|1||||||| \n\xff") << "a message is any bytes";
}

TEST(Rfc5424, IsStrict) {
  for (const auto* text : {"",
                           "x",
                           "<192>1 - - - - - -",
                           "<01>1 - - - - - -",
                           "<1>0 - - - - - -",
                           "<1>1000 - - - - - -",
                           "<1>1 2003-02-29T00:00:00Z - - - - -",
                           "<1>1 2003-02-28T24:00:00Z - - - - -",
                           "<1>1 2003-02-28T00:00:00.1234567Z - - - - -",
                           "<1>1 2003-02-28T00:00:00 - - - - -",
                           "<1>1 2003-02-28T00:00:00z - - - - -",
                           "<1>1 2003-02-28T00:00:00+0200 - - - - -",
                           "<1>1 - - - - -",
                           "<1>1 -  - - - -",
                           "<1>1 - - - - - -x",
                           "<1>1 - - - - - []",
                           "<1>1 - - - - - [a b]",
                           "<1>1 - - - - - [a b=\"c\\x\"]",
                           "<1>1 - - - - - [a b=\"]\"]",
                           "<1>1 - - - - - [a][a]",
                           "<1>1 - - - - - [a b=\"\xff\"]",
                           "<1>1 - - - - - [a b=\"c\""})
    EXPECT_EQ(rfc5424(text), "refused") << text;
  EXPECT_EQ(rfc5424("<1>1 - " + std::string(256, 'h') + " - - - -"), "refused");
  EXPECT_EQ(rfc5424("<1>1 - - " + std::string(49, 'a') + " - - -"), "refused");
  EXPECT_THAT(parse_rfc5424("<1>1 - - - - - x").error().message, testing::HasSubstr("at byte 15"));
}

TEST(Rfc5424, StructuredDataIsWalked) {
  const auto message = parse_rfc5424(R"(<1>1 - - - - - [a x="1" y="\"\]\\"][b@2])");
  ASSERT_TRUE(message);
  StructuredData elements(message->structured_data);
  std::string_view id, name, value;
  ASSERT_TRUE(elements.next_element(id));
  EXPECT_EQ(id, "a");
  ASSERT_TRUE(elements.next_parameter(name, value));
  ASSERT_TRUE(elements.next_parameter(name, value));
  EXPECT_EQ(name, "y");
  EXPECT_EQ(unescaped_parameter(value), R"("]\)");
  EXPECT_FALSE(elements.next_parameter(name, value));
  ASSERT_TRUE(elements.next_element(id));
  EXPECT_EQ(id, "b@2");
  EXPECT_FALSE(elements.next_parameter(name, value));
  EXPECT_FALSE(elements.next_element(id));
}

TEST(Rfc3164, HostAndTagMayMiss) {
  EXPECT_EQ(rfc3164("mymachine su[12]: 'su root' failed"), "mymachine|su|12|||'su root' failed");
  EXPECT_EQ(rfc3164("host  IP6[015]: blanks"), "host|IP6|015|||blanks");
  EXPECT_EQ(rfc3164("10.0.0.99 Use the BFG!"), "10.0.0.99|||||Use the BFG!");
  EXPECT_EQ(rfc3164("syslogd[68529]: start"), "|syslogd|68529|||start");
  EXPECT_EQ(rfc3164("catap: from cli"), "|catap||||from cli");
  EXPECT_EQ(rfc3164("h monit[2340:0]: sub[1]: [x]"), "h|monit|2340:0|||sub[1]: [x]");
  EXPECT_EQ(rfc3164("one"), "|||||one");
  EXPECT_EQ(rfc3164("h \xc3\xa4\xff"), "h|||||\xc3\xa4\xff");
  EXPECT_EQ(rfc3164("h a: m\n"), "h|a||||m");
  EXPECT_EQ(rfc3164("h a[b \xc3\xa4]: \tm\rx"), "h|a|b \xc3\xa4|||\tm\rx") << "tabs and blanks are text";
  EXPECT_EQ(rfc3164("h su[]: m"), "h|su||||m");
}

TEST(Rfc3164, AReadingThatFailsLeavesItsFields) {
  EXPECT_EQ(rfc3164("h a[1]x b"), "h|a|1|||1]x b") << "as in the library, its mark has moved";
  EXPECT_EQ(rfc3164("h a:b"), "h|a||||a:b");
  EXPECT_EQ(rfc3164("h a[] b"), "h|a||||] b");
  EXPECT_EQ(rfc3164("h su:"), "h|su||||su:");
}

TEST(Rfc3164, IsStrict) {
  for (const auto* text :
       {"", "no pri", "<999>Oct 11 22:14:15 h a: m", "<34>Oct 99 22:14:15 h a: m", "<34>", "<34>Oct 1 22:14:15 h a: m",
        "<34>Feb 30 22:14:15 h m", "<34>Oct 11 22:14:15", "<34>Oct 11 22:14:15 ", "<34>Oct 11 22:14:15.1 h m",
        "<34>oct 11 22:14:15 h m", "<34>Oct 11 22:14:15 h a: m\nx", "<34>Oct 11 22:14:15 h a\vb"})
    EXPECT_FALSE(parse_rfc3164(text)) << text;
  EXPECT_TRUE(parse_rfc3164("<34>  Feb 29 22:14:15 h m"));
  EXPECT_TRUE(parse_rfc3164("Feb  2 22:14:15 h m", SyslogPriority::kMissing));
}

TEST(UnknownSyslog, HasAPriorityAtMost) {
  EXPECT_EQ(written(parse_unknown_syslog("<34>any")), "34|0|||||||<34>any");
  EXPECT_EQ(written(parse_unknown_syslog("<192>any")), "-1|0|||||||<192>any");
  EXPECT_EQ(parse_unknown_syslog("<034>any").priority, 34);
  EXPECT_EQ(parse_unknown_syslog("<000>").priority, 0);
  for (const auto* text : {"<0034>any", "<>", "<", "34>", "< 34>", "<3x>"})
    EXPECT_EQ(parse_unknown_syslog(text).priority, -1) << text;
}

TEST(Syslog, NamesAreRfc5427s) {
  EXPECT_EQ(facility_name(0), "kern");
  EXPECT_EQ(facility_name(9), "cron");
  EXPECT_EQ(facility_name(15), "cron2");
  EXPECT_EQ(facility_name(23), "local7");
  EXPECT_EQ(severity_name(3), "err");
}

TEST(SyslogFraming, CountsOctets) {
  const auto frame = first_counted_frame("3 abc4 rest");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->message, "abc");
  EXPECT_EQ(frame->rest, "4 rest");
  for (const auto* bytes : {"", "abc", "03 abc", "3", "3abc", "4 abc", "99999999999999999999999 a", "8193 a"})
    EXPECT_FALSE(first_counted_frame(bytes)) << bytes;
  EXPECT_FALSE(first_counted_frame("3 abc", 2));
}

TEST(SyslogFraming, ATrailerEndsAMessageWhereTheNextBegins) {
  const auto frame = first_trailed_frame("<1>a\nb\n<2>c\n", '\n');
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->message, "<1>a\nb");
  EXPECT_EQ(frame->rest, "<2>c\n");
  EXPECT_FALSE(first_trailed_frame("<1>a", '\n'));
  EXPECT_FALSE(first_trailed_frame("a\n", '\n'));
}

}  // namespace
}  // namespace oc::formats
