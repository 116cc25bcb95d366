// The texts are those of the OpenTelemetry Collector 0.158.
#include "control_plane/config_builder/official_problems.h"

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

std::string first(std::string_view output) {
  const auto problems = official_problems(output);
  return problems.front().component + " | " + problems.front().key + " | " + problems.front().message;
}

TEST(OfficialProblems, EachComponentThatCannotBeReadIsOneProblem) {
  const auto problems = official_problems(
      "Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following "
      "error(s):\n"
      "\n"
      "'receivers' error reading configuration for \"file_log/ab12\": decoding failed due to the following error(s):\n"
      "\n"
      "'filelogreceiver.FileLogConfig' has invalid keys: pol_interval\n"
      "'processors' error reading configuration for \"memory_limiter\": decoding failed due to the following "
      "error(s):\n"
      "\n"
      "'memorylimiter.Config' has invalid keys: foo\n");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].component, "receivers::file_log/ab12");
  EXPECT_EQ(problems[0].key, "pol_interval");
  EXPECT_EQ(problems[0].message, "unknown key 'pol_interval'");
  EXPECT_EQ(problems[1].component, "processors::memory_limiter");
}

TEST(OfficialProblems, AValueThatCannotBeReadNamesItsKey) {
  EXPECT_EQ(
      first("Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following "
            "error(s):\n\n'receivers' error reading configuration for \"file_log/ab12\": decoding failed due to the "
            "following error(s):\n\n'retry_on_failure.max_elapsed_time' time: invalid duration\n"),
      "receivers::file_log/ab12 | retry_on_failure::max_elapsed_time | 'retry_on_failure.max_elapsed_time' time: "
      "invalid duration");
}

TEST(OfficialProblems, AnUnknownTypeIsNamedWithItsComponent) {
  EXPECT_EQ(
      first("Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following "
            "error(s):\n\n'processors' unknown type: \"nosuch\" for id: \"nosuch/x\" (valid values: [batch filter])"),
      "processors::nosuch/x |  | unknown type 'nosuch'");
}

TEST(OfficialProblems, WhatIsReadAndThenRefusedNamesItsComponent) {
  EXPECT_EQ(first("Error: processors::memory_limiter: 'limit_mib' must be greater than zero\n"),
            "processors::memory_limiter | limit_mib | 'limit_mib' must be greater than zero");
  EXPECT_EQ(first("Error: service::pipelines::logs: references processor \"filter/none\" which is not configured\n"),
            "service::pipelines::logs |  | references processor \"filter/none\" which is not configured");
}

TEST(OfficialProblems, WhatCannotBeBuiltNamesItsComponent) {
  EXPECT_EQ(
      first("Error: failed to build pipelines: failed to create \"file_log/ab12\" receiver for data type \"logs\": "
            "compiling regex: error parsing regexp: missing closing ): `(`\n"),
      "receivers::file_log/ab12 |  | compiling regex: error parsing regexp: missing closing ): `(`");
}

TEST(OfficialProblems, WhatNamesNoComponentConcernsTheWholeFile) {
  EXPECT_EQ(first("Error: failed to get config: cannot resolve the configuration: yaml: line 1: did not find\n"),
            " |  | cannot resolve the configuration: yaml: line 1: did not find");
  EXPECT_FALSE(official_problems("").front().message.empty());
}

TEST(OfficialProblems, LinesOfItsLogSayNothingOfTheConfig) {
  EXPECT_EQ(first("2026-11-25T23:59:04.794Z\twarn\tlogger.go:133\tfilelog alias is deprecated\t{\"a\": 1}\n"
                  "Error: exporters::otlp_http/logs: at least one endpoint must be specified\n"),
            "exporters::otlp_http/logs |  | at least one endpoint must be specified");
}

}  // namespace
}  // namespace oc::control_plane
