#include "agent/discovery/docker/docker_watch.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/discovery/docker/container_news.h"
#include "agent/discovery/docker/fake_engine.h"
#include "agent/eventually.h"
#include "base/ids.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

class DockerWatchTest : public testing::Test {
 protected:
  DockerWatchTest() {
    fs::create_directories(folder_ / "containers");
    engine_.answer("/info", fmt::format(R"({{"DockerRootDir":"{}"}})", folder_.string()));
    engine_.answer("/containers/json", "[]");
  }
  ~DockerWatchTest() override {
    watch_.reset();
    fs::remove_all(folder_);
  }
  void watch() {
    watch_ = std::make_unique<DockerWatch>(socket_, [this](const Containers& containers) {
      const std::lock_guard lock(mutex_);
      known_ = containers;
    });
  }
  bool know(const std::function<bool(const Containers&)>& condition) {
    return eventually([&] {
      const std::lock_guard lock(mutex_);
      return condition(known_);
    });
  }
  std::string log_of(const std::string& id) const { return folder_ / "containers" / id / (id + "-json.log"); }
  void make_log(const std::string& id) {
    fs::create_directories(fs::path(log_of(id)).parent_path());
    std::ofstream(log_of(id)) << "{}\n";
  }
  void describe(const std::string& id, const std::string& driver = "json-file") {
    engine_.answer("/containers/" + id,
                   fmt::format(R"({{"Id":"{0}","Name":"/name-{0}","LogPath":"{1}","Config":{{"Image":"i"}},)"
                               R"("HostConfig":{{"LogConfig":{{"Type":"{2}"}}}}}})",
                               id, log_of(id), driver));
  }
  static std::string event(const std::string& action, const std::string& id, const std::string& labels = {}) {
    return fmt::format(
        R"({{"Type":"container","Action":"{}","Actor":{{"ID":"{}","Attributes":{{"name":"quick"{}}}}}}})", action, id,
        labels);
  }

  const fs::path folder_ = fs::temp_directory_path() / ("docker_watch_test." + random_hex(8));
  const std::string socket_ = folder_ / "engine.sock";
  FakeEngine engine_{(fs::create_directories(folder_), socket_)};
  std::mutex mutex_;
  Containers known_;
  std::unique_ptr<DockerWatch> watch_;
};

TEST_F(DockerWatchTest, KnowsWhatIsThereAndWhatComes) {
  describe("a1");
  engine_.answer("/containers/json", R"([{"Id":"a1","Names":["/name-a1"]}])");
  watch();
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("a1"); }));
  describe("b2");
  engine_.event(event("start", "b2"));
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("b2"); }));
  EXPECT_EQ(known_.folder, fs::canonical(folder_ / "containers"));
  EXPECT_EQ(known_.containers.at("b2").log_path, log_of("b2"));
}

TEST_F(DockerWatchTest, WhatIsGoneBeforeItCouldBeAskedForIsKnownByItsEvent) {
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folder.empty(); }));
  make_log("c3");
  engine_.event(event("start", "c3", R"(,"onecollector.service":"orders")"));
  engine_.event(event("destroy", "c3"));
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("c3"); }));
  const auto container = known_.containers.at("c3");
  EXPECT_EQ(container.metadata.at("service_name"), "orders");
  EXPECT_EQ(container.metadata.at("container.name"), "quick");
  ASSERT_TRUE(container.log);
  EXPECT_EQ(container.log->stat.size, 3U);
}

TEST_F(DockerWatchTest, AContainerThatIsLeftOutIsNotHeldOpen) {
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folder.empty(); }));
  make_log("d4");
  describe("d4", "none");
  engine_.event(event("start", "d4"));
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("d4"); }));
  EXPECT_FALSE(known_.containers.at("d4").log);
  EXPECT_THAT(container_notes(known_),
              Contains("container name-d4 is left out: its log driver is none: nothing is kept"));
}

TEST_F(DockerWatchTest, AnEngineThatGoesAndComesBackIsSaidAndItsContainersStay) {
  describe("a1");
  engine_.answer("/containers/json", R"([{"Id":"a1","Names":["/name-a1"]}])");
  watch();
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("a1"); }));
  engine_.stop();
  ASSERT_TRUE(know([](const auto& all) { return !all.trouble.empty() && all.containers.contains("a1"); }));
  engine_.start();
  EXPECT_TRUE(know([](const auto& all) { return all.trouble.empty() && all.containers.contains("a1"); }));
}

TEST_F(DockerWatchTest, RubbishIsSaidAndEndsNothing) {
  engine_.answer("/info", "[1,2");
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.trouble.empty(); }));
  engine_.answer("/info", R"({"DockerRootDir":7})");
  ASSERT_TRUE(know([](const auto& all) { return all.trouble.find("Engine API") != std::string::npos; }));
  engine_.answer("/info", fmt::format(R"({{"DockerRootDir":"{}"}})", folder_.string()));
  engine_.answer("/containers/json", R"([1,null,{},{"Id":7}])");
  for (const auto* rubbish : {"[]", "{", "\xff\xfe", R"({"Actor":[]})", R"({"Action":"start","Actor":{"ID":"x"}})"})
    engine_.event(rubbish);
  describe("e5");
  engine_.event(event("start", "e5"));
  EXPECT_TRUE(know([](const auto& all) { return all.trouble.empty() && all.containers.contains("e5"); }));
}

}  // namespace
}  // namespace oc::agent
