// Sizes over time of what lies in parts.
#include "stores/http/volume.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

constexpr Nanos kSecondOfVolume = 1'000'000'000;

class VolumeTest : public testing::Test {
 protected:
  VolumeTest() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
  }
  // Lines of ten bytes, one a second.
  void append(const std::string& app, int rows) {
    std::vector<TestRow> all;
    for (int i = 0; i < rows; ++i) all.push_back({{{"app", app}}, (1'000 + i) * kSecondOfVolume, "ten bytes!", {}});
    ASSERT_TRUE(store_->append(TestBatch(std::move(all)).batch()));
  }
  std::string volumes(const std::string& rest) {
    http::Request request{.target = "/x?start=1000&end=1500&step=60&query=" + rest};
    const auto body = answer_volume_range(*store_, request, 1'500 * kSecondOfVolume);
    return body ? *body : body.error().message;
  }

  SimulatedFileSystem files_;
  ManualClock clock_{1'500 * kSecondOfVolume};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
};

std::string series_of(const std::string& app, int rows) {
  std::string points;
  for (int begin = 1'000; begin < 1'000 + rows;) {
    const int end = std::min(begin / 60 * 60 + 60, 1'000 + rows);
    points += fmt::format("{}[{}.999,\"{}\"]", points.empty() ? "" : ",", begin / 60 * 60 + 59, 10 * (end - begin));
    begin = end;
  }
  return fmt::format(R"({{"metric":{{"app":"{}"}},"values":[{}]}})", app, points);
}

TEST_F(VolumeTest, OfPartsAreWhatTheRowsOfEachStepTake) {
  append("many", 400);
  for (int i = 0; i < 200; ++i) append(fmt::format("few-{}", i), 30 + i);
  ASSERT_TRUE(store_->seal());
  const std::string all = volumes("%7Bapp=~%22.%2B%22%7D&limit=5000");
  EXPECT_NE(all.find(series_of("many", 400)), std::string::npos) << all;
  for (int i = 0; i < 200; ++i)
    EXPECT_NE(all.find(series_of(fmt::format("few-{}", i), 30 + i)), std::string::npos) << i;
}

}  // namespace
}  // namespace oc::stores
