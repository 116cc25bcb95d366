#include "stores/deletes/log_deletes.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "stores/http/loki_delete.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr Nanos kStart = 1'768'644'000'000'000'000;
constexpr Nanos kSecondNs = 1'000'000'000;
const query::Labels kShop = {{"app", "shop"}}, kOther = {{"app", "other"}};

class CollectingSink final : public query::RowSink {
 public:
  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    for (const auto& row : rows) lines.push_back(stream.labels[0].second + ": " + std::string(row.line));
    return true;
  }
  std::vector<std::string> lines;
};

class LogDeletesTest : public ::testing::Test {
 protected:
  LogDeletesTest() {
    open();
    append({{kShop, kStart, "secret one"}, {kShop, kStart + kSecondNs, "plain"}, {kOther, kStart, "secret two"}});
  }
  void open() {
    deletes.reset();
    store.reset();
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    store = std::move(LogStore::open(options, metrics, files, clock).value());
    deletes = std::move(LogDeletes::open(*store, {.directory = "/deletes", .background = false}, files, clock).value());
    router = {};
    add_delete_routes(router, *deletes, clock);
  }
  void append(std::vector<TestRow> rows) { ASSERT_TRUE(store->append(TestBatch(std::move(rows)).batch())); }
  std::vector<std::string> seen() {
    CollectingSink sink;
    query::ScanRequest request;
    request.end_ns = std::numeric_limits<Nanos>::max();
    EXPECT_TRUE(deletes->scan(request, sink));
    return sink.lines;
  }
  http::Response call(const std::string& method, const std::string& parameters) {
    const http::Request request{.method = method, .target = "/loki/api/v1/delete?" + parameters};
    for (const auto& route : router.routes())
      if (route.method == method) return route.handler(request);
    return {};
  }
  void run_after_cancel_period() {
    clock.advance(std::chrono::nanoseconds(kCancelPeriod + 1));
    ASSERT_TRUE(deletes->run_due());
  }

  SimulatedFileSystem files;
  ManualClock clock{kStart + 60 * kSecondNs};
  MetricRegistry metrics;
  std::unique_ptr<LogStore> store;
  std::unique_ptr<LogDeletes> deletes;
  http::Router router;
};

TEST_F(LogDeletesTest, RowsAreHiddenAtOnceAndGoneLater) {
  ASSERT_TRUE(deletes->add(R"({app="shop"} |= "secret")", kStart, kStart + kSecondNs));
  EXPECT_THAT(seen(), UnorderedElementsAre("shop: plain", "other: secret two"));
  EXPECT_THAT(scan(*store), SizeIs(3));
  ASSERT_TRUE(deletes->run_due());
  EXPECT_THAT(scan(*store), SizeIs(3)) << "it can still be taken back";
  run_after_cancel_period();
  EXPECT_THAT(scan(*store), SizeIs(2));
  EXPECT_TRUE(deletes->list()[0].processed);
}

TEST_F(LogDeletesTest, WhatArrivesBeforeARequestIsDoneIsDeletedToo) {
  ASSERT_TRUE(deletes->add(R"({app="shop"})", kStart, kStart + kSecondNs));
  append({{kShop, kStart + 1, "late"}, {kShop, kStart + 2 * kSecondNs, "outside"}});
  EXPECT_THAT(seen(), UnorderedElementsAre("shop: outside", "other: secret two"));
  run_after_cancel_period();
  append({{kShop, kStart + 1, "after"}});
  EXPECT_THAT(seen(), UnorderedElementsAre("shop: outside", "shop: after", "other: secret two"));
}

TEST_F(LogDeletesTest, RequestsOutliveTheProcess) {
  ASSERT_TRUE(deletes->add(R"({app="shop"})", kStart, kStart + kSecondNs));
  open();
  EXPECT_THAT(seen(), ElementsAre("other: secret two"));
  run_after_cancel_period();
  open();
  EXPECT_THAT(seen(), ElementsAre("other: secret two"));
  EXPECT_TRUE(deletes->list()[0].processed);
}

TEST_F(LogDeletesTest, ARequestCanBeTakenBackInTime) {
  const auto id = deletes->add(R"({app="shop"})", kStart, kStart + kSecondNs).value();
  EXPECT_EQ(deletes->cancel("other", false).value(), LogDeletes::Cancelled::kUnknown);
  EXPECT_EQ(deletes->cancel(id, false).value(), LogDeletes::Cancelled::kDone);
  EXPECT_THAT(seen(), SizeIs(3));
  const auto late = deletes->add(R"({app="shop"})", kStart, kStart + kSecondNs).value();
  clock.advance(std::chrono::nanoseconds(kCancelPeriod + 1));
  EXPECT_EQ(deletes->cancel(late, false).value(), LogDeletes::Cancelled::kTooLate);
  EXPECT_EQ(deletes->cancel(late, true).value(), LogDeletes::Cancelled::kDone);
}

TEST_F(LogDeletesTest, TheLargestIntervalOfADeleteByLineIsChecked) {
  const auto refusal = [&](const std::string& interval, const std::string& filter = "%7C%3D%22x%22") {
    return call("POST",
                "query=%7Bapp%3D%22x%22%7D" + filter + "&start=1768640400&end=1768644000&max_interval=" + interval)
        .body;
  };
  for (const auto* interval : {"x", "1ms", "1d", "-5m"})
    EXPECT_EQ(refusal(interval), "invalid max_interval: valid time units are 's', 'm', 'h'\n") << interval;
  EXPECT_EQ(refusal("48h"), "max_interval can't be greater than 24h0m0s\n");
  EXPECT_EQ(refusal("2h"), "max_interval can't be greater than the interval to be deleted (1h0m0s)\n");
  EXPECT_EQ(refusal("30m"), "");
  EXPECT_EQ(refusal("x", ""), "") << "nothing but a selector";
  EXPECT_EQ(refusal("x", "%7Clevel%3D%22x%22").substr(0, 20), "invalid max_interval");
}

