#include "collector/processors/batch/batch_processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// What comes behind the processor.
struct Behind final : LogConsumer {
  std::mutex mutex;
  std::vector<LogBatchPtr> came;
  bool ready() override { return true; }
  void consume(LogBatchPtr batch) override {
    std::lock_guard lock(mutex);
    came.push_back(std::move(batch));
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return came.size();
  }
  std::vector<std::size_t> sizes() {
    std::lock_guard lock(mutex);
    std::vector<std::size_t> all;
    for (const auto& batch : came) all.push_back(batch->records.size());
    return all;
  }
};

struct CountsSettled final : DeliveryListener {
  std::atomic<int> settled = 0;
  void on_settled(const LogBatch&, std::uint64_t, std::string_view) override { ++settled; }
  void on_returned(LogBatchPtr) override {}
  void on_trouble(std::string_view) override {}
};

class BatchProcessorTest : public ::testing::Test {
 protected:
  void make(const std::string& yaml) {
    const auto factory = batch_factory();
    const auto config = factory.parse({"batch", ""}, *parse_config_text(yaml, "f"));
    ASSERT_TRUE(config) << config.error().text();
    processor_ = factory.make({"batch", ""}, *config, host_);
    ASSERT_TRUE(processor_->start());
  }
  void send(std::size_t records) {
    auto batch = std::make_shared<LogBatch>();
    batch->stream = std::make_shared<LogStream>();
    for (std::size_t i = 0; i < records; ++i) batch->records.push_back({"x", i});
    batch->range = {0, records};
    batch->listener = listener_;
    EXPECT_EQ(processor_->process(std::move(batch), behind_), nullptr);
  }

  MetricRegistry metrics_;
  SharedServices shared_;
  const Host host_{metrics_, system_clock(), shared_};
  const std::shared_ptr<Behind> behind_ = std::make_shared<Behind>();
  const std::shared_ptr<CountsSettled> listener_ = std::make_shared<CountsSettled>();
  std::shared_ptr<Processor> processor_;
};

TEST_F(BatchProcessorTest, PassesOnWhatIsFullAtOnceAndTheRestAfterTheTimeout) {
  make("{timeout: 100ms, send_batch_size: 10}");
  send(4);
  EXPECT_EQ(behind_->count(), 0u);
  send(6);
  ASSERT_EQ(behind_->count(), 2u);
  EXPECT_EQ(behind_->came[0]->group, behind_->came[1]->group);
  send(1);
  EXPECT_TRUE(eventually([&] { return behind_->count() == 3; }));
  EXPECT_NE(behind_->came[2]->group, behind_->came[0]->group);
}

TEST_F(BatchProcessorTest, NoGroupHasMoreThanTheMaximumAndAPartIsNotTheWhole) {
  make("{timeout: 1h, send_batch_size: 4, send_batch_max_size: 4}");
  send(10);
  EXPECT_THAT(behind_->sizes(), ElementsAre(4, 4));
  behind_->came[0]->settle();
  behind_->came[1]->settle();
  EXPECT_EQ(listener_->settled, 0);
  processor_->flush();
  EXPECT_THAT(behind_->sizes(), ElementsAre(4, 4, 2));
  behind_->came[2]->settle();
  EXPECT_EQ(listener_->settled, 1);
}

TEST_F(BatchProcessorTest, KeepsNothingBackWhenItStops) {
  make("{timeout: 1h}");
  send(3);
  processor_->stop();
  EXPECT_THAT(behind_->came, SizeIs(1));
}

TEST_F(BatchProcessorTest, AMaximumBelowTheSizeIsRefused) {
  const auto parsed =
      batch_factory().parse({"batch", ""}, *parse_config_text("{send_batch_size: 10, send_batch_max_size: 5}", "f"));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, ::testing::HasSubstr("batch: 'send_batch_max_size'"));
}

}  // namespace
}  // namespace oc::collector
