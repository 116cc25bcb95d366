#include "control_plane/event_bus/event_types.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"

namespace oc::control_plane {
namespace {

TEST(EventTypes, EachHasARowInTheCatalogueAndNoOther) {
  const auto repository = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  const auto page = read_file(repository / "docs/events.md");
  ASSERT_TRUE(page) << page.error().text();
  const std::set<std::string_view> types(event_types::kAll.begin(), event_types::kAll.end());
  EXPECT_EQ(types.size(), event_types::kAll.size());
  std::size_t rows = 0;
  for (auto at = page->find("\n| `"); at != page->npos; at = page->find("\n| `", at + 1)) ++rows;
  EXPECT_EQ(rows, types.size());
  for (const auto type : types) EXPECT_NE(page->find("\n| `" + std::string(type) + "` |"), std::string::npos) << type;
}

}  // namespace
}  // namespace oc::control_plane