TEST_F(LogDeletesTest, AListCanBeOfThoseInAPeriod) {
  ASSERT_TRUE(deletes->add(R"({app="shop"})", kStart, kStart + kSecondNs));
  const auto listed = [&](const std::string& period) { return parse_json(call("GET", period).body)->size(); };
  EXPECT_EQ(listed("start=1768644001&end=1768644002"), 1);
  EXPECT_EQ(listed("start=1768644002&end=1768644003"), 0);
  EXPECT_EQ(listed("start=1768644002"), 1) << "half a period is none";
  EXPECT_EQ(call("GET", "start=x&end=1768644003").status, 400);
}

TEST_F(LogDeletesTest, TheApiIsLokis) {
  EXPECT_EQ(call("POST", "").body, "query not set\n");
  EXPECT_EQ(call("POST", "query=%7Bapp%3D%22x%22%7D").body, "start time not set\n");
  EXPECT_EQ(call("POST", "query=%7Bapp%3D%22x%22%7D&start=1").body,
            "invalid start time: require unix seconds or RFC3339 format\n");
  EXPECT_EQ(call("POST", "query=%7Bapp%3D%22x%22%7D&start=1768644000&end=1999999999").body,
            "deletes in the future are not allowed\n");
  EXPECT_EQ(call("POST", "query=%7Bapp%3D%22x%22%7D&start=1768644001&end=1768644000").body,
            "start time can't be greater than or equal to end time\n");
  for (const auto* query : {"bad", "bad&start=1768644000", "%7Bapp%3D%22x%22", "rate(%7Bapp%3D%22x%22%7D[5m])"})
    EXPECT_EQ(call("POST", "query=" + std::string(query)).body, "invalid query expression\n") << query;
  EXPECT_EQ(call("POST", "query=%7Bapp%3D%22shop%22%7D&start=2026-01-17T10:00:00Z&end=1768644001").status, 204);
  EXPECT_THAT(seen(), ElementsAre("other: secret two"));
  const auto listed = *parse_json(call("GET", "").body);
  ASSERT_EQ(listed.size(), 1);
  EXPECT_EQ(listed[0]["status"], "received");
  EXPECT_EQ(listed[0]["start_time"], 1'768'644'000);
  EXPECT_EQ(listed[0]["query"], "{app=\"shop\"}");
  EXPECT_EQ(call("DELETE", "request_id=no").status, 404);
  EXPECT_EQ(call("DELETE", "request_id=" + listed[0]["request_id"].get<std::string>()).status, 204);
  EXPECT_EQ(call("GET", "").body, "[]");
}

// Counts what it is given without having been told row by row.
class TakingSink final : public query::RowSink {
 public:
  bool takes_batches() const override { return true; }
  bool takes_whole(const query::Stream& stream, Nanos, Nanos, std::uint64_t rows, std::uint64_t) override {
    whole[stream.labels[0].second] += rows;
    return takes_whole_blocks;
  }
  Result<bool> batch(query::RowBatch& batch) override {
    batched[batch.stream().labels[0].second] += batch.size();
    return true;
  }
  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    one_by_one[stream.labels[0].second] += rows.size();
    return true;
  }
  bool takes_whole_blocks = false;
  std::map<std::string, std::uint64_t> whole, batched, one_by_one;
};

TEST_F(LogDeletesTest, ARequestMakesNoQueryOfOtherStreamsSlower) {
  constexpr std::uint64_t kMany = 600;  // streams of few rows a block are handed over row by row
  append(std::vector<TestRow>(kMany, {kOther, kStart, "more"}));
  ASSERT_TRUE(store->seal());
  ASSERT_TRUE(deletes->add("{app=\"shop\"} |= \"secret\"", kStart, kStart + kSecondNs));
  query::ScanRequest request;
  request.end_ns = std::numeric_limits<Nanos>::max();
  TakingSink sink;
  ASSERT_TRUE(deletes->scan(request, sink));
  EXPECT_EQ(sink.batched, (std::map<std::string, std::uint64_t>{{"other", kMany + 1}}));
  EXPECT_EQ(sink.one_by_one, (std::map<std::string, std::uint64_t>{{"shop", 1}}));
  TakingSink taking;
  taking.takes_whole_blocks = true;
  ASSERT_TRUE(deletes->scan(request, taking));
  EXPECT_EQ(taking.whole, (std::map<std::string, std::uint64_t>{{"other", kMany + 1}}));
  EXPECT_EQ(taking.one_by_one, (std::map<std::string, std::uint64_t>{{"shop", 1}}));
}

TEST(DeleteRequests, ReadAsTheyWereWritten) {
  const std::vector<DeleteRequest> requests = {{"a1", "{app=\"x\"}", 1, 2, 3, true}, {"b2", "", -1, 0, 9, false}};
  const auto bytes = encode_deletes(requests);
  EXPECT_EQ(decode_deletes(bytes).value(), requests);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(decode_deletes(damaged)) << i;
    EXPECT_FALSE(decode_deletes(std::string_view(bytes).substr(0, i)));
  }
}

}  // namespace
}  // namespace oc::stores
