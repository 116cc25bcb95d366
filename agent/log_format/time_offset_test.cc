#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "agent/log_format/inference.h"
#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kStart = 1'773'216'000 * kSecond;  // 2026-03-11T08:00:00Z
constexpr int kLines = 6000;                       // some windows of 64 KiB

std::string line(int number) { return fmt::format("{} INFO line {}\n", to_rfc3339(kStart + number * kSecond), number); }

class OffsetOfTime : public testing::Test {
 protected:
  std::optional<std::uint64_t> offset(const std::string& content, Nanos not_before) {
    const auto path = directory_.path() / "a.log";
    EXPECT_TRUE(write_file_atomic(path, content));
    const auto file = open_file(path, 0);
    return offset_of_time(file->get(), content.size(), infer(std::string_view(content).substr(0, 4096), "a.log"),
                          not_before);
  }

  TemporaryDirectory directory_;
};

TEST_F(OffsetOfTime, IsTheFirstLineThatIsNotOlder) {
  std::string content;
  std::vector<std::uint64_t> offsets;
  for (int i = 0; i < kLines; ++i) {
    offsets.push_back(content.size());
    content += line(i);
  }
  for (const int wanted : {1, 777, 3000, 5999}) {
    EXPECT_EQ(offset(content, kStart + wanted * kSecond), offsets[wanted]) << wanted;
    EXPECT_EQ(offset(content, kStart + wanted * kSecond - kSecond / 2), offsets[wanted]) << wanted;
  }
}

TEST_F(OffsetOfTime, IsTheBeginningOrTheEndWhereAllIsNewerOrOlder) {
  const std::string content = "banner\n" + line(0) + line(1);
  EXPECT_EQ(offset(content, kStart - kSecond), 0);
  EXPECT_EQ(offset(content, kStart + 5 * kSecond), content.size());
}

TEST_F(OffsetOfTime, StepsOverLinesWithoutATime) {
  std::string content = line(0);
  for (int i = 0; i < 4000; ++i) content += "\tat com.acme.Deep.recursion(Deep.java:1)\n";
  const std::uint64_t second = content.size();
  content += line(1000) + line(1001);
  EXPECT_EQ(offset(content, kStart + 500 * kSecond), second);
}

TEST_F(OffsetOfTime, LosesNothingNewThatItSawInAnUnsortedFile) {
  std::string content;
  for (int i = 0; i < 2000; ++i) content += line(i);
  const std::uint64_t first_part = content.size();
  for (int i = 0; i < 2000; ++i) content += line(i);  // the clock went back
  const auto found = offset(content, kStart + 1500 * kSecond);
  ASSERT_TRUE(found);
  EXPECT_LT(*found, first_part);
}

TEST_F(OffsetOfTime, NeedsADate) {
  EXPECT_FALSE(offset("08:14:02 INFO a\n08:14:03 INFO b\n", kStart));
  EXPECT_FALSE(offset("a\nb\n", kStart));
}

TEST_F(OffsetOfTime, WithoutAYearTheNearestCounts) {
  const std::string old = "Dec 30 08:00:00 host app[1]: a\n";
  const std::string content = old + "Jan  2 08:00:00 host app[1]: b\n";
  const Nanos new_year = 1'767'225'600 * kSecond;  // 2026-01-01T00:00:00Z
  EXPECT_EQ(offset(content, new_year), old.size());
}

}  // namespace
}  // namespace oc::agent
