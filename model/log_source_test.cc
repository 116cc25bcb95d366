#include "model/log_source.h"

#include <gtest/gtest.h>

namespace oc::model {
namespace {

DiscoveredLogSource example() {
  return {.source_id = "9f2c",
          .source_type = SourceType::kDocker,
          .log_path = "/var/log/app.log",
          .aliases = {"/srv/app.log"},
          .metadata = {{"service_name", "app"}},
          .discovered_at_ns = 1'795'399'869'120'000'000,
          .status = SourceStatus::kInactive,
          .shape = {.shape = "ndjson",
                    .timestamp_layout = "epoch_s",
                    .multiline = true,
                    .confidence = 0.75,
                    .reason = "why"},
          .start_offset = 12,
          .skipped_bytes = 18'446'744'073'709'551'615ull};
}

TEST(LogSource, GoesThroughJsonTextUnchanged) {
  const auto json = parse_json(to_json(example()).dump());
  ASSERT_TRUE(json.has_value());
  const auto back = discovered_log_source_from_json(*json);
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(*back, example());
}

TEST(LogSource, WritesTheNamesOfTheSpec) {
  const auto json = to_json(example());
  EXPECT_EQ(json["source_type"], "docker");
  EXPECT_EQ(json["status"], "inactive");
  EXPECT_EQ(json["discovered_at"], "2026-11-23T02:11:09.120Z");
}

TEST(LogSource, APathThatIsNotUtf8StillMakesJson) {
  auto source = example();
  source.log_path = "/var/log/\xff.log";
  EXPECT_EQ(to_json(source)["log_path"], "/var/log/\ufffd.log");
  EXPECT_NO_THROW((void)to_json(source).dump());
}

TEST(LogSource, EveryMemberIsRequiredAndTyped) {
  const auto whole = to_json(example());
  for (const auto& [name, value] : whole.items()) {
    auto without = whole;
    without.erase(name);
    const auto missing = discovered_log_source_from_json(without);
    ASSERT_FALSE(missing.has_value()) << name;
    EXPECT_EQ(missing.error().message, name + ": is missing");

    auto wrong = whole;
    wrong[name] = nullptr;
    const auto mistyped = discovered_log_source_from_json(wrong);
    ASSERT_FALSE(mistyped.has_value()) << name;
    EXPECT_TRUE(mistyped.error().message.starts_with(name + ": ")) << mistyped.error().message;
  }
}

TEST(LogSource, ErrorsNameTheMemberAndWhatIsExpected) {
  auto json = to_json(example());
  json["source_type"] = "syslog";
  EXPECT_EQ(discovered_log_source_from_json(json).error().message,
            "source_type: expected one of docker, k8s, filesystem, journald, probe");
  json = to_json(example());
  json["shape"]["confidence"] = 1.5;
  EXPECT_EQ(discovered_log_source_from_json(json).error().message, "shape: confidence: expected a number from 0 to 1");
  json = to_json(example());
  json["start_offset"] = -1;
  EXPECT_EQ(discovered_log_source_from_json(json).error().message,
            "start_offset: expected a whole number from 0 to 18446744073709551615");
  EXPECT_EQ(discovered_log_source_from_json(Json::array()).error().message, "expected an object");
}

TEST(LogSource, MembersOfALaterVersionAreSkipped) {
  auto json = to_json(example());
  json["colour"] = "green";
  EXPECT_EQ(discovered_log_source_from_json(json), example());
}

TEST(RegisteredLogSource, HoldsTheDiscoveredOne) {
  const RegisteredLogSource registered{
      .id = "0b2f", .agent_id = "a1", .source = example(), .labels = {{"host.name", "h"}}};
  const auto json = to_json(registered);
  EXPECT_EQ(json["source"], to_json(example()));
  EXPECT_EQ(json["labels"]["host.name"], "h");
  EXPECT_EQ(json["registered_at"], "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace oc::model
