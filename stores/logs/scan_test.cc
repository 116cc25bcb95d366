// Whatever is asked, a scan of parts and head gives exactly the rows that looking at each line would.
#include <random>

#include <gmock/gmock.h>

#include "stores/logs/columns/line_shapes.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using Type = query::LineFilter::Type;

class ScanTest : public testing::Test {
 protected:
  ScanTest() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.block_bytes = 100'000;
    options.retention_time = std::chrono::hours(24 * 10'000);
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
    for (const std::string_view shape : columns::LineShape::kShapes) fill(shape, 800);
    EXPECT_TRUE(store_->seal());
    for (const std::string_view shape : columns::LineShape::kShapes) fill(shape, 50);
  }

  void fill(std::string_view shape, int count) {
    columns::LineShape lines(shape, random_());
    std::vector<TestRow> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back({{{"service_name", std::string(shape)}}, 0, lines.next(), {{"offset", std::to_string(i * 100)}}});
      rows.back().time_ns = lines.time_ns();
      if (random_() % 3 == 0) rows.back().metadata.emplace_back("trace_id", std::to_string(random_()));
    }
    all_.insert(all_.end(), rows.begin(), rows.end());
    ASSERT_TRUE(store_->append(TestBatch(rows).batch()));
  }

  std::string piece() {
    const std::string& line = all_[random_() % all_.size()].line;
    return line.substr(random_() % line.size(), 1 + random_() % 12);
  }
  query::ScanRequest random_request() {
    query::ScanRequest request = everything();
    for (std::uint64_t i = random_() % 3; i > 0; --i) {
      constexpr Type kTypes[] = {Type::kContains, Type::kContains, Type::kNotContains, Type::kMatches,
                                 Type::kNotMatches};
      query::LineFilter filter{kTypes[random_() % std::size(kTypes)], {}};
      const bool is_regex = filter.type == Type::kMatches || filter.type == Type::kNotMatches;
      for (std::uint64_t n = 1 + random_() % 2; n > 0; --n)
        filter.alternatives.push_back(is_regex ? "[0-9]" + std::to_string(random_() % 100) + ".*e" : piece());
      request.line_filters.push_back(filter);
    }
    if (random_() % 2) request.start_ns = all_[random_() % all_.size()].time_ns;
    if (random_() % 2) request.end_ns = all_[random_() % all_.size()].time_ns;
    request.direction = random_() % 2 ? query::Direction::kForward : query::Direction::kBackward;
    return request;
  }
  std::vector<TestRow> by_looking_at_each_line(const query::ScanRequest& request) {
    const auto filters = query::CompiledLineFilters::compile(request.line_filters);
    std::vector<TestRow> rows;
    for (const TestRow& row : all_)
      if (row.time_ns >= request.start_ns && row.time_ns < request.end_ns && filters->matches(row.line))
        rows.push_back(row);
    return rows;
  }

  std::mt19937_64 random_{17};
  SimulatedFileSystem files_;
  ManualClock clock_{1'000'000};
  MetricRegistry metrics_;
  std::vector<TestRow> all_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(ScanTest, GivesWhatLookingAtEachLineWould) {
  for (int i = 0; i < 120; ++i) {
    const query::ScanRequest request = random_request();
    auto expected = by_looking_at_each_line(request), got = scan(*store_, request);
    std::ranges::sort(expected);
    std::ranges::sort(got);
    std::string filters;
    for (const auto& filter : request.line_filters)
      filters +=
          " " + std::to_string(static_cast<int>(filter.type)) + ":" + testing::PrintToString(filter.alternatives);
    ASSERT_EQ(got, expected) << filters;
  }
}

TEST_F(ScanTest, LeavesOutWhatNobodyLooksAt) {
  query::ScanRequest request = everything();
  request.line_filters = {{Type::kContains, {"ERROR"}}};
  const auto expected = by_looking_at_each_line(request);
  request.needs_metadata = false;
  for (const TestRow& row : scan(*store_, request))
    if (row.metadata.empty()) EXPECT_THAT(row.line, testing::HasSubstr("ERROR"));
  request.needs_lines = false;
  const auto bare = scan(*store_, request);
  EXPECT_EQ(bare.size(), expected.size());
  EXPECT_TRUE(std::ranges::any_of(bare, [](const TestRow& row) { return row.line.empty() && row.metadata.empty(); }));
}

TEST_F(ScanTest, AReaderWhoHasEnoughEndsTheMakingOfLines) {
  CollectingSink sink;
  sink.enough = 10;
  query::ScanRequest request = everything();
  request.direction = query::Direction::kBackward;
  request.matchers = {{"service_name", query::Matcher::Type::kEqual, "hdfs"}};
  ASSERT_TRUE(store_->scan(request, sink));
  EXPECT_LT(sink.collected.size(), 400u);
  EXPECT_TRUE(std::ranges::is_sorted(sink.collected, std::greater(), &TestRow::time_ns));
}

}  // namespace
}  // namespace oc::stores
