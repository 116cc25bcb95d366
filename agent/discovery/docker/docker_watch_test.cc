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
using ::testing::ElementsAre;
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
  EXPECT_THAT(known_.folders, ElementsAre(fs::canonical(folder_ / "containers")));
  EXPECT_EQ(known_.containers.at("b2").log_path, log_of("b2"));
}

TEST_F(DockerWatchTest, WhatIsGoneBeforeItCouldBeAskedForIsKnownByItsEvent) {
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folders.empty(); }));
  make_log("c3");
  engine_.event(event("start", "c3", R"(,"onecollector.service":"orders")"));
  engine_.event(event("destroy", "c3"));
  ASSERT_TRUE(know([](const auto& all) { return all.containers.contains("c3"); }));
  const auto container = known_.containers.at("c3");
  EXPECT_EQ(container.metadata.at("service_name"), "orders");
  EXPECT_EQ(container.metadata.at("container.name"), "quick");
  ASSERT_TRUE(container.log);
  EXPECT_EQ(stat_open_file(container.log->fd.get())->size, 3U);
}

TEST_F(DockerWatchTest, AContainerThatIsLeftOutIsNotHeldOpen) {
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folders.empty(); }));
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
  ASSERT_TRUE(know([](const auto& all) { return !all.troubles.empty() && all.containers.contains("a1"); }));
  engine_.start();
  EXPECT_TRUE(know([](const auto& all) { return all.troubles.empty() && all.containers.contains("a1"); }));
}

TEST_F(DockerWatchTest, TheLogsOfDockersDriverLocalLieElsewhere) {
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folders.empty(); }));
  const auto local_log = [&](const std::string& id) {
    const auto path = fs::canonical(folder_ / "containers") / id / "local-logs/container.log";
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "frames";
    return path.string();
  };
  const auto described = local_log("h8"), gone = local_log("i9");
  engine_.answer("/containers/h8",
                 R"({"Id":"h8","Name":"/name-h8","LogPath":"","HostConfig":{"LogConfig":{"Type":"local"}}})");
  engine_.event(event("start", "h8"));
  engine_.event(event("start", "i9"));  // and it is gone before it could be asked for
  ASSERT_TRUE(know([](const auto& all) { return all.containers.size() == 2; }));
  for (const auto& [id, path] : {std::pair("h8", described), std::pair("i9", gone)}) {
    const auto& container = known_.containers.at(id);
    EXPECT_TRUE(container.is_local && container.left_out.empty()) << id;
    EXPECT_EQ(container.log_path, path);
    ASSERT_TRUE(container.log) << id;
    EXPECT_EQ(stat_open_file(container.log->fd.get())->size, 6U);
  }
}

TEST(LeaveOutLocal, IsSaidWithWhatToDoAndHoldsNothingOpen) {
  Containers all;
  all.containers["a"] = {.id = "a", .is_local = true, .log = std::make_shared<const OpenLog>()};
  all.containers["b"] = {.id = "b"};
  leave_out_for_official(all);
  EXPECT_THAT(container_notes(all),
              ElementsAre(HasSubstr("a is left out: its log driver is local, which an official")));
  EXPECT_FALSE(all.containers["a"].log);
}

