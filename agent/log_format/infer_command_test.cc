#include "agent/log_format/infer_command.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

using testing::HasSubstr;

struct Printed {
  int exit_code = 0;
  std::string out;
  std::string error;
};

Printed run(const InferCommandOptions& options) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Printed printed;
  printed.exit_code = infer_command(options);
  printed.out = testing::internal::GetCapturedStdout();
  printed.error = testing::internal::GetCapturedStderr();
  return printed;
}

class InferCommand : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (directory_.path() / "app.log").string();
    ASSERT_TRUE(write_file_atomic(path_, "2026-03-11 08:14:02 INFO a\n  more\n2026-03-11 08:14:03 WARN b\n"));
  }

  TemporaryDirectory directory_;
  std::string path_;
};

TEST_F(InferCommand, JsonLinesListEveryLine) {
  const auto printed = run({.files = {path_}, .output = InferOutput::kJsonLines});
  EXPECT_EQ(printed.exit_code, 0);
  const auto json = parse_json(printed.out);
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["file"], path_);
  EXPECT_EQ((*json)["refused"], false);
  EXPECT_EQ((*json)["shape"], "text");
  EXPECT_EQ((*json)["multiline"], true);
  EXPECT_EQ((*json)["record_starts"], Json::array({1, 3}));
  EXPECT_EQ((*json)["timestamps"], Json::array({"2026-03-11T08:14:02", nullptr, "2026-03-11T08:14:03"}));
  EXPECT_EQ((*json)["severities"], Json::array({"info", nullptr, "warn"}));
}

TEST_F(InferCommand, TablesNameShapeTimestampAndReason) {
  const auto printed = run({.files = {path_}});
  EXPECT_THAT(printed.out, HasSubstr("FILE"));
  EXPECT_THAT(printed.out, HasSubstr("%Y-%m-%d %H:%M:%S"));
  EXPECT_THAT(printed.out, HasSubstr("2 of 3 lines carry a time"));
}

TEST_F(InferCommand, YamlAndJsonAreLists) {
  EXPECT_THAT(run({.files = {path_}, .output = InferOutput::kYaml}).out,
              HasSubstr("- file: " + path_ + "\n  refused: false\n  shape: text\n"));
  const auto json = parse_json(run({.files = {path_, path_}, .output = InferOutput::kJson}).out);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->size(), 2U);
}

TEST_F(InferCommand, EachLineIsJudgedByItself) {
  const auto printed = run({.files = {path_}, .output = InferOutput::kJsonLines, .each_line = true});
  EXPECT_THAT(printed.out, testing::StartsWith(R"({"n":1,"start":0,"end":19,"instant":"2026-03-11T08:14:02",)"));
  EXPECT_THAT(printed.out, HasSubstr(R"({"n":2,"start":null,"end":null,"instant":null,"ambiguous":false})"));
}

TEST_F(InferCommand, AMissingFileFailsAfterTheOthersAreDone) {
  const auto printed = run({.files = {"/nowhere/x.log", path_}, .output = InferOutput::kJsonLines});
  EXPECT_EQ(printed.exit_code, 1);
  EXPECT_THAT(printed.error, HasSubstr("/nowhere/x.log"));
  EXPECT_THAT(printed.out, HasSubstr("app.log"));
}

TEST_F(InferCommand, RefusedFilesSayWhy) {
  const std::string path = (directory_.path() / "empty.log").string();
  ASSERT_TRUE(write_file_atomic(path, ""));
  const auto json = parse_json(run({.files = {path}, .output = InferOutput::kJsonLines}).out);
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["refused"], true);
  EXPECT_EQ((*json)["shape"], "empty");
}

}  // namespace
}  // namespace oc::agent
