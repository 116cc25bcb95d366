#include "stores/http/long_queries.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "query/logql/memory_log_reader.h"
#include "stores/http/loki_api.h"

namespace oc::stores {
namespace {

using namespace std::chrono_literals;

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

constexpr LongQueries::Options kOnePlace = {.under_way = 1, .running = 1, .short_time = 0ns, .turn = 1h};

// Tells when a query waits for a place, by the counter.
struct OnePlace {
  explicit OnePlace(const LongQueries::Options& options = kOnePlace) : queries(options, waited) {}
  void until_waiting(std::uint64_t count) const {
    while (waited->value() < count) std::this_thread::yield();
  }
  std::shared_ptr<Counter> waited = std::make_shared<Counter>();
  LongQueries queries;
};

TEST(LongQueries, ShortOnesNeedNoPlace) {
  OnePlace all({.under_way = 1, .running = 1, .short_time = 1h});
  LongQueries::Turn first(all.queries), second(all.queries);
  first.wait({}, kNever);
  second.wait({}, kNever);
  EXPECT_EQ(all.waited->value(), 0);
}

TEST(LongQueries, ALongOneKeepsItsPlaceUntilItEnds) {
  OnePlace all;
  auto first = std::make_unique<LongQueries::Turn>(all.queries);
  first->wait({}, kNever);
  first->wait({}, kNever);
  std::promise<void> went_on;
  std::jthread other([&] {
    LongQueries::Turn second(all.queries);
    second.wait({}, kNever);
    went_on.set_value();
  });
  all.until_waiting(1);
  auto going_on = went_on.get_future();
  EXPECT_EQ(going_on.wait_for(0s), std::future_status::timeout);
  first.reset();
  going_on.get();
}

TEST(LongQueries, WhoseTurnIsOverLetsTheNextRun) {
  OnePlace all({.under_way = 2, .running = 1, .short_time = 0ns, .turn = 0ns});
  LongQueries::Turn first(all.queries);
  first.wait({}, kNever);
  std::promise<void> ran;
  const std::jthread other([&] {
    LongQueries::Turn second(all.queries);
    second.wait({}, kNever);
    ran.set_value();
  });
  const auto running = ran.get_future();
  const auto patience = std::chrono::steady_clock::now() + 20s;
  while (running.wait_for(0s) != std::future_status::ready && std::chrono::steady_clock::now() < patience)
    first.wait({}, kNever);
  EXPECT_EQ(running.wait_for(0s), std::future_status::ready) << "although the first has not ended";
  EXPECT_EQ(all.waited->value(), 0) << "both are under way";
}

TEST(LongQueries, WhoIsCancelledOrTooLateWaitsNoLongerAndTakesNoPlace) {
  OnePlace all;
  auto first = std::make_unique<LongQueries::Turn>(all.queries);
  first->wait({}, kNever);
  LongQueries::Turn late(all.queries), cancelled(all.queries);
  late.wait({}, std::chrono::steady_clock::now());
  std::stop_source gone;
  gone.request_stop();
  cancelled.wait(gone.get_token(), kNever);
  first.reset();
  LongQueries::Turn next(all.queries);
  next.wait({}, kNever);
  EXPECT_EQ(all.waited->value(), 2) << "the place was free for the next";
}

TEST(Places, AreGivenInTheOrderOfAsking) {
  Places places(1);
  ASSERT_TRUE(places.take({}, kNever));
  EXPECT_FALSE(places.others_wait());
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::jthread> others;
  for (int i = 0; i < 3; ++i) {
    const auto asked = places.asked();
    others.emplace_back([&, i] {
      EXPECT_TRUE(places.take({}, kNever));
      const std::lock_guard lock(mutex);
      order.push_back(i);
      places.give_back();
    });
    while (places.asked() == asked) std::this_thread::yield();
  }
  EXPECT_TRUE(places.others_wait());
  places.give_back();
  others.clear();
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
}

// A scan that waits for the test, once it has its turn.
class SlowReader final : public query::LogReader {
 public:
  Status scan(const query::ScanRequest& request, query::RowSink&) const override {
    OC_TRY(request.interruption.check());
    ++scanning;
    go_on.wait();
    return {};
  }
  Result<std::vector<query::StreamPtr>> streams(std::span<const query::Matcher>, Nanos, Nanos) const override {
    return std::vector<query::StreamPtr>{
        std::make_shared<const query::Stream>(query::Stream{.id = 1, .labels = {{"app", "api"}}})};
  }
  std::unique_ptr<query::TailSubscription> tail(std::vector<query::Matcher>, std::vector<query::LineFilter>,
                                                std::function<void(const query::Stream&, const query::Row&)>) override {
    return nullptr;
  }
  mutable std::atomic<int> scanning = 0;
  std::promise<void> opened;
  std::shared_future<void> go_on = opened.get_future().share();
};

TEST(LongQueries, LabelsAnswerWhileLongQueriesTakeAllPlacesAndOthersWait) {
  SlowReader reader;
  MetricRegistry metrics;
  http::Router router;
  add_loki_routes(router, reader, {.metrics = &metrics, .long_queries = kOnePlace});
  const auto ask = [&](const std::string& target) {
    const http::Request request{.target = "/loki/api/v1/" + target};
    const auto is_asked = [&](const auto& route) { return route.method == "GET" && route.pattern == request.path(); };
    return std::ranges::find_if(router.routes(), is_asked)->handler(request);
  };
  const auto waited = metrics.counter("onecollector_loki_long_queries_waited_total", "");
  std::vector<std::jthread> long_queries;
  for (int i = 0; i < 2; ++i)
    long_queries.emplace_back([&] { EXPECT_EQ(ask("query_range?query=%7Bapp%3D%22api%22%7D").status, 200); });
  while (reader.scanning < 1 || waited->value() < 1) std::this_thread::yield();
  EXPECT_EQ(ask("labels").body, R"({"status":"success","data":["app"]})");
  EXPECT_EQ(reader.scanning, 1) << "the other one waits";
  reader.opened.set_value();
}

}  // namespace
}  // namespace oc::stores
