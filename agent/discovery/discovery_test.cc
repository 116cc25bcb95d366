#include "agent/discovery/discovery.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "agent/eventually.h"
#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using model::DiscoveredLogSource;

class DiscoveryTest : public testing::Test, public DiscoveryListener {
 protected:
  DiscoveryTest() {
    fs::create_directories(root_);
    fs::create_directories(data_.agent());
  }
  void TearDown() override { discovery_.reset(); }  // it calls this object while there is a whole one
  template <typename F>
  auto with(F f) {
    const std::lock_guard lock(mutex_);
    return f();
  }
  void start(contracts::Backfill backfill = contracts::Backfill::kRecent) {
    first_listing_ = false;
    contracts::FilesystemDiscovery filesystem{.roots = {root_.string()}};
    filesystem.exclude = {"excluded/**"};
    auto started = Discovery::start({.agent_id = "agent-1",
                                     .filesystem = filesystem,
                                     .processes = processes_,
                                     .backfill = backfill,
                                     .limits = limits_},
                                    data_, *this);
    ASSERT_TRUE(started) << started.error().text();
    discovery_ = *std::move(started);
    ASSERT_TRUE(eventually([&] { return with([&] { return first_listing_; }); }));
  }
  void restart() {
    discovery_.reset();
    sources_.clear();
    start();
  }

  void on_sources(std::vector<DiscoveredLogSource> upserted, std::vector<std::string> removed) override {
    const std::lock_guard lock(mutex_);
    for (auto& source : upserted) sources_[source.source_id] = std::move(source);
    for (const auto& id : removed) sources_.erase(id);
    first_listing_ = true;
  }
  void on_ledger(std::vector<contracts::LedgerEntry> entries) override {
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries) ledger_[entry.source_id] = std::move(entry);
  }
  void on_short_lived(std::vector<std::string>) override {}
  void on_notes(DiscoveryNotes notes) override {
    const std::lock_guard lock(mutex_);
    notes_ = std::move(notes.notes);
    left_out_ = std::move(notes.left_out);
    overflows_ = notes.overflows;
  }

  std::optional<DiscoveredLogSource> at(const std::string& name) {
    return with([&]() -> std::optional<DiscoveredLogSource> {
      for (const auto& [id, source] : sources_)
        if (source.log_path == (root_ / name).lexically_normal().string()) return source;
      return std::nullopt;
    });
  }
  // Waits for it; an empty one if it does not come.
  DiscoveredLogSource source(const std::string& name) {
    EXPECT_TRUE(eventually([&] { return at(name).has_value(); })) << name;
    return at(name).value_or(DiscoveredLogSource());
  }
  std::size_t count() {
    return with([&] { return sources_.size(); });
  }
  std::uint64_t left_out(const std::string& reason) {
    return with([&] { return left_out_.contains(reason) ? left_out_.at(reason) : 0; });
  }
  bool ledger_reaches(const std::string& id, std::uint64_t newline_end, std::uint64_t size) {
    return eventually([&] {
      return with([&] { return ledger_[id].last_newline_end == newline_end && ledger_[id].size_bytes == size; });
    });
  }
  void write(const std::string& name, const std::string& text, std::ios::openmode mode = std::ios::app) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, mode | std::ios::binary) << text;
  }
  void make_old(const std::string& name, int hours) {
    const auto then = ::time(nullptr) - hours * 3600;
    const timeval times[2] = {{then, 0}, {then, 0}};
    ::utimes((root_ / name).c_str(), times);
  }

  TemporaryDirectory dir_;
  fs::path root_ = fs::canonical(dir_.path()) / "logs";
  contracts::DataDirectory data_{fs::canonical(dir_.path()) / "logs" / "own"};  // below the root, as badly as can be
  contracts::Limits limits_;
  contracts::ProcessDiscovery processes_{.enabled = false, .allow = {}};
  std::mutex mutex_;
  std::map<std::string, DiscoveredLogSource> sources_;
  std::map<std::string, contracts::LedgerEntry> ledger_;
  std::vector<std::string> notes_;
  std::map<std::string, std::uint64_t> left_out_;
  std::uint64_t overflows_ = 0;
  bool first_listing_ = false;
  std::unique_ptr<Discovery> discovery_;
};

