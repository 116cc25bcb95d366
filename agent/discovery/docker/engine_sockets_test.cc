#include "agent/discovery/docker/engine_sockets.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/ids.h"

namespace oc::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EngineSocketsTest : public testing::Test {
 protected:
  EngineSocketsTest() { std::filesystem::create_directories(folder_); }
  ~EngineSocketsTest() override { std::filesystem::remove_all(folder_); }
  const std::string folder_ = std::filesystem::temp_directory_path() / ("engine_sockets_test." + random_hex(8));
};

TEST_F(EngineSocketsTest, OurOwnRootlessEnginesAreFollowedByThemselves) {
  EXPECT_THAT(engine_sockets({}, folder_.c_str()),
              ElementsAre("/var/run/docker.sock", "/run/podman/podman.sock", folder_ + "/docker.sock",
                          folder_ + "/podman/podman.sock"));
  EXPECT_THAT(engine_sockets({}, nullptr), ElementsAre("/var/run/docker.sock", "/run/podman/podman.sock"));
}

TEST_F(EngineSocketsTest, WhatTheConfigNamesIsAllThereIs) {
  EXPECT_THAT(engine_sockets({.enabled = true, .sockets = {"/a.sock"}}, folder_.c_str()), ElementsAre("/a.sock"));
  EXPECT_THAT(engine_sockets({.enabled = false}, folder_.c_str()), IsEmpty());
}

TEST_F(EngineSocketsTest, TheFolderOfAnotherUserIsNotOurs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  ASSERT_EQ(::chown(folder_.c_str(), 12345, 12345), 0);
  EXPECT_THAT(engine_sockets({}, folder_.c_str()), ElementsAre("/var/run/docker.sock", "/run/podman/podman.sock"));
}

}  // namespace
}  // namespace oc::agent
