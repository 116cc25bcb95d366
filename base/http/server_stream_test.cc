// Answers that go on: pieces as they come, back-pressure, and every way in which a stream ends.
#include <atomic>
#include <deque>
#include <semaphore>
#include <thread>

#include <gmock/gmock.h>

#include "base/http/client.h"
#include "base/http/raw_connection.h"
#include "base/http/test_server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;
using testing::Not;

// What a test and its stream share.
struct Feed {
  std::mutex mutex;
  std::deque<std::string> pieces;
  std::function<void()> wake;
  bool ended = false;
  std::atomic<int> asked = 0;
  std::counting_semaphore<> opened{0}, destroyed{0};

  void push(std::string piece) {
    std::lock_guard lock(mutex);
    pieces.push_back(std::move(piece));
    if (wake) wake();
  }
  void end() {
    std::lock_guard lock(mutex);
    ended = true;
    if (wake) wake();
  }
  bool wait_for(std::counting_semaphore<>& what) { return what.try_acquire_for(std::chrono::seconds(20)); }
};

class FeedStream final : public BodyStream {
 public:
  explicit FeedStream(Feed& feed) : feed_(feed) {}
  ~FeedStream() override { feed_.destroyed.release(); }
  void on_open(std::function<void()> wake) override {
    std::lock_guard lock(feed_.mutex);
    feed_.wake = std::move(wake);
    feed_.opened.release();
  }
  std::optional<std::string> next() override {
    ++feed_.asked;
    std::lock_guard lock(feed_.mutex);
    if (feed_.pieces.empty()) return feed_.ended ? std::nullopt : std::optional<std::string>("");
    auto piece = std::move(feed_.pieces.front());
    feed_.pieces.pop_front();
    return piece;
  }
  std::string heartbeat() const override { return ": still here\n\n"; }

 private:
  Feed& feed_;
};

// Has more at any time.
class EndlessStream final : public BodyStream {
 public:
  explicit EndlessStream(std::atomic<int>& asked) : asked_(asked) {}
  void on_open(std::function<void()>) override {}
  std::optional<std::string> next() override {
    ++asked_;
    return std::string(1 << 20, 'x');
  }
  std::string heartbeat() const override { return ""; }

 private:
  std::atomic<int>& asked_;
};

Router feed_router(Feed& feed) {
  Router router;
  router.get("/feed", [&](const Request&) {
    Response response;
    response.stream = std::make_shared<FeedStream>(feed);
    return response;
  });
  router.get("/hello", [](const Request&) { return Response::text("hello"); });
  return router;
}

constexpr std::string_view kGet = "GET /feed HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(ServerStream, PiecesArriveWhenTheyAreThereAsChunks) {
  Feed feed;
  const auto server = start(feed_router(feed));
  RawConnection connection(server->port());
  connection.send(kGet);
  EXPECT_THAT(connection.read_until("\r\n\r\n"),
              testing::AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"), Not(HasSubstr("Content-Length"))));
  feed.push("one");
  EXPECT_EQ(connection.read_until("one\r\n"), "3\r\none\r\n");
  feed.push("a second piece");
  EXPECT_EQ(connection.read_until("piece\r\n"), "e\r\na second piece\r\n");
  feed.end();
  EXPECT_EQ(connection.read_to_end(), "0\r\n\r\n");
  EXPECT_TRUE(feed.wait_for(feed.destroyed));
}

TEST(ServerStream, AnOldClientGetsItWithoutChunks) {
  Feed feed;
  const auto server = start(feed_router(feed));
  RawConnection connection(server->port());
  feed.push("one");
  feed.end();
  connection.send("GET /feed HTTP/1.0\r\n\r\n");
  EXPECT_THAT(connection.read_to_end(), testing::AllOf(testing::EndsWith("\r\n\r\none"), Not(HasSubstr("chunked"))));
}

