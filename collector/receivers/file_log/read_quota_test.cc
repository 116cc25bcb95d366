#include "collector/receivers/file_log/read_quota.h"

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kRate = 1000;
const ReadQuota::Time kStart = ReadQuota::Time{} + std::chrono::hours(1);

TEST(ReadQuota, AQuietSourceHasASecondsWorthAtOnceAndThenItsRate) {
  MetricRegistry metrics;
  ReadQuota quota(metrics, "s", kRate);
  quota.took(kRate, kStart);
  EXPECT_EQ(quota.wait_until(kStart), std::nullopt);
  quota.took(kRate / 2, kStart);
  EXPECT_EQ(quota.wait_until(kStart), kStart + milliseconds(500));
  EXPECT_EQ(quota.wait_until(kStart + milliseconds(500)), std::nullopt);
}

TEST(ReadQuota, ALargeReadIsPaidForByALongWait) {
  MetricRegistry metrics;
  ReadQuota quota(metrics, "s", kRate);
  quota.took(100 * kRate, kStart);
  EXPECT_EQ(quota.wait_until(kStart), kStart + seconds(99));
}

TEST(ReadQuota, TimeThatWasNotUsedIsNotSaved) {
  MetricRegistry metrics;
  ReadQuota quota(metrics, "s", kRate);
  quota.took(10, kStart);
  quota.took(2 * kRate, kStart + seconds(3600));
  EXPECT_EQ(quota.wait_until(kStart + seconds(3600)), kStart + seconds(3601));
}

TEST(ReadQuota, TheMetricsSayWhoWaitsAndGoWithIt) {
  MetricRegistry metrics;
  {
    ReadQuota quota(metrics, "s", kRate);
    quota.took(3 * kRate, kStart);
    (void)quota.wait_until(kStart);
    EXPECT_NE(metrics.prometheus_text().find("onecollector_source_over_quota{source_id=\"s\"} 1"), std::string::npos);
    EXPECT_NE(metrics.prometheus_text().find("onecollector_source_quota_waits_total{source_id=\"s\"} 1"),
              std::string::npos);
    (void)quota.wait_until(kStart + seconds(10));
    EXPECT_NE(metrics.prometheus_text().find("onecollector_source_over_quota{source_id=\"s\"} 0"), std::string::npos);
  }
  EXPECT_EQ(metrics.prometheus_text().find("quota"), std::string::npos);
}

using QuotaOfReceiver = CollectorTest;

TEST_F(QuotaOfReceiver, TooSmallAndUnknownKeysAreRefused) {
  TestSink sink(true);
  append_lines(log_path(), 0, 10);
  start(config(sink));
  for (const auto* quota :
       {"{bytes_per_second: 100}", "{}", "{bytes: 1MiB}", "{bytes_per_second: 1MiB, burst: 2MiB}"}) {
    const auto refused = reload(
        config(sink, {.receivers = {{"s1", receiver("s1", log_path(), fmt::format("    quota: {}\n", quota))}}}));
    ASSERT_FALSE(refused) << quota;
    EXPECT_NE(refused.error().text().find("quota"), std::string::npos) << refused.error().text();
  }
}

// 1 KiB a second would take the file's rest minutes.
TEST_F(QuotaOfReceiver, AReloadThatRaisesItTakesEffectAtOnce) {
  TestSink sink(true);
  const auto with_quota = [&](const char* rate) {
    return config(sink, {.receivers = {{"s1", receiver("s1", log_path(),
                                                       fmt::format("    quota: {{bytes_per_second: {}}}\n", rate))}}});
  };
  constexpr int kLines = 100'000;
  append_lines(log_path(), 0, kLines);
  start(with_quota("1KiB"));
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_over_quota") == 1; }));
  EXPECT_LT(sink.count(), static_cast<std::size_t>(kLines));
  ASSERT_TRUE(reload(with_quota("1GiB")));
  expect_all(sink, kLines);
}

}  // namespace
}  // namespace oc::collector
