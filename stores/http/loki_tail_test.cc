#include "stores/http/loki_tail.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "query/logql/memory_log_reader.h"

namespace oc::stores {
namespace {

constexpr Nanos kTailSecond = 1'000'000'000;
constexpr std::chrono::seconds kPatience{20};

class FakePeer final : public http::WebSocketPeer {
 public:
  void send_text(std::string message) override {
    std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    changed_.notify_all();
  }
  void send_binary(std::string) override {}
  void close(std::string_view reason) override {
    std::lock_guard lock(mutex_);
    closed_ = std::string(reason);
    changed_.notify_all();
  }
  void fail(std::string_view reason) override { close("failed: " + std::string(reason)); }
  std::size_t queued_bytes() const override { return slow.load() ? 1 << 30 : 0; }

  std::string next_message() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return messages_.size() > read_; })) return "none";
    return messages_[read_++];
  }
  std::string reason_of_close() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return closed_.has_value(); });
    return closed_.value_or("open");
  }

  std::atomic<bool> slow = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::size_t read_ = 0;
  std::optional<std::string> closed_;
};

class Tail : public ::testing::Test {
 protected:
  // One session at a time.
  std::shared_ptr<FakePeer> open(const std::string& parameters) {
    auto peer = std::make_shared<FakePeer>();
    sessions_.push_back(std::move(*open_tail_session(service_, {.target = "/loki/api/v1/tail?" + parameters})));
    sessions_.back()->on_open(peer);
    return peer;
  }
  void TearDown() override {
    for (const auto& session : sessions_) session->on_close();
  }
  void add(const std::string& line, Nanos time_ns = 1000 * kTailSecond) { reader_.add({{"app", "a"}}, time_ns, line); }
  static std::string message(const std::string& values) {
    return R"({"streams":[{"stream":{"app":"a"},"values":[)" + values + "]}]}";
  }

  query::MemoryLogReader reader_;
  ManualClock clock_{1010 * kTailSecond};
  std::shared_ptr<Counter> dropped_ = std::make_shared<Counter>();
  std::shared_ptr<TailService> service_ = std::make_shared<TailService>(reader_, clock_, dropped_);
  std::vector<std::unique_ptr<http::WebSocketSession>> sessions_;
};

const std::string kQuery = "query=%7Bapp%3D%22a%22%7D%20%7C%3D%20%22x%22";

TEST_F(Tail, SendsTheNewestStoredEntriesFirstThenEachNewOne) {
  add("x old", 900 * kTailSecond);
  add("x 1", 1001 * kTailSecond);
  add("x 2", 1002 * kTailSecond);
  const auto peer = open(kQuery + "&limit=2");
  EXPECT_EQ(peer->next_message(), message(R"(["1001000000000","x 1"],["1002000000000","x 2"])"));
  add("y filtered out");
  add("x 3", 1003 * kTailSecond);
  EXPECT_EQ(peer->next_message(), message(R"(["1003000000000","x 3"])"));
}

TEST_F(Tail, StartTellsHowFarBackToBegin) {
  add("x old", 900 * kTailSecond);
  add("x new", 1001 * kTailSecond);
  EXPECT_EQ(open(kQuery + "&start=1000")->next_message(), message(R"(["1001000000000","x new"])"));
}

TEST_F(Tail, RowsGoThroughThePipeline) {
  add("x n=1");
  EXPECT_EQ(open(kQuery + "%7Clogfmt")->next_message(),
            R"({"streams":[{"stream":{"app":"a","n":"1"},"values":[["1000000000000","x n=1"]]}]})");
}

TEST_F(Tail, WhatASlowClientMissesIsNamedAndCounted) {
  add("x first");
  const auto peer = open(kQuery);
  EXPECT_EQ(peer->next_message(), message(R"(["1000000000000","x first"])"));
  peer->slow = true;
  const std::string large = "x" + std::string(1 << 20, '.');
  for (int i = 0; i < 6; ++i) add(large);
  peer->slow = false;
  const auto late = Json::parse(peer->next_message());
  EXPECT_EQ(late["streams"][0]["values"].size(), 3U);
  EXPECT_EQ(late["dropped_entries"].size(), 3U);
  EXPECT_EQ(late["dropped_entries"][0]["labels"]["app"], "a");
  EXPECT_EQ(dropped_->value(), 3U);
}

TEST_F(Tail, BadParametersAreAnsweredBeforeThereIsAConnection) {
  const auto refusal = [&](const std::string& parameters) {
    const auto session = open_tail_session(service_, {.target = "/loki/api/v1/tail?" + parameters});
    return session ? "accepted" : fmt::format("{} {}", session.error().status, session.error().body);
  };
  EXPECT_EQ(refusal("query=%7B&limit=z"),
            "400 parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }\n");
  EXPECT_EQ(refusal(kQuery + "&limit=z&start=x"), "400 strconv.Atoi: parsing \"z\": invalid syntax\n");
  EXPECT_EQ(refusal(kQuery + "&start=x&delay_for=9"),
            "400 could not parse 'start' parameter: strconv.ParseInt: parsing \"x\": invalid syntax\n");
  EXPECT_EQ(refusal(kQuery + "&delay_for=6"), "400 delay_for can't be greater than 5\n");
  EXPECT_EQ(refusal(kQuery + "&delay_for=-1"), "400 delay_for value -1 is out of range [0, 4294967295]\n");
  EXPECT_EQ(refusal(kQuery + ";a=b"), "400 invalid semicolon separator in query\n");
  EXPECT_EQ(refusal(kQuery + "&limit=5001"), "accepted");
}

TEST_F(Tail, OnlyLogsCanBeFollowed) {
  EXPECT_EQ(open("query=vector(1)")->reason_of_close(), "failed: only log selector is supported");
}

TEST_F(Tail, ThereAreAtMostTenAtATime) {
  for (int i = 0; i < 10; ++i) open(kQuery);
  EXPECT_EQ(open(kQuery)->reason_of_close(),
            "failed: max concurrent tail requests limit exceeded, count > limit (11 > 10)");
  sessions_.front()->on_close();
  add("x");
  EXPECT_NE(open(kQuery)->next_message(), "none") << "a tail that ended makes room";
}

TEST_F(Tail, ADelayedTailPutsLateRowsIntoTheirOrder) {
  add("x first");
  const auto peer = open(kQuery + "&delay_for=1");
  EXPECT_EQ(peer->next_message(), message(R"(["1000000000000","x first"])"));
  add("x later", 1005 * kTailSecond);
  add("x earlier", 1004 * kTailSecond);
  const auto received = peer->next_message();
  EXPECT_LT(received.find("x earlier"), received.find("x later")) << received;
}

}  // namespace
}  // namespace oc::stores
