// For tests: a log store on a simulated file system that does nothing by itself.
#pragma once

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "stores/logs/log_store.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {

inline const query::Labels kApp = {{"service_name", "app"}};
inline const query::Labels kWeb = {{"env", "prod"}, {"service_name", "web"}};

class LogStoreTest : public ::testing::Test {
 protected:
  LogStoreTest() { open(); }

  void open() {
    store.reset();
    auto opened = LogStore::open(options(), metrics, files, clock);
    ASSERT_TRUE(opened) << opened.error().text();
    store = std::move(*opened);
  }
  LogStoreOptions options() const {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.block_bytes = 256;  // so that few rows make several blocks
    options.retention_time = std::chrono::hours(1);
    return options;
  }
  AppendResult append(std::vector<TestRow> rows, std::vector<contracts::DeliveredFile> delivered = {}) {
    auto appended = store->append(TestBatch(std::move(rows), std::move(delivered)).batch());
    EXPECT_TRUE(appended) << appended.error().text();
    return appended.value_or(AppendResult{});
  }
  std::uint64_t counter(const std::string& name) { return metrics.counter(name, "")->value(); }

  SimulatedFileSystem files;
  ManualClock clock{1'000'000'000'000'000};
  MetricRegistry metrics;
  std::unique_ptr<LogStore> store;
};

}  // namespace oc::stores
