#include "agent/discovery/docker/log_catcher.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agent/discovery/docker/engine_layout.h"
#include "agent/eventually.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;

class LogCatcherTest : public testing::TestWithParam<const char*> {
 protected:
  LogCatcherTest() { fs::create_directories(folder_); }
  fs::path log_of(const std::string& id) const { return default_log_path(folder_, id); }
  void begin(const std::string& id) const {
    fs::create_directories(log_of(id).parent_path());
    std::ofstream(log_of(id)) << "a line\n";
  }
  void end(const std::string& id) const { fs::remove_all(fs::path(folder_) / id); }

  TemporaryDirectory dir_;
  const std::string folder_ = dir_ / GetParam();
};

TEST_P(LogCatcherTest, HoldsTheLogOfAContainerThatIsGone) {
  LogCatcher catcher(folder_);
  begin("aa");
  std::shared_ptr<const OpenLog> log;
  ASSERT_TRUE(eventually([&] { return (log = catcher.take("aa")) != nullptr; }));
  end("aa");
  EXPECT_EQ(stat_open_file(log->fd.get())->size, 7u);
  EXPECT_EQ(catcher.take("aa"), nullptr) << "handed out once";
}

TEST_P(LogCatcherTest, LeavesOtherFilesAndContainersThatWereThereAlone) {
  begin("old");
  LogCatcher catcher(folder_);
  fs::create_directories(log_of("new").parent_path());
  std::ofstream(log_of("new").parent_path() / "config.v2.json") << "{}";
  std::ofstream(fs::path(folder_) / "stray") << "";
  begin("next");
  ASSERT_TRUE(eventually([&] { return catcher.take("next") != nullptr; }));
  EXPECT_EQ(catcher.take("old"), nullptr);
  EXPECT_EQ(catcher.take("new"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(DockerAndPodman, LogCatcherTest, testing::Values("containers", "overlay-containers"));

}  // namespace
}  // namespace oc::agent
