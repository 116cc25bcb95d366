#include "agent/supervisor/exporter_trouble.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

// As 0.158 writes it, shortened.
constexpr std::string_view kFailing =
    "2026-11-25T23:59:05.032Z\tinfo\tinternal/retry_sender.go:136\tExporting failed. Will retry the request after "
    "interval.\t{\"resource\": {\"service.name\": \"otelcol\"}, \"otelcol.component.id\": \"otlp_http/logs\", "
    "\"otelcol.component.kind\": \"exporter\", \"error\": \"dial tcp 127.0.0.1:9: connection refused\"}\n";
constexpr std::string_view kHarmless =
    "2026-11-25T23:59:05.031Z\tinfo\tfileconsumer/file.go:423\tStarted watching file\t{\"path\": \"/a.log\"}\n"
    "Exporting failed, but this is no line of a collector\n";

TEST(ExporterTrouble, IsWhatTheLogSaysOfTheExporter) {
  ExporterTrouble trouble;
  trouble.note({.sent = 0, .queued = 1}, std::string(kHarmless) + std::string(kFailing));
  EXPECT_EQ(trouble.text(), "otlp_http/logs: dial tcp 127.0.0.1:9: connection refused");
}

TEST(ExporterTrouble, StaysUntilSomethingIsSent) {
  ExporterTrouble trouble;
  trouble.note({.sent = 5, .queued = 1}, kFailing);
  EXPECT_FALSE(trouble.text().empty());
  trouble.note({.sent = 5, .queued = 1}, kHarmless);
  EXPECT_FALSE(trouble.text().empty());
  trouble.note({.sent = 6}, "");
  EXPECT_TRUE(trouble.text().empty());
}

TEST(ExporterTrouble, ThatBeganAndEndedBetweenTwoLooksIsOver) {
  ExporterTrouble trouble;
  trouble.note({.sent = 5, .queued = 0}, kFailing);
  EXPECT_TRUE(trouble.text().empty());
  trouble.note({.sent = 9, .queued = 3}, kFailing);  // others wait still
  EXPECT_FALSE(trouble.text().empty());
}

TEST(ExporterTrouble, ACollectorThatCountsAnewSendsAsWell) {
  ExporterTrouble trouble;
  trouble.note({.sent = 100, .queued = 1}, kFailing);
  trouble.note({.sent = 0, .queued = 1}, "");
  EXPECT_FALSE(trouble.text().empty());
  trouble.note({.sent = 2}, "");
  EXPECT_TRUE(trouble.text().empty());
}

TEST(ExporterTrouble, RecordsThatWereGivenUpAreTroubleWithoutWords) {
  ExporterTrouble trouble;
  trouble.note({.failed = 7}, "");
  EXPECT_EQ(trouble.text(), "7 records were given up by an exporter");
}

}  // namespace
}  // namespace oc::agent
