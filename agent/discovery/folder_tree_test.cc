#include "agent/discovery/folder_tree.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class FolderTreeTest : public testing::Test {
 protected:
  FolderTreeTest() { fs::create_directories(root_); }
  // A tree in which the folders of this name lie on NFS.
  FolderTree tree(const std::string& on_nfs, std::vector<std::string> include = {"**"}) {
    contracts::FilesystemDiscovery config{.roots = {root_.string()}, .include = std::move(include)};
    auto filter = PathFilter::make(config);
    FolderWatches watches([on_nfs](const std::string& folder) -> std::optional<std::string_view> {
      if (fs::path(folder).filename() != on_nfs) return std::nullopt;
      return "nfs";
    });
    return {*std::move(filter), "/nothing/of/ours", std::move(watches)};
  }
  void write(const std::string& name) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << "a line\n";
  }
  static std::vector<std::string> files(const FolderTree& tree) {
    std::vector<std::string> names;
    tree.for_each_file([&](const SeenFile& file) { names.push_back(fs::path(file.path).filename()); });
    return names;
  }

  TemporaryDirectory directory_;
  const fs::path root_ = fs::canonical(directory_.path()) / "logs";
};

TEST_F(FolderTreeTest, FoldersWhoseChangesAreNotReportedAreToBePolledAndSaidSo) {
  write("local/a.log");
  write("shared/b.log");
  auto listed = tree("shared");
  listed.list_everything();
  EXPECT_THAT(listed.unwatched(), ElementsAre((root_ / "shared").string()));
  EXPECT_THAT(listed.notes(), ElementsAre("1 folder is polled: inotify does not report changes on nfs"));
  write("shared/c.log");
  listed.list_again(listed.unwatched());
  EXPECT_THAT(files(listed), Contains("c.log"));
}

TEST_F(FolderTreeTest, AFolderThatLinksToAFileOnSuchAFileSystemIsPolledInItsPlace) {
  const fs::path elsewhere = root_.parent_path() / "shared";
  fs::create_directories(elsewhere);
  std::ofstream(elsewhere / "b.log") << "a line\n";
  fs::create_symlink(elsewhere / "b.log", root_ / "link.log");
  auto listed = tree("shared");
  listed.list_everything();
  EXPECT_THAT(listed.unwatched(), ElementsAre(root_.string()));
  fs::remove(root_ / "link.log");
  listed.list_everything();
  EXPECT_THAT(listed.unwatched(), IsEmpty());
}

TEST_F(FolderTreeTest, OnlyWantedFilesAndEveryFolderAreKept) {
  write("a.log");
  write("object.dat");
  write("deep/er/b.log");
  write("deep/er/object.dat");
  fs::create_symlink(root_ / "a.log", root_ / "link.log");
  fs::create_symlink(root_ / "object.dat", root_ / "link.dat");
  auto listed = tree("none", {"**/*.log"});
  listed.list_everything();
  EXPECT_THAT(files(listed), testing::UnorderedElementsAre("a.log", "b.log", "link.log"));
}

std::size_t inotify_watches(int fd) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(fd));
  std::size_t count = 0;
  for (std::string line; std::getline(info, line);) count += line.starts_with("inotify wd") ? 1 : 0;
  return count;
}

TEST_F(FolderTreeTest, WritesAreWatchedOnlyWhereLogsAre) {
  write("logs/a.log");
  write("objects/object.dat");
  write("links/object.dat");
  fs::create_symlink(root_ / "objects/object.dat", root_ / "links/link.log");
  auto listed = tree("none", {"**/*.log"});
  listed.list_everything();
  EXPECT_EQ(inotify_watches(listed.watches().structure_fds()[0]), 4u) << "of the root and its three folders";
  EXPECT_EQ(inotify_watches(listed.watches().writes_fd()), 3u) << "of a log, of a link, of what it leads to";
  std::ofstream(root_ / "objects/object.dat", std::ios::app) << "more\n";
  EXPECT_THAT(listed.watches().take_written_files().paths, ElementsAre((root_ / "objects/object.dat").string()));

  write("objects/new.log");
  listed.list_again(listed.watches().take_changed_folders().paths);
  std::ofstream(root_ / "objects/new.log", std::ios::app) << "more\n";
  EXPECT_THAT(listed.watches().take_written_files().paths, Contains((root_ / "objects/new.log").string()));
}

}  // namespace
}  // namespace oc::agent
