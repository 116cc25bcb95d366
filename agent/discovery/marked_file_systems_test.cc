#include "agent/discovery/marked_file_systems.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "agent/discovery/folder_tree.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// On a file system of its own, so that the rest of the machine is not watched.
class MarkedFileSystemsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(mounted_);
    if (::mount("test", mounted_.c_str(), "tmpfs", 0, "size=64m") != 0)
      GTEST_SKIP() << "needs the right to mount: " << ::strerror(errno);
    fs::create_directories(root_ / "deep/er");
    group_ = mark_file_systems(filter());
    if (!group_) GTEST_SKIP() << "needs CAP_SYS_ADMIN and Linux 5.9: no file system can be marked";
  }
  void TearDown() override { ::umount2(mounted_.c_str(), MNT_DETACH); }
  PathFilter filter() const { return *PathFilter::make({.roots = {root_.string()}, .include = {"**/*.log"}}); }
  void write(const std::string& name) { std::ofstream(root_ / name, std::ios::app) << "a line\n"; }
  std::string at(const std::string& name) const { return (root_ / name).lexically_normal().string(); }
  static std::set<std::string> changed(MarkedFileSystems& marked) {
    std::set<std::string> folders;
    EXPECT_FALSE(marked.take([&](const std::string& folder, std::string_view) { folders.insert(folder); }));
    return folders;
  }

  TemporaryDirectory directory_;
  const fs::path mounted_ = fs::canonical(directory_.path()) / "mounted";
  const fs::path root_ = mounted_ / "logs";
  UniqueFd group_;
};

TEST_F(MarkedFileSystemsTest, WhatComesAndGoesInKnownFoldersIsToldAndNothingOfOthers) {
  MarkedFileSystems marked(std::move(group_));
  ASSERT_EQ(marked.count(), 1u);
  ASSERT_TRUE(marked.add(at("deep")));
  EXPECT_FALSE(marked.add("/proc")) << "another file system";
  write("deep/a.log");
  write("other.log");
  EXPECT_THAT(changed(marked), ElementsAre(at("deep")));
  fs::rename(root_ / "deep/a.log", root_ / "a.log");
  EXPECT_THAT(changed(marked), ElementsAre(at("deep")));
  fs::rename(root_ / "a.log", root_ / "deep/b.log");
  EXPECT_THAT(changed(marked), ElementsAre(at("deep")));
  fs::permissions(root_ / "deep/b.log", fs::perms::owner_read);
  EXPECT_THAT(changed(marked), ElementsAre(at("deep")));
  fs::permissions(root_ / "deep", fs::perms::owner_all);
  EXPECT_THAT(changed(marked), ElementsAre(at("deep"))) << "the folder itself";
  fs::remove_all(root_ / "deep");
  EXPECT_THAT(changed(marked), ElementsAre(at("deep")));
  EXPECT_THAT(changed(marked), IsEmpty());
}

TEST_F(MarkedFileSystemsTest, WhatIsMountedBelowARootIsMarkedToo) {
  const fs::path inner = root_ / "a folder";
  fs::create_directories(inner);
  ASSERT_EQ(::mount("test", inner.c_str(), "tmpfs", 0, "size=1m"), 0);
  MarkedFileSystems marked(mark_file_systems(filter()));
  ::umount2(inner.c_str(), MNT_DETACH);
  EXPECT_EQ(marked.count(), 2u);
}

TEST_F(MarkedFileSystemsTest, WritesAreNotTold) {
  write("a.log");
  MarkedFileSystems marked(std::move(group_));
  marked.add(root_.string());
  changed(marked);
  write("a.log");
  EXPECT_THAT(changed(marked), IsEmpty());
}

TEST_F(MarkedFileSystemsTest, AFolderIsToldByItsNewNameOnceItIsAddedByIt) {
  MarkedFileSystems marked(std::move(group_));
  marked.add(at("deep"));
  fs::rename(root_ / "deep", root_ / "moved");
  marked.add(at("moved"));
  marked.remove(at("deep"));
  write("moved/a.log");
  EXPECT_THAT(changed(marked), ElementsAre(at("moved")));
}

TEST_F(MarkedFileSystemsTest, MoreEventsThanTheKernelsQueueHoldsAreAnOverflow) {
  MarkedFileSystems marked(std::move(group_));
  marked.add(root_.string());
  for (int file = 0; file < 20'000; ++file) std::ofstream(root_ / std::to_string(file));
  EXPECT_TRUE(marked.take([](const auto&, auto) {}));
}

TEST_F(MarkedFileSystemsTest, AfterAnUnmountItsFoldersAreToBeAddedElsewhere) {
  MarkedFileSystems marked(std::move(group_));
  marked.add(root_.string());
  ASSERT_EQ(::umount(mounted_.c_str()), 0);
  fs::create_directories(root_);
  marked.refresh();
  EXPECT_EQ(marked.count(), 0u);
  EXPECT_FALSE(marked.contains(root_.string()));
  EXPECT_FALSE(marked.add(root_.string()));
}

TEST_F(MarkedFileSystemsTest, WhatIsBusyElsewhereDoesNotFillTheQueueWhileATreeIsListed) {
  FolderWatches watches(changes_unseen_at, std::move(group_));
  const auto make_files_elsewhere = [&](const std::string& prefix) {
    for (int file = 0; file < 10'000; ++file) std::ofstream(root_ / (prefix + std::to_string(file)));
  };
  watches.add(at("deep"));
  write("deep/a.log");
  make_files_elsewhere("before");
  for (int folder = 0; folder < 1'000; ++folder) watches.add(at("deep"));
  EXPECT_TRUE(watches.holds_changes());
  make_files_elsewhere("after");
  const auto changes = watches.take_changed_folders();
  EXPECT_FALSE(changes.overflowed);
  EXPECT_THAT(changes.paths, ElementsAre(at("deep")));
  EXPECT_FALSE(watches.holds_changes());
}

TEST_F(MarkedFileSystemsTest, ATreeOnAMarkedFileSystemNeedsInotifyForWritesOnly) {
  FolderTree tree(filter(), "/nothing/of/ours", FolderWatches(changes_unseen_at, std::move(group_)));
  tree.list_everything();
  EXPECT_THAT(tree.unwatched(), IsEmpty());
  EXPECT_FALSE(read_file("/proc/self/fdinfo/" + std::to_string(tree.watches().structure_fds()[0]))->contains("wd:"));
  EXPECT_THAT(tree.notes(), ElementsAre("folders on 1 file system are watched by fanotify, whatever their number"));
  write("deep/er/a.log");
  const auto changes = tree.watches().take_changed_folders();
  EXPECT_THAT(changes.paths, ElementsAre(at("deep/er")));
  tree.list_again(changes.paths);
  write("deep/er/a.log");
  EXPECT_THAT(tree.watches().take_written_files().paths, ElementsAre(at("deep/er/a.log")));
  fs::remove_all(root_);
  tree.list_again(tree.watches().take_changed_folders().paths);
  EXPECT_THAT(tree.notes(), Contains(root_.string() + " does not exist: it is searched as soon as it appears"));
  fs::create_directories(root_ / "again");
  tree.list_again(tree.watches().take_changed_folders().paths);
  write("again/b.log");
  EXPECT_THAT(tree.watches().take_changed_folders().paths, Contains(at("again")));
}

TEST(MarksHandedOver, AreRefusedWhenTheyAreNone) {
  EXPECT_FALSE(take_over_marks(0));
  EXPECT_FALSE(take_over_marks(12345));
  EXPECT_FALSE(*take_over_marks(-1));
}

}  // namespace
}  // namespace oc::agent