TEST_F(DiscoveryTest, AnAllowedLogStaysASourceWhenItsProcessEndsWhileNobodyLooks) {
  const auto log = fs::canonical(dir_.path()) / "elsewhere.log";
  std::ofstream(log) << "one\n";
  processes_ = {.enabled = true, .allow = {log.string()}};
  const ProcessLogs found{.logs = {{log.string(), "java", 7, "shop", ""}}};
  ASSERT_TRUE(write_file_atomic(data_.process_logs(), encode_process_logs(found)));
  start();
  const auto id = source("../elsewhere.log").source_id;
  EXPECT_TRUE(ledger_reaches(id, 4, 4));
  ASSERT_TRUE(write_file_atomic(data_.process_logs(), encode_process_logs({})));
  std::ofstream(log, std::ios::app) << "two\n";
  restart();
  EXPECT_EQ(source("../elsewhere.log").source_id, id);
  EXPECT_TRUE(ledger_reaches(id, 8, 8));
}

TEST_F(DiscoveryTest, FindsWhatIsThereAndWhatAppearsAlsoInNewFolders) {
  write("a.log", "one\n");
  start();
  EXPECT_EQ(source("a.log").metadata.at("service_name"), "a");
  write("x/y/z/deep.log", "two\n");
  source("x/y/z/deep.log");
}

TEST_F(DiscoveryTest, AnEmptyFileIsASourceThatGetsItsShapeWithTheFirstLine) {
  start();
  write("a.log", "");
  const auto id = source("a.log").source_id;
  EXPECT_EQ(source("a.log").shape.shape, "");
  write("a.log", "{\"level\":\"info\",\"msg\":\"hello\"}\n");
  EXPECT_TRUE(eventually([&] { return !at("a.log")->shape.shape.empty(); }));
  EXPECT_EQ(at("a.log")->source_id, id);
}

TEST_F(DiscoveryTest, TheLedgerFollowsCompleteLines) {
  write("a.log", "one\n");
  start();
  const auto id = source("a.log").source_id;
  EXPECT_TRUE(ledger_reaches(id, 4, 4));
  write("a.log", "two\nunfin");
  EXPECT_TRUE(ledger_reaches(id, 8, 13));
  write("a.log", "ished\n");
  EXPECT_TRUE(ledger_reaches(id, 19, 19));
}

TEST_F(DiscoveryTest, RotationByRenameKeepsTheSourceAndLeavesTheOldFileOut) {
  start();
  write("a.log", "one\n");
  const auto before = source("a.log");
  fs::rename(root_ / "a.log", root_ / "a.log.1");
  write("a.log", "two two\n");
  EXPECT_TRUE(
      eventually([&] { return at("a.log") && at("a.log")->metadata.at("inode") != before.metadata.at("inode"); }));
  EXPECT_EQ(at("a.log")->source_id, before.source_id);
  EXPECT_TRUE(eventually([&] { return left_out("rotated") == 1; }));
  EXPECT_EQ(count(), 1u);
  EXPECT_TRUE(ledger_reaches(before.source_id, 8, 8));
}

TEST_F(DiscoveryTest, CopytruncateKeepsTheSourceAndItsLedgerStartsAgain) {
  write("a.log", "one\ntwo\n");
  start();
  const auto id = source("a.log").source_id;
  EXPECT_TRUE(ledger_reaches(id, 8, 8));
  fs::resize_file(root_ / "a.log", 0);
  EXPECT_TRUE(ledger_reaches(id, 0, 0));
  write("a.log", "3\n");
  EXPECT_TRUE(ledger_reaches(id, 2, 2));
  EXPECT_EQ(source("a.log").source_id, id);
}