// Podman's compatible account says json-file of every driver; its own does not.
TEST_F(DockerWatchTest, PodmansLogsLieElsewhereAndAreAskedForInItsOwnWords) {
  const auto log = folder_ / "overlay-containers/f6/userdata/ctr.log";
  fs::create_directories(log.parent_path());
  std::ofstream(log) << "2026-11-26T04:51:24.024795268+00:00 stdout F hello\n";
  engine_.answer("/info", fmt::format(R"({{"DockerRootDir":"{}","Driver":"overlay"}})", folder_.string()));
  engine_.answer("/version", R"({"Components":[{"Name":"Podman Engine","Version":"4.3.1"},{"Name":"Conmon"}]})");
  const auto describe_as = [&](const std::string& id, const std::string& driver) {
    engine_.answer("/v4.0.0/libpod/containers/" + id + "/json",
                   fmt::format(R"({{"Id":"{0}","Name":"pod-{0}","Config":{{"Image":"i"}},"HostConfig":{{"LogConfig":)"
                               R"({{"Type":"{1}","Path":"{2}"}}}}}})",
                               id, driver, driver == "k8s-file" ? log.string() : ""));
  };
  describe_as("f6", "k8s-file");
  describe_as("g7", "journald");
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.folders.empty(); }));
  EXPECT_THAT(known_.folders, ElementsAre(fs::canonical(folder_ / "overlay-containers")));
  engine_.event(event("start", "f6"));
  engine_.event(event("start", "g7"));
  ASSERT_TRUE(know([](const auto& all) { return all.containers.size() == 2; }));
  const auto container = known_.containers.at("f6");
  EXPECT_EQ(container.log_path, log);
  EXPECT_EQ(container.metadata.at("container.name"), "pod-f6");
  EXPECT_TRUE(container.log && container.left_out.empty());
  const auto with_journal = known_.containers.at("g7");
  EXPECT_TRUE(with_journal.in_journal && with_journal.left_out.empty());
  EXPECT_TRUE(with_journal.log_path.empty() && !with_journal.log) << "it has no file";
  Containers all = known_;
  leave_out_of_journal(all);
  EXPECT_THAT(all.containers.at("g7").left_out, HasSubstr("journald.enabled is false"));
  EXPECT_EQ(all.containers.at("f6").left_out, "");
}

TEST_F(DockerWatchTest, SeveralEnginesAreOneListForDiscovery) {
  FakeEngine second(folder_ / "second.sock");
  second.answer("/info", fmt::format(R"({{"DockerRootDir":"{}/second"}})", folder_.string()));
  second.answer("/containers/json", R"([{"Id":"s1","Names":["/name-s1"]}])");
  second.answer("/containers/s1", R"({"Id":"s1","Name":"/name-s1","HostConfig":{"LogConfig":{"Type":"none"}}})");
  describe("a1");
  engine_.answer("/containers/json", R"([{"Id":"a1","Names":["/name-a1"]}])");
  const WakeEvent wake;
  ContainerNews news({socket_, folder_ / "second.sock"}, wake);
  Containers newest;
  EXPECT_TRUE(eventually([&] {
    if (auto now = news.take()) newest = *std::move(now);
    return newest.containers.size() == 2;
  }));
  EXPECT_EQ(newest.folders.size(), 2U);
  second.stop();
  EXPECT_TRUE(eventually([&] {
    if (auto now = news.take()) newest = *std::move(now);
    return newest.troubles.size() == 1;
  })) << "of the one that is gone";
  EXPECT_EQ(newest.containers.size(), 2U);
}

TEST_F(DockerWatchTest, RubbishIsSaidAndEndsNothing) {
  engine_.answer("/info", "[1,2");
  watch();
  ASSERT_TRUE(know([](const auto& all) { return !all.troubles.empty(); }));
  engine_.answer("/info", R"({"DockerRootDir":7})");
  ASSERT_TRUE(know([](const auto& all) {
    return !all.troubles.empty() && all.troubles[0].find("Engine API") != std::string::npos;
  }));
  engine_.answer("/info", fmt::format(R"({{"DockerRootDir":"{}"}})", folder_.string()));
  engine_.answer("/containers/json", R"([1,null,{},{"Id":7}])");
  for (const auto* rubbish : {"[]", "{", "\xff\xfe", R"({"Actor":[]})", R"({"Action":"start","Actor":{"ID":"x"}})"})
    engine_.event(rubbish);
  describe("e5");
  engine_.event(event("start", "e5"));
  EXPECT_TRUE(know([](const auto& all) { return all.troubles.empty() && all.containers.contains("e5"); }));
}

}  // namespace
}  // namespace oc::agent
