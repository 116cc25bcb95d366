#include <gtest/gtest.h>

#include "formats/cri.h"
#include "formats/docker_json.h"

namespace oc::formats {
namespace {

TEST(DockerLine, SplitsTextStreamAndTime) {
  const auto line = parse_docker_line(R"({"log":"café \"x\"\n","stream":"stderr","time":"2026-04-27T00:24:18.2Z"})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "café \"x\"");
  EXPECT_EQ(line->stream, "stderr");
  EXPECT_EQ(line->time, "2026-04-27T00:24:18.2Z");
  EXPECT_TRUE(line->complete);
}

TEST(DockerLine, WithoutALineEndItGoesOn) {
  const auto line =
      parse_docker_line(R"({"log":"half","stream":"stdout","attrs":{"tag":"x"},"time":"2026-04-27T00:24:18Z"})");
  ASSERT_TRUE(line);
  EXPECT_FALSE(line->complete);
}

TEST(DockerLine, OtherObjectsAreNot) {
  for (const char* line : {"", "{}", R"({"log":"x\n","stream":"stdout"})", R"({"log":"x","stream":"file","time":"t"})",
                           R"({"log":"x","stream":"stdout","time":"t","level":"info"})"}) {
    EXPECT_FALSE(parse_docker_line(line)) << line;
  }
}

TEST(CriLine, SplitsTimeStreamTagAndText) {
  const auto line = parse_cri_line("2026-07-13T22:29:26.600762286Z stdout F INFO  up");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->time, "2026-07-13T22:29:26.600762286Z");
  EXPECT_EQ(line->stream, "stdout");
  EXPECT_EQ(line->text, "INFO  up");
  EXPECT_TRUE(line->complete);
  EXPECT_FALSE(parse_cri_line("2026-07-13T22:29:26.600762286+02:00 stderr P half")->complete);
  EXPECT_EQ(parse_cri_line("2026-07-13T22:29:26Z stderr F")->text, "");
}

TEST(CriLine, OtherLinesAreNot) {
  for (const char* line : {"", "2026-07-13T22:29:26Z stdout", "2026-07-13T22:29:26Z file F x",
                           "yesterday-13T22:29:26Z stdout F x", "2026-07-13T22:29:26Z stdout X x"}) {
    EXPECT_FALSE(parse_cri_line(line)) << line;
  }
}

}  // namespace
}  // namespace oc::formats
