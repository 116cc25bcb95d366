// Files that are deleted, or rotated away, before their receiver is configured: a container that says one line and is
// removed at once.
#include "collector/receivers/file_log/held_files.h"

#include <sys/resource.h>

#include "base/temporary_directory.h"
#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

class HeldFilesTest : public CollectorTest {
 protected:
  std::string with_held(const ConfigParts& parts) const {
    auto text = config(sink_, parts);
    text.replace(text.find("extensions: {file"), std::string("extensions: {").size(),
                 fmt::format("extensions: {{held_files: {{include: ['{}/logs/*/*.log']}}, ", folder_));
    text.replace(text.find("extensions: [file"), std::string("extensions: [").size(), "extensions: [held_files, ");
    return text;
  }
  ConfigParts with_receiver_of(const std::string& name) const {
    auto parts = other_;
    parts.receivers["s1"] = receiver("s1", log_path(name));
    return parts;
  }
  bool held(double files) {
    return eventually([&] { return metric("onecollector_held_files") == files; });
  }
  void create(const std::string& name, int from, int to) {
    std::filesystem::create_directories(std::filesystem::path(log_path(name)).parent_path());
    append_lines(log_path(name), from, to);
  }
  // The receiver goes, comes back, and finds five lines more; what it had read is not read again.
  void expect_nothing_twice_after_a_return() {
    ASSERT_TRUE(reload(with_held(other_)));
    ASSERT_TRUE(reload(with_held(with_receiver_of("c1/c1.log"))));
    create("c1/c1.log", 5, 10);
    expect_lines(0, 10);
  }
  void expect_lines(int from, int to) {
    EXPECT_TRUE(eventually([&] { return sink_.count() >= static_cast<std::size_t>(to - from); })) << sink_.count();
    EXPECT_EQ(sorted(sink_.bodies()), sorted(lines(from, to)));
  }

  TestSink sink_{true};
  const ConfigParts other_{.receivers = {{"s0", receiver("s0", log_path("other.log"))}}};
};

TEST_F(HeldFilesTest, ADeletedFileIsReadByTheReceiverThatComesLater) {
  start(with_held(other_));
  create("c1/c1.log", 0, 5);
  ASSERT_TRUE(held(1));
  std::filesystem::remove_all(log_path("c1"));
  ASSERT_TRUE(reload(with_held(with_receiver_of("c1/c1.log"))));
  expect_lines(0, 5);
}

TEST_F(HeldFilesTest, WhatWasRotatedAwayIsReadBeforeWhatTookItsPlace) {
  start(with_held(other_));
  create("c1/c1.log", 0, 5);
  ASSERT_TRUE(held(1));
  std::filesystem::remove(log_path("c1/c1.log"));
  create("c1/c1.log", 5, 10);
  ASSERT_TRUE(held(2));
  std::filesystem::rename(log_path("c1/c1.log"), log_path("c1/c1.log.1"));
  create("c1/c1.log", 10, 15);
  ASSERT_TRUE(held(3));
  ASSERT_TRUE(reload(with_held(with_receiver_of("c1/c1.log"))));
  expect_lines(0, 15);
  EXPECT_EQ(sink_.bodies().front(), "line 0");
  EXPECT_EQ(sink_.bodies().back(), "line 14");
}

TEST_F(HeldFilesTest, AReaderThatReturnsReadsNothingTwice) {
  start(with_held(with_receiver_of("c1/c1.log")));
  create("c1/c1.log", 0, 5);
  expect_lines(0, 5);
  std::filesystem::remove_all(log_path("c1"));
  expect_nothing_twice_after_a_return();
}

TEST_F(HeldFilesTest, ASecondReceiverOfTheSamePathFindsNothingLeft) {
  start(with_held(other_));
  create("c1/c1.log", 0, 5);
  ASSERT_TRUE(held(1));
  std::filesystem::remove_all(log_path("c1"));
  ASSERT_TRUE(reload(with_held(with_receiver_of("c1/c1.log"))));
  expect_lines(0, 5);
  expect_nothing_twice_after_a_return();
}

TEST_F(HeldFilesTest, OnlyWhatThePatternsNameIsHeld) {
  start(with_held(other_));
  create("c1/c1.log", 0, 1);
  create("c1/c1.txt", 0, 1);
  create("c1/deep/c1.log", 0, 1);
  ASSERT_TRUE(held(1));
}

TEST(HeldFilesAlone, WhatIsNotHeldBecauseNoDescriptorIsLeftIsCounted) {
  const TemporaryDirectory folder;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(write_file_atomic(folder / fmt::format("{}.log", i), "line"));
  MetricRegistry metrics;
  HeldFiles files(metrics);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const UniqueFd next(::dup(STDERR_FILENO));
  const rlimit few{static_cast<rlim_t>(next.get()) + 4, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  EXPECT_TRUE(files.watch(&files, {*Glob::parse((folder / "*.log").string())}));
  const auto refused = metrics.counter("onecollector_held_files_refused_total", "", {});
  EXPECT_TRUE(eventually([&] { return refused->value() >= 7; }));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(HeldFilesAlone, AnOpenFileOutlivesItsName) {
  MetricRegistry metrics;
  HeldFiles files(metrics);
  const auto folder = std::filesystem::temp_directory_path() / ("held_files_test." + random_hex(8));
  std::filesystem::create_directories(folder);
  const auto path = (folder / "a.log").string();
  std::ofstream(path) << "text";
  const auto key = status_of_path(path)->key;
  ASSERT_TRUE(files.watch(&files, {*Glob::parse((folder / "*.log").string())}));
  ASSERT_TRUE(eventually([&] { return files.open(key).has_value(); }));
  EXPECT_TRUE(files.take_unread(path).empty()) << "it is at its path: whoever wants it opens it there";
  files.note_read(key);
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(files.take_unread(path).empty()) << "it was read";
  EXPECT_TRUE(files.open(key));
}

}  // namespace
}  // namespace oc::collector
