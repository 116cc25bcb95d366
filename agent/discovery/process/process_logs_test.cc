// Which logs real processes write, and what becomes of them.
#include "agent/discovery/process/process_logs.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/discovery/process/process_files.h"
#include "agent/eventually.h"
#include "base/files.h"
#include "base/process.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ProcessLogsTest : public testing::Test {
 protected:
  ~ProcessLogsTest() override {
    for (const auto pid : children_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  // A shell that runs `script`, then waits.
  pid_t run(const std::string& script, std::vector<std::string> environment = {}) {
    children_.push_back(
        *spawn({.arguments = {"/bin/sh", "-c", script + "; echo > " + ready().string() + "; read x < " + pipe()},
                .environment = std::move(environment)}));
    EXPECT_TRUE(eventually([&] { return fs::exists(ready()); }));
    fs::remove(ready());
    return children_.back();
  }
  fs::path ready() const { return folder_ / "ready"; }
  std::string pipe() const {
    const auto path = folder_ / "pipe";
    if (!fs::exists(path)) ::mkfifo(path.c_str(), 0600);
    return path;
  }
  // Of those below our folder.
  std::vector<ProcessLog> find(FindOptions options = {.min_age = std::chrono::seconds(0)}) const {
    std::vector<ProcessLog> ours;
    for (auto& log : find_process_logs(options).logs)
      if (log.path.starts_with(folder_.string())) ours.push_back(std::move(log));
    return ours;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    for (const auto& log : find()) out.push_back(fs::relative(log.path, folder_));
    return out;
  }
  std::string at(const std::string& name) const { return folder_ / name; }

  TemporaryDirectory dir_;
  const fs::path folder_ = fs::canonical(dir_.path());
  std::vector<pid_t> children_;
};

TEST_F(ProcessLogsTest, WhatIsOpenForWritingUnderTheNameOfALog) {
  std::ofstream(at("read.log")) << "x\n";
  const auto pid = run("exec 5>>" + at("app.log") + " 6>" + at("data.db") + " 7<" + at("read.log") + " 8>" +
                       at("gone.log") + "; rm " + at("gone.log"));
  const auto found = find();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, at("app.log"));
  EXPECT_EQ(found[0].process, "sh");
  EXPECT_EQ(found[0].pid, pid);
}

TEST_F(ProcessLogsTest, WhatTheEnvironmentNamesIfItIsThere) {
  fs::create_directories(at("logs"));
  for (const auto* name : {"own.txt", "logs/a.log", "logs/b.log", "other.log"}) std::ofstream(at(name)) << "x\n";
  fs::create_symlink(at("own.log"), at("link.log"));
  std::ofstream(at("own.log")) << "x\n";
  run("true", {"LOG_DIR=" + at("logs"), "LOG_FILE=" + at("link.log"), "LOGFILE=" + at("missing.log"),
               "SECRET=" + at("other.log"), "OTEL_SERVICE_NAME=shop"});
  EXPECT_THAT(paths(), ElementsAre("logs/a.log", "logs/b.log", "own.log"));
  EXPECT_EQ(find().front().service, "shop");
}

// As units do with PrivateTmp= and ProtectSystem=.
TEST_F(ProcessLogsTest, AFileSystemOfItsOwnMayHoldAnotherFileAtTheSamePath) {
  if (std::system("unshare -m true 2>/dev/null") != 0) GTEST_SKIP() << "no mount namespace can be made here";
  fs::create_directories(at("private"));
  for (const auto* name : {"private/hidden.log", "named.log"}) std::ofstream(at(name)) << "x\n";
  const auto open = "exec 5>>" + at("private/hidden.log") + " 6>>" + at("shared.log");
  run("exec unshare -m /bin/sh -c 'mount -t tmpfs none " + at("private") + "; " + open + "; echo > " +
          ready().string() + "; read x < " + pipe() + "'",
      {"LOG_FILE=" + at("named.log")});
  EXPECT_THAT(paths(), ElementsAre("named.log", "shared.log"));
}

TEST_F(ProcessLogsTest, YoungOnesOurOwnAndOurFolderAreLeftOut) {
  run("exec 5>>" + at("app.log"));
  EXPECT_THAT(find({.min_age = std::chrono::seconds(10)}), IsEmpty());
  EXPECT_THAT(find({.own_folder = folder_, .min_age = std::chrono::seconds(0)}), IsEmpty());
  const auto shell = fs::canonical("/bin/sh");
  EXPECT_THAT(find({.own_executable = shell, .min_age = std::chrono::seconds(0)}), IsEmpty());
}

