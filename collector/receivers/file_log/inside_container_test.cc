// A file in a container's file system: whoever is in there must not lead us to files of the host.
#include <filesystem>
#include <fstream>

#include "collector/collector_harness.h"
#include "collector/receivers/file_log/config.h"

namespace oc::collector {
namespace {

namespace fs = std::filesystem;

class InsideContainerTest : public CollectorTest {
 protected:
  void start_inside() {
    start(config(sink_,
                 {.receivers = {{"s1", receiver("s1", log_path(),
                                                "    inside_container: /app/app.log\n    poll_interval: 20ms\n")}}}));
  }
  bool has(std::size_t count) {
    return eventually([&] { return sink_.count() >= count; });
  }
  void point_to(const std::string& target) {
    fs::remove(log_path());
    fs::create_symlink(target, log_path());
  }
  static std::string refusal(const std::string& text) {
    const auto made = parse_file_log_config(ComponentId::parse("file_log/x"), *parse_config_text(text, "f.yaml"));
    return made ? std::string() : made.error().text();
  }

  TestSink sink_{true};
};

TEST_F(InsideContainerTest, IsReadAndRotatedLikeAnyFileUnderItsNameInThere) {
  append_lines(log_path(), 0, 5);
  start_inside();
  ASSERT_TRUE(has(5));
  fs::rename(log_path(), log_path() + ".1");
  append_lines(log_path(), 5, 10);
  ASSERT_TRUE(has(10));
  EXPECT_EQ(sorted(sink_.bodies()), sorted(lines(0, 10)));
  EXPECT_EQ(sink_.records().back().attributes.at("log.file.path"), "/app/app.log");
}

TEST_F(InsideContainerTest, ALinkInItsPlaceIsNotFollowed) {
  append(log_path("secret"), "secret of the host\n");
  append_lines(log_path(), 0, 5);
  start_inside();
  ASSERT_TRUE(has(5));
  point_to(log_path("secret"));
  append(log_path("secret"), "more of it\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  fs::remove(log_path());
  append_lines(log_path(), 5, 10);
  ASSERT_TRUE(has(10));
  EXPECT_EQ(sorted(sink_.bodies()), sorted(lines(0, 10)));
}

// What lies beside the target is no generation of this file.
TEST_F(InsideContainerTest, NothingIsLookedForBesideALinksTarget) {
  append_lines(log_path(), 0, 5);
  start_inside();
  ASSERT_TRUE(has(5));
  append(log_path("secret"), "secret of the host\n");
  append(log_path("secret.1"), "older secret of the host\n");
  point_to(log_path("secret"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  fs::remove(log_path());
  append_lines(log_path(), 5, 6);
  ASSERT_TRUE(has(6));
  EXPECT_EQ(sorted(sink_.bodies()), sorted(lines(0, 6)));
}

TEST_F(InsideContainerTest, ALinkInPlaceOfItsFolderIsNotFollowed) {
  const auto path = log_path("in/app.log");
  fs::create_directories(log_path("host"));
  append(log_path("host/app.log"), "secret of the host\n");
  fs::create_symlink(log_path("host"), log_path("in"));
  start(config(sink_, {.receivers = {{"s1", receiver("s1", path,
                                                     "    inside_container: /in/app.log\n"
                                                     "    poll_interval: 20ms\n")}}}));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  fs::remove(log_path("in"));
  fs::create_directories(log_path("in"));
  append_lines(path, 0, 3);
  ASSERT_TRUE(has(3));
  EXPECT_EQ(sorted(sink_.bodies()), sorted(lines(0, 3)));
}

TEST_F(InsideContainerTest, IsOnePath) {
  EXPECT_EQ(refusal("{include: [/a.log], inside_container: /b.log}"), "");
  EXPECT_THAT(refusal("{include: [/*.log], inside_container: /b.log}"), testing::HasSubstr("without wildcards"));
  EXPECT_THAT(refusal("{include: [/a.log, /c.log], inside_container: /b.log}"),
              testing::HasSubstr("one absolute path"));
  EXPECT_THAT(refusal("{include: [a.log], inside_container: /b.log}"), testing::HasSubstr("one absolute path"));
  EXPECT_THAT(refusal("{include: [/a.log], inside_container: b.log}"), testing::HasSubstr("not 'b.log'"));
}

}  // namespace
}  // namespace oc::collector
