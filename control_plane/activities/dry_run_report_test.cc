#include "control_plane/activities/dry_run_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

Json report(Json sources, bool ok = true, Json errors = Json::array()) {
  const Json json{{"ok", ok}, {"errors", std::move(errors)}, {"sources", std::move(sources)}, {"seconds", 0.1}};
  return *parse_json(json.dump());  // as it comes over the wire
}
Json source(const char* id, int read, int emitted, Json dropped = Json::object()) {
  return {{"source_id", id},
          {"receiver", std::string("file_log/") + id},
          {"read_records", read},
          {"emitted_records", emitted},
          {"dropped", std::move(dropped)}};
}
CanaryOutput judged(const Json& json, const std::set<std::string>& known = {}) {
  const auto parsed = parse_dry_run_report(json);
  EXPECT_TRUE(parsed) << parsed.error().text();
  return judge(*parsed, known);
}

TEST(DryRunReport, RecordsThatComeThroughPass) {
  const auto output = judged(report(
      Json::array({source("a", 10, 10), source("b", 10, 4, Json::object({{"filter/noise", 6}})), source("c", 0, 0)})));
  EXPECT_TRUE(output.passed);
  EXPECT_EQ(output.records, 14u);
  EXPECT_EQ(output.left_out.at("filter/noise"), 6u);
}

TEST(DryRunReport, ASourceThatIsLeftOutAltogetherFails) {
  const auto output =
      judged(report(Json::array({source("a", 10, 10), source("b", 7, 0, Json::object({{"filter/all", 7}}))})));
  EXPECT_FALSE(output.passed);
  EXPECT_THAT(output.reason, HasSubstr("all of the newest 7 records of file_log/b are left out by filter/all"));
}

TEST(DryRunReport, WhatAKnownFilterLeavesOutIsWanted) {
  EXPECT_TRUE(
      judged(report(Json::array({source("b", 7, 0, Json::object({{"filter/all", 7}}))})), {"filter/all"}).passed);
  EXPECT_TRUE(judged(report(Json::array({source("b", 7, 0, Json::object({{"file_log/b filter operator", 7}}))})),
                     {"file_log/b"})
                  .passed);
  EXPECT_FALSE(
      judged(report(Json::array({source("b", 7, 0, Json::object({{"filter/all2", 7}}))})), {"filter/all"}).passed);
  EXPECT_FALSE(judged(report(Json::array({source("b", 7, 0, Json::object({{"filter/all", 3}, {"filter/new", 4}}))})),
                      {"filter/all"})
                   .passed);
}

TEST(DryRunReport, RecordsThatVanishWithoutAReasonFail) {
  EXPECT_FALSE(judged(report(Json::array({source("b", 7, 0)})), {"filter/all"}).passed);
}

TEST(DryRunReport, ARefusedConfigIsNamed) {
  const Json error{{"component", "file_log/b"}, {"place", "overlay.yaml:3:5"}, {"message", "unknown key 'x'"}};
  const auto output = judged(report(Json::array(), false, Json::array({error})));
  EXPECT_FALSE(output.passed);
  EXPECT_EQ(output.reason, "overlay.yaml:3:5: file_log/b: unknown key 'x'");
}

TEST(DryRunReport, WhereOnlyTheConfigCouldBeValidatedTheReasonSaysSo) {
  auto json = report(Json::array());
  json["validated_only"] = true;
  const auto output = judged(json);
  EXPECT_TRUE(output.passed);
  EXPECT_THAT(output.reason, HasSubstr("validate takes it"));
}

TEST(DryRunReport, WhatIsNoReportIsSaidSo) {
  EXPECT_THAT(parse_dry_run_report(Json{{"ok", true}}).error().message, HasSubstr("errors"));
}

}  // namespace
}  // namespace oc::control_plane
