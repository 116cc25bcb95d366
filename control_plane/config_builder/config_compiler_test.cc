// A collector's verdicts, here those of a script that answers as `collector validate --output json` does.
#include "control_plane/config_builder/config_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "control_plane/config_builder/test_collector.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using Verdict = CompiledConfig::Verdict;

class ConfigCompilerTest : public testing::Test {
 protected:
  void collector(const std::string& body) { write_test_collector(folder_ / "collector", body); }
  Result<CompiledConfig> compile(const std::string& overlay = "",
                                 std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    const auto validator = ConfigValidator::create({folder_ / "collector", folder_ / "validate", timeout});
    EXPECT_TRUE(validator);
    const OtelConfigBuilder builder{contracts::Config{}};
    std::vector<LabelledSource> labelled;
    for (const auto& source : sources_) labelled.push_back({&source, nullptr});
    model::Policy policy;
    policy.overlay_text = overlay;
    policy.overlay_name = "overlay.yaml";
    return ConfigCompiler(builder, *validator)
        .compile({.storage_directory = "/data/storage", .host_name = "web-1"}, labelled, policy);
  }

  TemporaryDirectory folder_;
  std::vector<model::DiscoveredLogSource> sources_ = {test_source("a"), test_source("b"), test_source("c")};
};

TEST_F(ConfigCompilerTest, WhatTheCollectorTakesIsGood) {
  collector(collector_that_refuses("nothing of the kind"));
  const auto compiled = compile();
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->verdict, Verdict::kGood);
  EXPECT_THAT(compiled->rendered.quarantined, IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "validate")) << "nothing is left behind";
}

TEST_F(ConfigCompilerTest, AFaultyBlockIsLeftOutAloneWithItsReason) {
  collector(collector_that_refuses("/var/log/b.log"));
  const auto compiled = compile();
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->verdict, Verdict::kGood);
  EXPECT_THAT(compiled->rendered.quarantined, ElementsAre(Pair("b", "no /var/log/b.log")));
  EXPECT_THAT(compiled->rendered.yaml, testing::Not(HasSubstr("file_log/b")));
  EXPECT_THAT(compiled->rendered.yaml, HasSubstr("file_log/c"));
}

TEST_F(ConfigCompilerTest, AFaultOfTheOverlayRefusesThePolicyAtItsPlace) {
  collector(collector_that_refuses("colour"));
  const auto compiled = compile("receivers:\n  file_log/*:\n    colour: red\n");
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->verdict, Verdict::kPolicyRefused);
  EXPECT_EQ(compiled->reason(), "overlay.yaml:3:5: receivers::file_log/a: no colour") << "once, though in each block";
}

TEST_F(ConfigCompilerTest, AFaultThatIsThereWithoutTheOverlayIsNotItsFault) {
  collector(collector_that_refuses("/var/log/b.log"));
  const auto compiled = compile("receivers:\n  file_log/*:\n    poll_interval: 1s\n");
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->verdict, Verdict::kGood);
  EXPECT_THAT(compiled->rendered.quarantined, ElementsAre(Pair("b", HasSubstr("b.log"))));
}

TEST_F(ConfigCompilerTest, AFaultWithoutAPlaceIsBlamedByItsComponent) {
  collector(R"(grep -q filter/x "$4" && problem='{"component":"processors::filter/x","file":"","line":0,"column":0,)"
            R"("message":"bad condition","next_step":""}'; echo "{\"problems\":[$problem],\"left_out\":0}")");
  const auto compiled = compile("processors:\n  filter/x: {logs: []}\n");
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->reason(), "overlay.yaml:2:3: processors::filter/x: bad condition");
}

TEST_F(ConfigCompilerTest, AFaultOfNobodyInParticularRefusesTheConfig) {
  collector(R"(echo '{"problems":[{"component":"exporters::otlp_http/logs","file":"x","line":1,"column":1,)"
            R"("message":"no https","next_step":"use http"}],"left_out":0}')");
  const auto compiled = compile();
  ASSERT_TRUE(compiled) << compiled.error().text();
  EXPECT_EQ(compiled->verdict, Verdict::kRefused);
  EXPECT_THAT(compiled->reason(), HasSubstr("no https (use http)"));
}

TEST_F(ConfigCompilerTest, WhoCannotBeAskedIsAnErrorNotAVerdict) {
  collector("echo 'Segmentation fault'; exit 139");
  const auto crashed = compile();
  ASSERT_FALSE(crashed);
  EXPECT_THAT(crashed.error().message, HasSubstr("ended with 139"));
  collector("exec sleep 600");
  const auto hung = compile("", std::chrono::milliseconds(100));
  ASSERT_FALSE(hung);
  EXPECT_TRUE(hung.error().retryable());
}

TEST(Validation, IsReadStrictly) {
  EXPECT_THAT(*parse_validation("x\n{\"problems\":[],\"left_out\":0}\ny"), IsEmpty());
  for (const auto* wrong : {"", "{\"problems\":7}", "{\"problems\":[{}]}", "{\"problems\":[", "{\"problems\":[7]}"})
    EXPECT_FALSE(parse_validation(wrong)) << wrong;
}

}  // namespace
}  // namespace oc::control_plane
