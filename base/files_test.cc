#include "base/files.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/ids.h"

namespace oc {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files() {
    fs::create_directories(folder_ / "app/logs");
    std::ofstream(folder_ / "app/logs/a.log") << "hello";
  }
  ~Files() override { fs::remove_all(folder_); }
  bool opens(const fs::path& path) { return open_without_links(path, O_RDONLY | O_NOATIME).has_value(); }
  std::string in_root(const fs::path& path) {
    const auto found = path_in_root(folder_, path);
    return found ? fs::relative(*found, folder_).string() : "nothing";
  }

  fs::path folder_ = fs::canonical(fs::temp_directory_path()) / ("oc-files-" + random_hex(8));
};

TEST_F(Files, AFileIsOpenedOnlyWhereNoPartOfItsPathIsALink) {
  EXPECT_TRUE(opens(folder_ / "app/logs/a.log"));
  fs::create_symlink(folder_ / "app", folder_ / "link");
  EXPECT_FALSE(opens(folder_ / "link/logs/a.log"));
  fs::create_symlink("a.log", folder_ / "app/logs/b.log");
  EXPECT_FALSE(opens(folder_ / "app/logs/b.log"));
  EXPECT_FALSE(opens(folder_ / "app/logs/c.log"));
}

TEST_F(Files, OpeningWithoutLinksWaitsForNoPipe) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(opens(folder_ / "pipe"));
}

TEST_F(Files, APathIsResolvedAsItIsBelowItsRoot) {
  EXPECT_EQ(in_root("/app/logs"), "app/logs");
  fs::create_directories(folder_ / "var");
  fs::create_symlink("/app/logs", folder_ / "var/log");
  EXPECT_EQ(in_root("/var/log/a.log"), "app/logs/a.log");
  fs::create_symlink("../../../../..", folder_ / "app/up");
  EXPECT_EQ(in_root("/app/up"), ".");
  EXPECT_EQ(in_root("/var/log/b.log"), "nothing");
}

}  // namespace
}  // namespace oc
