#include "agent/discovery/first_run.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "agent/discovery/line_ends.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

constexpr Nanos kHour = 3'600'000'000'000;
constexpr Nanos kNow = 1'000 * kHour;

std::optional<std::uint64_t> unstamped(Nanos) { return std::nullopt; }

class FirstRun : public testing::Test {
 protected:
  void write(const std::string& content) {
    ASSERT_TRUE(write_file_atomic(path_, content));
    fd_ = *open_to_look_at(path_);
    stat_ = *stat_open_file(fd_.get());
    stat_.modified_ns = kNow;
  }
  FirstRunStart start(const OffsetOfTime& offset_of_time = unstamped) {
    return *first_run_start(policy_, fd_.get(), stat_, offset_of_time, total_);
  }

  TemporaryDirectory dir_;
  std::string path_ = dir_.path() / "x.log";
  UniqueFd fd_;
  FileStat stat_;
  FirstRunPolicy policy_{.now_ns = kNow};
  std::uint64_t total_ = 1 << 30;
};

TEST_F(FirstRun, AFileWrittenRecentlyWithoutTimesIsTakenWhole) {
  write("one\ntwo\n");
  EXPECT_EQ(start().offset, 0u);
  EXPECT_EQ(start().text, "");
}

TEST_F(FirstRun, LinesOlderThanADayAreLeftOutToTheByte) {
  write("old\nnew\n");
  const auto begin = start([](Nanos not_before) {
    EXPECT_EQ(not_before, kNow - 24 * kHour);
    return std::optional<std::uint64_t>(4);
  });
  EXPECT_EQ(begin.offset, 4u);
  EXPECT_EQ(begin.text, "4 B older than 24 h left out");
}

TEST_F(FirstRun, AFileNotWrittenForADayIsLeftOutButForItsUnfinishedLine) {
  write("one\ntwo\nunfin");
  stat_.modified_ns = kNow - 25 * kHour;
  EXPECT_EQ(start().offset, 8u);
}

TEST_F(FirstRun, ABigFileGivesItsLastLinesThatFitWhole) {
  write("aaaa\nbbbb\ncccc\n");
  policy_.limits.backfill_bytes_per_file = 10;
  EXPECT_EQ(start().offset, 5u);
  policy_.limits.backfill_bytes_per_file = 9;
  EXPECT_EQ(start().offset, 10u);
  EXPECT_EQ(start().text, "10 B beyond the last 9 B of the file left out");
}

TEST_F(FirstRun, TheTotalOverAllFilesIsUsedUp) {
  write("aaaa\nbbbb\n");
  total_ = 12;
  EXPECT_EQ(start().offset, 0u);
  EXPECT_EQ(total_, 2u);
  EXPECT_EQ(start().offset, 10u);
  EXPECT_EQ(total_, 2u);
}

TEST_F(FirstRun, AllTakesEverythingAndNoneTakesWhatComesFromNowOn) {
  write("aaaa\nbbbb\ncc");
  policy_.backfill = contracts::Backfill::kAll;
  EXPECT_EQ(start().offset, 0u);
  policy_.backfill = contracts::Backfill::kNone;
  EXPECT_EQ(start().offset, 10u);
  EXPECT_EQ(start().text, "10 B left out: backfill is none");
}

TEST_F(FirstRun, AFileWithoutALineFeedIsOneUnfinishedLineAndKept) {
  write("no end");
  policy_.backfill = contracts::Backfill::kNone;
  EXPECT_EQ(start().offset, 0u);
}

TEST_F(FirstRun, LineEndsAreFoundAcrossReadsOfTheFile) {
  const std::string line(100'000, 'x');
  write(line + "\n" + line + "\n" + line);
  EXPECT_EQ(**last_line_end(fd_.get(), 0, stat_.size, stat_.size), 200'002u);
  EXPECT_EQ(*last_line_end(fd_.get(), 0, stat_.size, 1000), std::nullopt);
  EXPECT_EQ(**next_line_start(fd_.get(), 1, stat_.size), 100'001u);
  EXPECT_EQ(**next_line_start(fd_.get(), 100'001, stat_.size), 100'001u);
  EXPECT_EQ(*next_line_start(fd_.get(), 200'003, stat_.size), std::nullopt);
}

TEST_F(FirstRun, SizesReadAsPeopleWriteThem) {
  EXPECT_EQ(human_bytes(17), "17 B");
  EXPECT_EQ(human_bytes(3'200'000'000), "3.2 GB");
  EXPECT_EQ(human_bytes(812'000), "812 KB");
  EXPECT_EQ(human_bytes(999'999), "1.0 MB");
}

}  // namespace
}  // namespace oc::agent