TEST(ServerStream, HeadIsAnsweredWithoutOpeningIt) {
  Feed feed;
  const auto server = start(feed_router(feed));
  RawConnection connection(server->port());
  connection.send("HEAD /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(connection.read_to_end(), testing::EndsWith("\r\n\r\n"));
  EXPECT_EQ(feed.asked, 0);
}

TEST(ServerStream, APeerThatDoesNotReadIsNotSentMore) {
  std::atomic<int> asked = 0;
  Router router;
  router.get("/feed", [&](const Request&) {
    Response response;
    response.stream = std::make_shared<EndlessStream>(asked);
    return response;
  });
  const auto server = start(std::move(router));
  RawConnection connection(server->port());
  connection.send(kGet);
  connection.read_until("\r\n\r\n");
  // It stands still once the sockets' buffers are full: as long as it does not, this goes on.
  int before = -1;
  while (before != asked) {
    before = asked;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(asked, 64);
}

TEST(ServerStream, APeerThatHangsUpEndsIt) {
  Feed feed;
  const auto server = start(feed_router(feed));
  {
    RawConnection connection(server->port());
    connection.send(kGet);
    EXPECT_TRUE(feed.wait_for(feed.opened));
  }
  EXPECT_TRUE(feed.wait_for(feed.destroyed));
  feed.push("into the void");
}

TEST(ServerStream, StoppingTheServerEndsItInOrder) {
  Feed feed;
  const auto server = start(feed_router(feed));
  RawConnection connection(server->port());
  connection.send(kGet);
  EXPECT_TRUE(feed.wait_for(feed.opened));
  server->stop();
  EXPECT_THAT(connection.read_to_end(), testing::EndsWith("\r\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(feed.wait_for(feed.destroyed));
  feed.push("too late");
}

TEST(ServerStream, StoppingDoesNotWaitForAPeerThatDoesNotRead) {
  std::atomic<int> asked = 0;
  Router router;
  router.get("/feed", [&](const Request&) {
    Response response;
    response.stream = std::make_shared<EndlessStream>(asked);
    return response;
  });
  const auto server = start(std::move(router));
  RawConnection connection(server->port());
  connection.send(kGet);
  connection.read_until("\r\n\r\n");
  server->stop();
  SUCCEED() << "and did not hang";
}

TEST(ServerStream, OpenStreamsHoldNoWorkThread) {
  Feed feed;
  auto options = open_options();
  options.work_threads = 1;
  const auto server = start(feed_router(feed), options);
  std::vector<std::unique_ptr<RawConnection>> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(std::make_unique<RawConnection>(server->port()));
    open.back()->send(kGet);
    ASSERT_TRUE(feed.wait_for(feed.opened));
  }
  EXPECT_EQ(Client().get(url(*server, "/hello"))->body, "hello");
}

TEST(ServerStream, TheirNumberIsBounded) {
  Feed feed;
  auto options = open_options();
  options.max_streams = 1;
  const auto server = start(feed_router(feed), options);
  auto first = std::make_unique<RawConnection>(server->port());
  first->send(kGet);
  ASSERT_TRUE(feed.wait_for(feed.opened));
  const auto second = Client().get(url(*server, "/feed"));
  EXPECT_EQ(second->status, 503);
  EXPECT_TRUE(second->headers.get("Retry-After"));
  EXPECT_TRUE(feed.wait_for(feed.destroyed)) << "the refused one";
  first.reset();
  EXPECT_TRUE(feed.wait_for(feed.destroyed));
}

TEST(ServerStream, SilenceIsFilledWithHeartbeats) {
  Feed feed;
  auto options = open_options();
  options.heartbeat = std::chrono::milliseconds(10);
  const auto server = start(feed_router(feed), options);
  RawConnection connection(server->port());
  connection.send(kGet);
  connection.read_until(": still here\n\n");
  EXPECT_THAT(connection.read_until(": still here\n\n"), HasSubstr("e\r\n: still here"));
}

TEST(ClientStream, PiecesAreHandedOverUntilTheEnd) {
  Feed feed;
  const auto server = start(feed_router(feed));
  feed.push("one ");
  std::string text;
  const auto response = Client().stream(url(*server, "/feed"), {}, [&](std::string_view piece) {
    text += piece;
    if (text == "one ") feed.push("two");
    if (text == "one two") feed.end();
    return true;
  });
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(text, "one two");
}

TEST(ClientStream, WhoListensMayEndIt) {
  Feed feed;
  const auto server = start(feed_router(feed));
  feed.push("one");
  EXPECT_TRUE(Client().stream(url(*server, "/feed"), {}, [](std::string_view) { return false; }));
  EXPECT_TRUE(feed.wait_for(feed.destroyed));
}

TEST(ClientStream, AnythingButAGoodAnswerIsAResponse) {
  Feed feed;
  const auto server = start(feed_router(feed));
  const auto response = Client().stream(url(*server, "/nowhere"), {}, [](std::string_view) { return true; });
  EXPECT_EQ(response->status, 404);
  EXPECT_THAT(response->body, HasSubstr("does not exist"));
}

TEST(ClientStream, CancellingEndsASilentOne) {
  Feed feed;
  const auto server = start(feed_router(feed));
  Client client;
  std::jthread canceller([&] {
    feed.wait_for(feed.opened);
    client.cancel();
  });
  EXPECT_FALSE(client.stream(url(*server, "/feed"), {}, [](std::string_view) { return true; }));
}

}  // namespace
}  // namespace oc::http
