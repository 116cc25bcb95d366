#include "agent/discovery/inventory.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

Inventory example() {
  Inventory inventory{.first_started_ns = 7, .backfill_left_bytes = 1000};
  KnownSource source{.id = "s1", .path = "/var/log/a \"b\".log", .aliases = {"/x"}, .file = {1, 2, 3}};
  source.start_offset = 42;
  source.skipped_bytes = 42;
  source.first_run = "42 B left out";
  source.shape.shape = "ndjson";
  inventory.sources["s1"] = source;
  inventory.retired[{1, 9, 0}] = {.source_id = "s1", .path = "/var/log/a"};
  return inventory;
}

TEST(Inventory, ReadsBackWhatItWrote) {
  const auto text = encode_inventory(example());
  const auto inventory = decode_inventory(text);
  ASSERT_TRUE(inventory) << inventory.error().text();
  EXPECT_EQ(encode_inventory(*inventory), text);
  EXPECT_EQ(inventory->sources.at("s1").path, "/var/log/a \"b\".log");
  EXPECT_EQ(inventory->sources.at("s1").start_offset, 42u);
  EXPECT_EQ(inventory->retired.at({1, 9, 0}).source_id, "s1");
}

TEST(Inventory, EveryChangedOrMissingByteIsNoticed) {
  const auto text = encode_inventory(example());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string damaged = text;
    damaged[at] ^= 1;
    EXPECT_FALSE(decode_inventory(damaged)) << at;
    EXPECT_FALSE(decode_inventory(std::string_view(text).substr(0, at))) << at;
  }
}

TEST(Inventory, ADamagedFileIsSetAsideAndReplaced) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "inventory";
  ASSERT_TRUE(write_file_atomic(path, "nonsense"));
  const auto loaded = load_inventory(path);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->has_value());
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Inventory, AMissingFileIsTheFirstRun) {
  const TemporaryDirectory dir;
  EXPECT_FALSE(load_inventory(dir.path() / "inventory")->has_value());
}

}  // namespace
}  // namespace oc::agent
