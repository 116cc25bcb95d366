#include "agent/discovery/path_filter.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

contracts::FilesystemDiscovery config(std::vector<std::string> include, std::vector<std::string> exclude = {}) {
  return {.roots = {"/var/log/"}, .include = std::move(include), .exclude = std::move(exclude)};
}

TEST(PathFilter, EverythingBelowTheRootsIsWantedByDefault) {
  const auto filter = *PathFilter::make({});
  EXPECT_TRUE(filter.wants_file("/var/log/a/b.log"));
  EXPECT_FALSE(filter.wants_file("/var/logs/b.log"));
}

TEST(PathFilter, RelativePatternsCountFromTheRoot) {
  const auto filter = *PathFilter::make(config({"nginx/*.log"}));
  EXPECT_TRUE(filter.wants_file("/var/log/nginx/access.log"));
  EXPECT_FALSE(filter.wants_file("/var/log/app.log"));
}

TEST(PathFilter, AnAbsoluteIncludeOutsideTheRootsAddsItsFolder) {
  const auto filter = *PathFilter::make(config({"**", "/srv/app/*/out.log"}));
  EXPECT_EQ(filter.folders(), (std::vector<std::string>{"/var/log", "/srv/app"}));
  EXPECT_TRUE(filter.wants_file("/srv/app/one/out.log"));
  EXPECT_FALSE(filter.wants_file("/srv/app/one/other.log"));
}

TEST(PathFilter, ExcludeWinsAndPrunesWholeFolders) {
  const auto filter = *PathFilter::make(config({"**"}, {"journal/**", "**/*.tmp"}));
  EXPECT_FALSE(filter.wants_file("/var/log/journal/x"));
  EXPECT_FALSE(filter.wants_file("/var/log/a/b.tmp"));
  EXPECT_FALSE(filter.wants_folder("/var/log/journal"));
  EXPECT_TRUE(filter.wants_folder("/var/log/a"));
}

TEST(PathFilter, ARelativeRootIsAnError) { EXPECT_FALSE(PathFilter::make({.roots = {"logs"}})); }

}  // namespace
}  // namespace oc::agent
