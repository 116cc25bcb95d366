#include "agent/discovery/docker/logs_inside.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A container whose writable layer is layer_, and whose file system is seen in merged_ while it runs.
class LogsInsideTest : public testing::Test {
 protected:
  LogsInsideTest() {
    for (const auto& folder : {layer_, merged_, volume_}) fs::create_directories(folder);
    inspect_ = *parse_json(fmt::format(
        R"({{"GraphDriver":{{"Name":"overlay2","Data":{{"UpperDir":"{}","MergedDir":"{}"}}}},"Mounts":[],"Config":{{}}}})",
        layer_.string(), merged_.string()));
  }
  ~LogsInsideTest() override { fs::remove_all(folder_); }

  void label(const std::string& text) { inspect_["Config"]["Labels"]["onecollector.logs"] = text; }
  void mount(const std::string& type, const fs::path& source, const std::string& destination) {
    inspect_["Mounts"].push_back({{"Type", type}, {"Source", source.string()}, {"Destination", destination}});
  }
  static void write(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "hello\n";
  }
  std::vector<std::string> inside() const {
    std::vector<std::string> names;
    for (const auto& file : list_logs_inside(logs_inside(inspect_).logs).files) names.push_back(file.inside);
    return names;
  }
  std::vector<std::string> on_host() const {
    std::vector<std::string> names;
    for (const auto& file : list_logs_inside(logs_inside(inspect_).logs).files)
      names.push_back(fs::relative(file.path, folder_));
    return names;
  }
  std::string remark() const { return logs_inside(inspect_).remark; }

  fs::path folder_ = fs::canonical(fs::temp_directory_path()) / ("oc-inside-" + random_hex(8));
  fs::path layer_ = folder_ / "layer", merged_ = folder_ / "merged", volume_ = folder_ / "volume";
  Json inspect_;
};

TEST_F(LogsInsideTest, WhatTheEnvironmentNamesIsFoundInTheWritableLayer) {
  inspect_["Config"]["Env"] = {"PATH=/bin", "LOG_FILE=/app/out.log", "LOG_DIR=/logs"};
  EXPECT_THAT(inside(), IsEmpty());  // nothing is there yet
  write(layer_ / "app/out.log");
  write(layer_ / "logs/a.log");
  write(layer_ / "logs/a.txt");
  EXPECT_THAT(inside(), ElementsAre("/app/out.log", "/logs/a.log"));
  EXPECT_THAT(on_host(), ElementsAre("layer/app/out.log", "layer/logs/a.log"));
}

TEST_F(LogsInsideTest, TheLabelTakesThePlaceOfTheEnvironment) {
  inspect_["Config"]["Env"] = {"LOG_FILE=/app/out.log"};
  label("/srv/*.txt, /srv//b.log");
  for (const auto* name : {"app/out.log", "srv/a.txt", "srv/b.log"}) write(layer_ / name);
  EXPECT_THAT(inside(), ElementsAre("/srv/a.txt", "/srv/b.log"));
}

TEST_F(LogsInsideTest, AVolumeIsLookedIntoWhereItLies) {
  label("/data/logs/*.log,/data/own/*.log,/one.log");
  mount("volume", volume_, "/data");
  mount("bind", folder_ / "own", "/data/own");
  mount("bind", folder_ / "single.log", "/one.log");
  for (const auto* name : {"volume/logs/a.log", "volume/own/hidden.log", "own/b.log", "single.log"})
    write(folder_ / name);
  EXPECT_THAT(inside(), ElementsAre("/data/logs/a.log", "/data/own/b.log", "/one.log"));
  EXPECT_THAT(on_host(), ElementsAre("volume/logs/a.log", "own/b.log", "single.log"));
}

TEST_F(LogsInsideTest, LinksOfTheImageLeadWhereTheyDoInTheContainer) {
  label("/var/log/app/*.log,/srv/log/*.log");
  mount("volume", volume_, "/data");
  fs::create_directories(merged_ / "var/log");
  fs::create_directories(merged_ / "opt/app");
  fs::create_directories(merged_ / "srv");
  fs::create_directories(merged_ / "data");
  fs::create_symlink("/opt/app", merged_ / "var/log/app");
  fs::create_symlink("/data", merged_ / "srv/log");
  write(layer_ / "opt/app/a.log");
  write(volume_ / "b.log");
  EXPECT_THAT(on_host(), ElementsAre("layer/opt/app/a.log", "volume/b.log"));
}

TEST_F(LogsInsideTest, NoLinkLeadsOutOfTheContainer) {
  label("/logs/*.log,/etc/app/*.log,/one.log");
  write(folder_ / "secret/shadow.log");
  fs::create_directories(layer_ / "logs");
  fs::create_symlink(folder_ / "secret/shadow.log", layer_ / "logs/a.log");
  fs::create_directories(layer_ / "etc");
  fs::create_symlink(folder_ / "secret", layer_ / "etc/app");
  fs::create_symlink(folder_ / "secret/shadow.log", layer_ / "one.log");
  label("/../../secret/*.log,/logs/*.log,/etc/app/*.log,/one.log");
  EXPECT_THAT(on_host(), IsEmpty());
}

TEST_F(LogsInsideTest, WhatCannotBeCollectedIsSaid) {
  label("/dev/shm/*.log");
  mount("tmpfs", "", "/dev/shm");
  EXPECT_THAT(remark(), HasSubstr("only it can see"));
  label("logs/*.log");
  EXPECT_THAT(remark(), HasSubstr("no absolute path"));
  label("/*/a.log");
  EXPECT_THAT(remark(), HasSubstr("folders have no wildcards"));
  label("/logs/[a.log");
  EXPECT_THAT(remark(), HasSubstr("onecollector.logs"));
  label("/logs/a.log");
  EXPECT_EQ(remark(), "");
  inspect_["GraphDriver"] = {{"Name", "vfs"}, {"Data", nullptr}};
  EXPECT_THAT(remark(), HasSubstr("storage driver vfs"));
  inspect_.erase("GraphDriver");
  EXPECT_THAT(remark(), HasSubstr("let it be in a volume"));
}

TEST_F(LogsInsideTest, OneContainerIsNoFlood) {
  label("/logs/*.log");
  for (std::size_t i = 0; i < kMaxFilesInside + 3; ++i) write(layer_ / "logs" / fmt::format("{}.log", i));
  const auto listed = list_logs_inside(logs_inside(inspect_).logs);
  EXPECT_THAT(listed.files, SizeIs(kMaxFilesInside));
  EXPECT_EQ(listed.beyond, 3);
  std::string many;
  for (int i = 0; i < 20; ++i) many += fmt::format("/{}.log,", i);
  label(many);
  EXPECT_THAT(logs_inside(inspect_).logs, SizeIs(16));
  EXPECT_THAT(remark(), HasSubstr("/16.log and others are left out"));
}

TEST_F(LogsInsideTest, NothingIsNamedNothingIsLookedFor) {
  EXPECT_THAT(logs_inside(inspect_).logs, IsEmpty());
  EXPECT_THAT(logs_inside(Json::object()).logs, IsEmpty());
  EXPECT_THAT(logs_inside(Json::array()).logs, IsEmpty());
}

}  // namespace
}  // namespace oc::agent
