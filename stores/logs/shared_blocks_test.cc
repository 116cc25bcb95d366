// A store of many streams with few rows each, whose parts hold them in shared blocks.
#include <map>

#include <gmock/gmock.h>

#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

class SharedBlocks : public testing::Test {
 protected:
  static constexpr int kStreams = 300, kRounds = 9;
  SharedBlocks() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.block_bytes = 160'000;
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
    for (int round = 0; round < kRounds; ++round) {  // enough for a merge
      std::vector<TestRow> rows;
      for (int number = 0; number < kStreams; ++number)
        rows.push_back({stream_of(number),
                        round * 1'000 + number,
                        "line " + std::to_string(number * round),
                        {{"n", std::to_string(number)}}});
      all_.insert(all_.end(), rows.begin(), rows.end());
      EXPECT_TRUE(store_->append(TestBatch(rows).batch()) && store_->seal());
    }
    EXPECT_TRUE(store_->maintain());
  }
  static query::Labels stream_of(int number) { return {{"service_name", "s" + std::to_string(number)}}; }
  void expect_all_that(const query::ScanRequest& request, const std::function<bool(const TestRow&)>& wanted) {
    std::vector<TestRow> expected;
    std::ranges::copy_if(all_, std::back_inserter(expected), wanted);
    ASSERT_FALSE(expected.empty());
    for (const auto direction : {query::Direction::kForward, query::Direction::kBackward}) {
      auto asked = request;
      asked.direction = direction;
      EXPECT_THAT(scan(*store_, asked), testing::UnorderedElementsAreArray(expected));
    }
  }

  SimulatedFileSystem files_;
  ManualClock clock_{1'000'000};
  MetricRegistry metrics_;
  std::vector<TestRow> all_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(SharedBlocks, GiveAllTheirRows) {
  expect_all_that(everything(), [](const TestRow&) { return true; });
}

TEST_F(SharedBlocks, GiveTheRowsOfTheStreamsAskedForOnly) {
  auto request = everything();
  request.matchers = {{"service_name", query::Matcher::Type::kRegex, "s1.7"}};
  expect_all_that(request, [](const TestRow& row) {
    const std::string& service = row.labels[0].second;
    return service.size() == 4 && service[1] == '1' && service[3] == '7';
  });
}

TEST_F(SharedBlocks, GiveTheRowsOfTheTimeAskedForOnly) {
  auto request = everything();
  request.start_ns = 2'100;
  request.end_ns = 5'007;
  expect_all_that(request, [](const TestRow& row) { return row.time_ns >= 2'100 && row.time_ns < 5'007; });
}

TEST_F(SharedBlocks, GiveTheRowsThatPassAFilterOnly) {
  auto request = everything();
  request.line_filters = {{query::LineFilter::Type::kContains, {"line 12"}}};
  request.start_ns = 1'000;
  expect_all_that(request, [](const TestRow& row) { return row.time_ns >= 1'000 && row.line.starts_with("line 12"); });
}

// Sums what it is told of whole runs.
class MeasuringSink final : public query::RowSink {
 public:
  bool takes_whole(const query::Stream& stream, Nanos, Nanos, std::uint64_t, std::uint64_t bytes) override {
    bytes_of[stream.labels[0].second] += bytes;
    return true;
  }
  bool rows(const query::Stream&, std::span<const query::Row>) override { return true; }
  std::map<std::string, std::uint64_t> bytes_of;
};

TEST_F(SharedBlocks, SayWhatEachStreamTakes) {
  EXPECT_TRUE(store_->append(TestBatch({{stream_of(3), 99'000, std::string(5'000, 'x'), {}}}).batch()) &&
              store_->seal() && store_->maintain());
  all_.push_back({stream_of(3), 99'000, std::string(5'000, 'x'), {}});
  std::map<std::string, std::uint64_t> expected;
  for (const TestRow& row : all_) {
    expected[row.labels[0].second] += row.line.size();
    for (const auto& [name, value] : row.metadata) expected[row.labels[0].second] += value.size();
  }
  MeasuringSink sink;
  ASSERT_TRUE(store_->scan(everything(), sink));
  EXPECT_EQ(sink.bytes_of, expected);
}

TEST_F(SharedBlocks, NameTheStreamsOfATime) {
  const auto streams = store_->streams({}, 3'005, 3'007);
  ASSERT_TRUE(streams);
  std::vector<query::Labels> labels;
  for (const auto& one : *streams) labels.push_back(one->labels);
  EXPECT_THAT(labels, testing::IsSupersetOf({stream_of(5), stream_of(6)}));
  EXPECT_TRUE(store_->streams({}, 20'000, 30'000)->empty());
}

}  // namespace
}  // namespace oc::stores
