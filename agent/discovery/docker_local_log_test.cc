// Logs of Docker's driver `local`: where their last whole frame ends, and the shape of the text inside.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agent/discovery/content_check.h"
#include "agent/discovery/line_ends.h"
#include "base/files.h"
#include "base/ids.h"

namespace oc::agent {
namespace {

std::string framed(const std::string& text) {
  const auto entry = std::string("\x0a\x06stdout\x1a") + static_cast<char>(text.size()) + text;
  const std::string length{0, 0, 0, static_cast<char>(entry.size())};
  return length + entry + length;
}

class DockerLocalLogTest : public testing::Test {
 protected:
  DockerLocalLogTest() { std::filesystem::create_directories(std::filesystem::path(path_).parent_path()); }
  ~DockerLocalLogTest() override { std::filesystem::remove_all(folder_); }
  void append(const std::string& bytes) { std::ofstream(path_, std::ios::app | std::ios::binary) << bytes; }
  std::optional<std::uint64_t> end() const {
    const auto fd = open_to_look_at(path_);
    return last_frame_end(fd->get(), std::filesystem::file_size(path_));
  }
  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("local_log_test." + random_hex(8));
  const std::string path_ = folder_ / "c1/local-logs/container.log";
};

TEST_F(DockerLocalLogTest, EndsWhereTheLastWholeFrameDoes) {
  append(framed("one\nwith a line feed") + framed("two"));
  EXPECT_EQ(end(), std::filesystem::file_size(path_));
  append(framed("three").substr(0, 10));
  EXPECT_EQ(end(), std::nullopt) << "it is being written: less is called due, never more";
}

TEST_F(DockerLocalLogTest, TheShapeIsThatOfTheTextInside) {
  for (int i = 0; i < 40; ++i)
    append(framed("2026-11-25 10:00:00 ERROR boom") + framed("  at shop.Order.place") + framed("  at shop.Main.main"));
  const auto fd = open_to_look_at(path_);
  const auto content = check_content(path_, stat_open_file(fd->get())->id);
  EXPECT_FALSE(content.left_out);
  EXPECT_TRUE(content.has_complete_line);
  EXPECT_EQ(content.shape.shape, "docker-local");
  EXPECT_TRUE(content.shape.multiline);
  EXPECT_FALSE(content.shape.record_start.empty());
}

}  // namespace
}  // namespace oc::agent