TEST_F(ProcessLogsTest, TheNameOfALog) {
  for (const auto* path :
       {"/a/app.log", "/a/20261126.log", "/a/x.out", "/a/x.err", "/srv/logs/current", "/srv/log/a.json"})
    EXPECT_TRUE(goes_by_the_name_of_a_log(path)) << path;
  for (const auto* path : {"/a/app.log.gz", "/a/data.db", "/srv/logs/a.db", "/a/notes.txt", "/a/.app.log.swp", "/log"})
    EXPECT_FALSE(goes_by_the_name_of_a_log(path)) << path;
  const std::string id(64, 'a');
  EXPECT_FALSE(goes_by_the_name_of_a_log("/var/lib/docker/containers/" + id + "/" + id + "-json.log"));
  EXPECT_FALSE(goes_by_the_name_of_a_log("/home/me/.config/browser/Storage/000123.log")) << "a database's";
}

TEST_F(ProcessLogsTest, AreHandedOnAsTheyAre) {
  const ProcessLogs logs{.logs = {{"/a.log", "java", 17, "shop", "shop.service"}, {"/b.log", "x", 1, "", ""}},
                         .unreadable = 3};
  EXPECT_EQ(*decode_process_logs(encode_process_logs(logs)), logs);
  for (const auto* text :
       {"", "{}", "[]", R"({"version":2,"unreadable":0,"logs":[]})", R"({"version":1,"unreadable":0})",
        R"({"version":1,"unreadable":0,"logs":[{"path":"a","process":"","pid":1,"service":"","unit":""}]})",
        R"({"version":1,"unreadable":-1,"logs":7})"})
    EXPECT_FALSE(decode_process_logs(text)) << text;
}

class ProcessFilesTest : public testing::Test {
 protected:
  void found(const std::vector<ProcessLog>& logs) {
    ASSERT_TRUE(write_file_atomic(file_, encode_process_logs({.logs = logs})));
  }
  ProcessFiles files(std::vector<std::string> allow) {
    return *ProcessFiles::make({.enabled = true, .allow = std::move(allow)}, file_);
  }

  TemporaryDirectory dir_;
  const std::string folder_ = fs::canonical(dir_.path());
  const std::string file_ = folder_ + "/processes", log_ = folder_ + "/app.log";
};

TEST_F(ProcessFilesTest, AllowedOnesAreCollectedForAsLongAsTheyAreThere) {
  std::ofstream(log_) << "x\n";
  auto all = files({folder_ + "/*.log"});
  EXPECT_FALSE(all.refresh());
  found({{log_, "java", 7, "", "shop.service"}});
  EXPECT_TRUE(all.refresh());
  EXPECT_FALSE(all.refresh()) << "nothing is new";
  ASSERT_TRUE(all.list().contains(log_));
  EXPECT_EQ(all.list().at(log_).metadata.at("service_name"), "shop");
  EXPECT_EQ(all.list().at(log_).metadata.at("process.executable.name"), "java");
  EXPECT_THAT(all.proposed([](const auto&) { return false; }), IsEmpty());
  found({});  // the process has ended
  EXPECT_TRUE(all.refresh());
  EXPECT_TRUE(all.list().contains(log_));
  fs::remove(log_);
  EXPECT_TRUE(all.list().empty());
}

TEST_F(ProcessFilesTest, WhatWasCollectedBeforeStaysSoWithoutItsProcessIfItIsAllowedStill) {
  std::ofstream(log_) << "x\n";
  auto all = files({folder_ + "/*.log"});
  all.remember(log_, {{"service_name", "shop"}});
  all.remember("/elsewhere.log", {});
  ASSERT_EQ(all.list().size(), 1U);
  EXPECT_EQ(all.list().at(log_).metadata.at("service_name"), "shop");
}

TEST_F(ProcessFilesTest, OthersAreProposedIfNobodyKnowsThem) {
  auto all = files({});
  found({{log_, "java", 7, "", ""}, {"/var/log/known.log", "java", 7, "", ""}});
  EXPECT_TRUE(all.refresh());
  const auto proposed = all.proposed([](const auto& path) { return path == "/var/log/known.log"; });
  EXPECT_THAT(proposed, ElementsAre(contracts::ProposedLog{log_, "java", 7}));
  EXPECT_TRUE(all.list().empty());
}

TEST_F(ProcessFilesTest, WhatIsNoListIsLeftAsItWas) {
  auto all = files({});
  found({{log_, "java", 7, "", ""}});
  EXPECT_TRUE(all.refresh());
  ASSERT_TRUE(write_file_atomic(file_, "rubbish"));
  EXPECT_FALSE(all.refresh());
  EXPECT_EQ(all.proposed([](const auto&) { return false; }).size(), 1U);
}

TEST_F(ProcessFilesTest, AllowTakesAbsoluteGlobs) {
  EXPECT_THAT(ProcessFiles::make({.allow = {"*.log"}}, file_).error().text(), HasSubstr("is not absolute"));
  EXPECT_THAT(ProcessFiles::make({.allow = {"/[a"}}, file_).error().text(), HasSubstr("discovery.processes.allow"));
}

}  // namespace
}  // namespace oc::agent
