#include "formats/severity.h"

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

TEST(Severity, KnowsTheWordsOfManyLoggers) {
  EXPECT_EQ(severity_of("INFO"), Severity::kInfo);
  EXPECT_EQ(severity_of("Warning"), Severity::kWarn);
  EXPECT_EQ(severity_of("wrn"), Severity::kWarn);
  EXPECT_EQ(severity_of("SEVERE"), Severity::kError);
  EXPECT_EQ(severity_of("fail"), Severity::kError);
  EXPECT_EQ(severity_of("notice"), Severity::kNotice);
  EXPECT_EQ(severity_of("crit"), Severity::kCritical);
  EXPECT_EQ(severity_of("emerg"), Severity::kFatal);
  EXPECT_EQ(severity_of("FINEST"), Severity::kTrace);
}

TEST(Severity, LeavesOtherWordsAlone) {
  for (const char* word : {"", "I", "information technology", "errors", "warned", "level"})
    EXPECT_FALSE(severity_of(word)) << word;
}

TEST(Severity, ReadsNumbersOfSyslogPinoAndWindows) {
  EXPECT_EQ(severity_of_syslog(3), Severity::kError);
  EXPECT_EQ(severity_of_syslog(134), Severity::kInfo);  // local0.info
  EXPECT_FALSE(severity_of_syslog(192));
  EXPECT_EQ(severity_of_bunyan(30), Severity::kInfo);
  EXPECT_EQ(severity_of_bunyan(60), Severity::kFatal);
  EXPECT_FALSE(severity_of_bunyan(5));
  EXPECT_EQ(severity_of_windows(2), Severity::kError);
  EXPECT_FALSE(severity_of_windows(9));
}

TEST(Severity, NumbersAreOpenTelemetrys) {
  EXPECT_EQ(otel_severity_number(Severity::kInfo), 9);
  EXPECT_EQ(otel_severity_number(Severity::kFatal), 21);
  EXPECT_EQ(to_string(Severity::kCritical), "critical");
}

}  // namespace
}  // namespace oc::formats
