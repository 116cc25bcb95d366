#include "collector/extensions/file_storage/config.h"

#include <gmock/gmock.h>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {
namespace {

std::string problem(const std::string& yaml) {
  const auto parsed = parse_file_storage_config({"file_storage", ""}, *parse_config_text(yaml, "f"));
  return parsed ? "" : parsed.error().text();
}

TEST(FileStorageConfigTest, TakesWhatTheOfficialExtensionTakes) {
  EXPECT_EQ(
      problem("{directory: /x, timeout: 1s, fsync: true, recreate: true, compaction: {on_start: true, on_rebound: "
              "true, directory: /y, rebound_needed_threshold_mib: 100, rebound_trigger_threshold_mib: 10, "
              "max_transaction_size: 65536, check_interval: 5s, cleanup_on_start: true}}"),
      "");
}

TEST(FileStorageConfigTest, RefusesWhatItRefuses) {
  EXPECT_THAT(problem("{directory_permissions: '0999'}"), testing::HasSubstr("valid octal representation"));
  EXPECT_THAT(problem("{directory_permissions: '7777'}"), testing::HasSubstr("invalid bits"));
  EXPECT_THAT(problem("{compaction: {max_transaction_size: -1}}"), testing::HasSubstr("max_transaction_size"));
  EXPECT_THAT(problem("{compaction: {on_rebound: true, check_interval: 0s}}"), testing::HasSubstr("must be positive"));
  EXPECT_THAT(problem("{compaction: {on_boot: true}}"), testing::HasSubstr("unknown key 'on_boot'"));
}

}  // namespace
}  // namespace oc::collector