TEST_F(DiscoveryTest, DeletedAndMadeAgainIsTheSameSource) {
  start();
  write("a.log", "one\n");
  const auto id = source("a.log").source_id;
  fs::remove(root_ / "a.log");
  write("a.log", "other\n");
  EXPECT_TRUE(ledger_reaches(id, 6, 6));
  EXPECT_EQ(source("a.log").source_id, id);
}

TEST_F(DiscoveryTest, LinksAreAliasesOfOneSourceAndLoopsAreHarmless) {
  write("a.log", "one\n");
  fs::create_hard_link(root_ / "a.log", root_ / "b.log");
  fs::create_symlink(root_ / "a.log", root_ / "c.log");
  fs::create_directory_symlink(root_, root_ / "loop");
  start();
  EXPECT_EQ(count(), 1u);
  EXPECT_EQ(source("a.log").aliases,
            (std::vector<std::string>{(root_ / "b.log").string(), (root_ / "c.log").string()}));
}

TEST_F(DiscoveryTest, ALinkToAFileOutsideTheRootsIsFollowedAndItsWritesAreSeen) {
  fs::create_directories(dir_ / "outside");
  const auto target = fs::canonical(dir_ / "outside") / "t.log";
  std::ofstream(target) << "one\n";
  fs::create_symlink(target, root_ / "link.log");
  start();
  ASSERT_EQ(count(), 1u);
  const auto id = sources_.begin()->first;
  EXPECT_EQ(sources_.begin()->second.log_path, target.string());
  std::ofstream(target, std::ios::app) << "two\n";
  EXPECT_TRUE(ledger_reaches(id, 8, 8));
}

TEST_F(DiscoveryTest, WhatIsNoLogIsLeftOutWithItsReason) {
  write("wtmp", std::string("\x07\0\0\0\x01\x02\0\0", 8) + std::string(1000, '\0'));
  write("a.log.gz", "x");
  write("packed", "\x1f\x8b\x08 and so on\n");
  write(".a.log.swp", "x");
  write("excluded/b.log", "x\n");
  write("own/agent/mine.log", "x\n");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  fs::create_symlink(root_ / "nowhere", root_ / "dangling.log");
  start();
  EXPECT_EQ(count(), 0u);
  ASSERT_TRUE(eventually([&] { return left_out("compressed") > 0; }));
  EXPECT_EQ(left_out("binary"), 1u);
  EXPECT_EQ(left_out("compressed"), 2u);
  EXPECT_EQ(left_out("editor's temporary file"), 1u);
  EXPECT_EQ(left_out("not a regular file"), 1u);
  EXPECT_EQ(left_out("broken link"), 1u);
}

TEST_F(DiscoveryTest, AFileThatTurnsOutBinaryIsTakenBack) {
  start();
  write("records", "");
  source("records");
  write("records", std::string("\x07\0\0\0\x01\x02\0\0", 8) + std::string(1000, '\0'));
  EXPECT_TRUE(eventually([&] { return count() == 0; }));
}

TEST_F(DiscoveryTest, AnUnreadableFileIsLeftOutWithAWordUntilItCanBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  write("a.log", "one\n");
  fs::permissions(root_ / "a.log", fs::perms::none);
  start();
  ASSERT_TRUE(eventually([&] { return left_out("unreadable") == 1; }));
  EXPECT_NE(with([&] { return notes_.at(0); }).find("a.log"), std::string::npos);
  fs::permissions(root_ / "a.log", fs::perms::owner_all);
  source("a.log");
}

TEST_F(DiscoveryTest, IdsSurviveARestartOfTheAgentAlsoThroughARotationMissed) {
  write("a.log", "one\n");
  start();
  const auto id = source("a.log").source_id;
  discovery_.reset();
  fs::rename(root_ / "a.log", root_ / "a.log.1");
  write("a.log", "two\n");
  restart();
  EXPECT_EQ(source("a.log").source_id, id);
  EXPECT_EQ(count(), 1u);
}

