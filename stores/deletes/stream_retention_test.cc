#include "stores/deletes/stream_retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Nanos kAnHour = 3'600'000'000'000;
const query::Labels kDevelopment = {{"app", "shop"}, {"env", "dev"}}, kProduction = {{"app", "shop"}, {"env", "prod"}};

class StreamRetentionTest : public testing::Test {
 protected:
  void SetUp() override {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
  }
  void append(const query::Labels& labels, Nanos hour, std::string line) {
    ASSERT_TRUE(store_->append(TestBatch({{labels, hour * kAnHour, std::move(line)}}).batch()));
  }
  std::uint64_t apply(const std::vector<std::string>& rules, Nanos hour) {
    return StreamRetention::compile(rules)->apply(*store_, hour * kAnHour).value();
  }

  SimulatedFileSystem files_;
  ManualClock clock_{1'000};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(StreamRetentionTest, OnlyRowsOfTheStreamThatAreTooOldGo) {
  append(kDevelopment, 1, "dev old");
  append(kDevelopment, 40, "dev new");
  append(kProduction, 1, "prod old");
  ASSERT_TRUE(store_->seal());
  EXPECT_EQ(apply({R"(24h {env="dev"})"}, 50), 1u);
  EXPECT_THAT(lines(sorted_rows(*store_)), ElementsAre("dev new", "prod old"));
}

TEST_F(StreamRetentionTest, TheShortestOfSeveralPeriodsCounts) {
  append(kDevelopment, 1, "dev");
  append(kProduction, 1, "prod");
  ASSERT_TRUE(store_->seal());
  EXPECT_EQ(apply({R"(7d {app="shop"})", R"(2h {env="dev"})"}, 10), 1u);
  EXPECT_THAT(lines(sorted_rows(*store_)), ElementsAre("prod"));
}

TEST_F(StreamRetentionTest, APartIsNotWrittenAnewForRowsThatAreDueJustNow) {
  append(kDevelopment, 1, "first");
  append(kDevelopment, 10, "last");
  ASSERT_TRUE(store_->seal());
  EXPECT_EQ(apply({R"(10h {env="dev"})"}, 12), 0u) << "within a tenth of the period";
  EXPECT_EQ(apply({R"(10h {env="dev"})"}, 13), 1u);
}

TEST(StreamRetention, ARuleThatIsNoneIsNamed) {
  const std::vector<std::string> rules = {R"(24h {env=})"};
  const auto refused = StreamRetention::compile(rules);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("retention.streams: '24h {env=}'"));
}

}  // namespace
}  // namespace oc::stores
