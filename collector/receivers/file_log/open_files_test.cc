#include "collector/receivers/file_log/open_files.h"

#include <algorithm>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace oc::collector {
namespace {

class OpenFilesTest : public ::testing::Test {
 protected:
  std::shared_ptr<TailedFile> open(SteadyTime last_written) {
    auto file = std::make_shared<TailedFile>(FileKey{1, files_.size(), 0}, "app.log");
    file->fd = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    file->last_written = last_written;
    open_files_.opened(file);
    files_.push_back(file);
    return file;
  }
  std::size_t count_open() const {
    return static_cast<std::size_t>(std::ranges::count_if(files_, [](const auto& file) { return bool(file->fd); }));
  }

  MetricRegistry metrics_;
  OpenFiles open_files_{metrics_};
  std::vector<std::shared_ptr<TailedFile>> files_;
};

TEST_F(OpenFilesTest, ThoseThatAreWrittenStayOpenAndTheOthersGo) {
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < 300; ++i) open(now);
  for (int i = 0; i < 2'000; ++i) {
    const auto file = open({});
    ASSERT_TRUE(file->fd) << "the one that was just opened is in use";
  }
  EXPECT_LT(count_open(), 700u);
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(files_[static_cast<std::size_t>(i)]->fd);
  open_files_.close_idle();
  EXPECT_LE(count_open(), 301u);
}

TEST_F(OpenFilesTest, TheOneJustOpenedStaysAlsoWhenAllOthersAreWritten) {
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < 511; ++i) open(now);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(open({})->fd);
}

TEST_F(OpenFilesTest, FilesWithoutANameAreNeverClosed) {
  const auto file = open({});
  file->unnamed = true;
  for (int i = 0; i < 2'000; ++i) open({});
  EXPECT_TRUE(file->fd);
}

}  // namespace
}  // namespace oc::collector
