#include "base/metrics.h"

#include <cmath>

#include <gmock/gmock.h>

namespace oc {
namespace {

TEST(MetricRegistry, WritesHelpTypeAndSamplesInTheTextFormat) {
  MetricRegistry registry;
  registry.counter("lines_total", "Lines read", {{"source", "a"}})->add(3);
  registry.gauge("queue_size", "Items waiting")->set(1.5);
  EXPECT_EQ(registry.prometheus_text(),
            "# HELP lines_total Lines read\n# TYPE lines_total counter\nlines_total{source=\"a\"} 3\n"
            "# HELP queue_size Items waiting\n# TYPE queue_size gauge\nqueue_size 1.5\n");
}

TEST(MetricRegistry, GivesTheSameCounterForTheSameNameAndLabels) {
  MetricRegistry registry;
  registry.counter("c", "help", {{"x", "1"}})->add();
  registry.counter("c", "help", {{"x", "1"}})->add();
  registry.counter("c", "help", {{"x", "2"}})->add();
  EXPECT_EQ(registry.counter("c", "help", {{"x", "1"}})->value(), 2);
}

TEST(MetricRegistry, ForgetsWhatIsRemoved) {
  MetricRegistry registry;
  registry.gauge("g", "help", {{"x", "1"}})->set(1);
  registry.remove("g", {{"x", "1"}});
  registry.remove("unknown", {});
  EXPECT_EQ(registry.prometheus_text(), "");
}

TEST(MetricRegistry, WhatItWritesCanBeReadBackWhateverTheLabelHolds) {
  MetricRegistry registry;
  const std::string hostile = "a\\b\"c\nd,e}f{g=\"";
  registry.gauge("g", "help with \\ and\nnewline", {{"path", hostile}, {"other", "x"}})->set(-0.25);
  const auto samples = parse_prometheus_text(registry.prometheus_text());
  ASSERT_EQ(samples.size(), 1);
  EXPECT_EQ(samples[0].name, "g");
  EXPECT_EQ(samples[0].labels.at("path"), hostile);
  EXPECT_EQ(samples[0].labels.at("other"), "x");
  EXPECT_EQ(samples[0].value, -0.25);
}

TEST(MetricRegistry, WritesSpecialNumbersAsPrometheusSpellsThem) {
  MetricRegistry registry;
  registry.gauge("a", "h")->set(std::numeric_limits<double>::infinity());
  registry.gauge("b", "h")->set(std::nan(""));
  EXPECT_THAT(registry.prometheus_text(),
              testing::AllOf(testing::HasSubstr("a +Inf\n"), testing::HasSubstr("b NaN\n")));
}

TEST(ParsePrometheusText, ReadsTimestampsExemplarsAndSpaces) {
  const auto samples = parse_prometheus_text(
      "# TYPE a counter\na 1 1700000000000\n"
      "b_bucket{le=\"0.5\",} 2 # {trace_id=\"x\"} 0.3\r\n"
      "  c:sum { x = \"1\" }\t+1e3  \n"
      "d +Inf");
  ASSERT_EQ(samples.size(), 4);
  EXPECT_EQ(samples[0].value, 1);
  EXPECT_EQ(samples[1].labels.at("le"), "0.5");
  EXPECT_EQ(samples[1].value, 2);
  EXPECT_EQ(samples[2].name, "c:sum");
  EXPECT_EQ(samples[2].value, 1000);
  EXPECT_TRUE(std::isinf(samples[3].value));
}

TEST(ParsePrometheusText, SkipsLinesThatMakeNoSenseAndKeepsTheRest) {
  const auto samples = parse_prometheus_text(
      "<html>\n{} 1\na{x=\"unterminated} 1\nb{x=1} 2\nc\nd x\n9e 1\nf{x=\"1\" y=\"2\"} 1\n\n\xff\xfe 1\ngood 7\n");
  ASSERT_EQ(samples.size(), 1);
  EXPECT_EQ(samples[0].name, "good");
}

TEST(ProcessUsage, CountsOwnMemoryAndTime) {
  const auto usage = process_usage();
  EXPECT_GT(usage.resident_bytes, 100'000);
  EXPECT_GT(usage.cpu_seconds, 0);
}

}  // namespace
}  // namespace oc
