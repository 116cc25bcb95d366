#include "contracts/config/data_directory.h"

#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oc::contracts {
namespace {

class DataDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/data_directory_XXXXXX";
    root_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  DataDirectory directory() const { return DataDirectory(root_ / "data"); }

  std::filesystem::path root_;
};

TEST_F(DataDirectoryTest, TheTokenIsMadeOnceAndOnlyForItsOwner) {
  const auto first = directory().read_or_create_token();
  ASSERT_TRUE(first.has_value()) << first.error().text();
  EXPECT_EQ(first->size(), 64u);
  EXPECT_EQ(first->find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(directory().read_or_create_token(), *first);
  struct stat status{};
  ASSERT_EQ(::stat(directory().token().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DataDirectoryTest, AllWhoStartAtOnceHaveTheSameToken) {
  std::vector<std::string> tokens(8);
  {
    std::vector<std::jthread> threads;
    for (auto& token : tokens)
      threads.emplace_back([this, &token] { token = directory().read_or_create_token().value_or("failed"); });
  }
  for (const auto& token : tokens) EXPECT_EQ(token, tokens[0]);
  EXPECT_EQ(tokens[0].size(), 64u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory().root()), {}), 1) << "only the token is left";
}

TEST_F(DataDirectoryTest, ATokenThatOthersCanReadOrThatIsEmptyIsRefused) {
  std::filesystem::create_directories(directory().root());
  std::ofstream(directory().token()) << "mine\n";
  ::chmod(directory().token().c_str(), 0640);
  EXPECT_EQ(directory().read_or_create_token().error().next_step, "run: chmod 600 " + directory().token().string());
  ::chmod(directory().token().c_str(), 0600);
  EXPECT_EQ(directory().read_or_create_token(), "mine");
  std::ofstream(directory().token()) << "\n";
  EXPECT_FALSE(directory().read_or_create_token().has_value());
}

TEST(DataDirectory, EverythingLiesBelowTheRoot) {
  const DataDirectory directory("/data");
  for (const auto& path : {directory.lock(), directory.token(), directory.state(), directory.own_log("agent"),
                           directory.control_plane(), directory.backend(), directory.agent(), directory.probe_file(),
                           directory.collector_config(), directory.collector_storage()}) {
    EXPECT_TRUE(path.string().starts_with("/data/")) << path;
  }
}

TEST(DataDirectory, TheDefaultDependsOnTheUser) {
  if (::geteuid() == 0) {
    EXPECT_EQ(DataDirectory::default_root(), "/var/lib/onecollector");
    return;
  }
  ::setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(DataDirectory::default_root(), "/state/onecollector");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(DataDirectory::default_root(), "/home/me/.local/state/onecollector");
}

}  // namespace
}  // namespace oc::contracts