TEST_F(DiscoveryTest, FilesOlderThanTheFirstStartGiveTheirRecentLinesAndSayWhatWasLeftOut) {
  write("old.log", "ancient line\n");
  make_old("old.log", 25);
  write("fresh.log", "one\ntwo\n");
  start();
  EXPECT_EQ(source("old.log").start_offset, 13u);
  EXPECT_EQ(source("old.log").skipped_bytes, 13u);
  EXPECT_EQ(source("old.log").metadata.at("first_run"), "13 B older than 24 h left out");
  EXPECT_EQ(source("fresh.log").start_offset, 0u);
  write("born.log", "one\n");
  EXPECT_EQ(source("born.log").start_offset, 0u);
}

TEST_F(DiscoveryTest, TheNewestFilesGetWhatTheTotalAllows) {
  limits_.backfill_bytes_total = 12;
  write("newer.log", "aaaa\nbbbb\n");
  write("older.log", "cccc\ndddd\n");
  make_old("older.log", 2);
  make_old("newer.log", 1);
  start();
  EXPECT_EQ(source("newer.log").start_offset, 0u);
  EXPECT_EQ(source("older.log").start_offset, 10u);
}

TEST_F(DiscoveryTest, BackfillNoneBeginsAtTheEndOfWhatIsThereButAtTheStartOfWhatComes) {
  write("a.log", "one\ntwo\n");
  start(contracts::Backfill::kNone);
  EXPECT_EQ(source("a.log").start_offset, 8u);
  write("b.log", "one\n");
  EXPECT_EQ(source("b.log").start_offset, 0u);
}

TEST_F(DiscoveryTest, ARootThatAppearsLaterIsSearched) {
  fs::remove_all(root_);
  fs::create_directories(dir_ / "elsewhere");
  data_ = contracts::DataDirectory(dir_ / "elsewhere");
  fs::create_directories(data_.agent());
  start();
  EXPECT_EQ(count(), 0u);
  write("a.log", "one\n");
  source("a.log");
}

TEST_F(DiscoveryTest, ARenamedFolderKeepsItsSources) {
  write("x/a.log", "one\n");
  start();
  const auto id = source("x/a.log").source_id;
  fs::rename(root_ / "x", root_ / "y");
  EXPECT_EQ(source("y/a.log").source_id, id);
  write("y/a.log", "two\n");
  EXPECT_TRUE(ledger_reaches(id, 8, 8));
}

TEST_F(DiscoveryTest, AThousandFilesAreFoundWithoutADescriptorHeldForAny) {
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = descriptors();
  for (int i = 0; i < 1000; ++i) write("many/f" + std::to_string(i) + "x.log", "line\n");
  start();
  EXPECT_EQ(count(), 1000u);
  EXPECT_LT(descriptors(), before + 10);
}

// Writes are taken from the kernel once a second; 16,384 of them and more between two looks are too many for its queue.
// Those to one file in a row would be one event.
TEST_F(DiscoveryTest, WhenTheKernelsQueueOverflowsItIsCountedAndNothingIsMissed) {
  write("a.log", "one\n");
  write("b.log", "one\n");
  start();
  const std::string a = source("a.log").source_id, b = source("b.log").source_id;
  const auto overflowed = [&] { return with([&] { return overflows_ > 0; }); };
  std::ofstream to_a(root_ / "a.log", std::ios::app), to_b(root_ / "b.log", std::ios::app);
  std::uint64_t size = 4;
  for (int round = 0; round < 1000 && !overflowed(); ++round)
    for (int i = 0; i < 1000; ++i, size += 2) to_a << "x\n" << std::flush, to_b << "x\n" << std::flush;
  EXPECT_TRUE(eventually(overflowed));
  EXPECT_TRUE(ledger_reaches(a, size, size));
  EXPECT_TRUE(ledger_reaches(b, size, size));
}

}  // namespace
}  // namespace oc::agent
