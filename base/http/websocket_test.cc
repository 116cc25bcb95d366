#include "base/http/websocket.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include <gmock/gmock.h>

#include "base/http/client.h"
#include "base/http/raw_connection.h"
#include "base/http/server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;

// What happened on one end, in order; wait_for takes it out again.
class Journal {
 public:
  void add(std::string event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  // The next event; "(nothing)" after 20 s, which only a failure lasts.
  std::string next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !events_.empty(); })) return "(nothing)";
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  // Skips events until one begins like this.
  std::string next_that_starts_with(std::string_view prefix) {
    while (true) {
      auto event = next();
      if (event.starts_with(prefix) || event == "(nothing)") return event;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> events_;
};

class EchoSession final : public WebSocketSession {
 public:
  explicit EchoSession(Journal& journal) : journal_(journal) {}
  ~EchoSession() override { journal_.add("destroyed"); }
  void on_open(std::shared_ptr<WebSocketPeer> peer) override {
    peer_ = std::move(peer);
    journal_.add("open");
  }
  void on_message(std::string_view message, bool binary) override {
    if (message == "throw") throw std::runtime_error("as asked");
    if (message == "close") return peer_->close("as asked");
    if (message == "fail") return peer_->fail("as asked");
    binary ? peer_->send_binary(std::string(message)) : peer_->send_text(std::string(message));
  }
  void on_close() override { journal_.add("close"); }

 private:
  Journal& journal_;
  std::shared_ptr<WebSocketPeer> peer_;
};

class WebSocketTest : public testing::Test {
 protected:
  void start_server(std::uint16_t port = 0) {
    Router router;
    using Session = std::expected<std::unique_ptr<WebSocketSession>, Response>;
    router.websocket("/ws", [this](const Request& request) -> Session {
      if (request.parameter("refuse")) return std::unexpected(Response::text("not so", 403));
      return std::make_unique<EchoSession>(server_journal_);
    });
    Server::Options options;
    options.port = port;
    options.access = AccessPolicy{.token = "t", .group = ""};
    auto server = Server::listen(options, std::move(router));
    ASSERT_TRUE(server) << server.error().text();
    server_ = std::move(*server);
  }
  std::string url(const std::string& target = "/ws") const {
    return "ws://127.0.0.1:" + std::to_string(server_->port()) + target;
  }
  WebSocketClient::Callbacks callbacks() {
    return {.on_open =
                [this](std::shared_ptr<WebSocketPeer> peer) {
                  std::lock_guard lock(mutex_);
                  peer_ = std::move(peer);
                  client_journal_.add("open");
                },
            .on_message =
                [this](std::string_view message, bool binary) {
                  client_journal_.add((binary ? "binary " : "text ") + std::string(message));
                },
            .on_close = [this](const Error& why) { client_journal_.add("close " + why.text()); }};
  }
  std::shared_ptr<WebSocketPeer> peer() {
    std::lock_guard lock(mutex_);
    return peer_;
  }

  Journal server_journal_, client_journal_;
  std::unique_ptr<Server> server_;
  std::mutex mutex_;
  std::shared_ptr<WebSocketPeer> peer_;
};

TEST_F(WebSocketTest, EchoesTextAndBinaryInOrder) {
  start_server();
  const WebSocketClient client({.url = url()}, callbacks());
  ASSERT_EQ(client_journal_.next(), "open");
  for (int i = 0; i < 200; ++i) peer()->send_text(std::to_string(i));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client_journal_.next(), "text " + std::to_string(i));
  const std::string large(3'000'000, '\xff');
  peer()->send_binary(large);
  EXPECT_EQ(client_journal_.next(), "binary " + large);
  EXPECT_EQ(peer()->queued_bytes(), 0);
}

TEST_F(WebSocketTest, TheSessionEndsWithTheClient) {
  start_server();
  {
    const WebSocketClient client({.url = url()}, callbacks());
    ASSERT_EQ(client_journal_.next(), "open");
  }
  EXPECT_EQ(server_journal_.next(), "open");
  EXPECT_EQ(server_journal_.next(), "close");
  EXPECT_EQ(server_journal_.next(), "destroyed");
  peer()->send_text("too late");  // ignored
}

TEST_F(WebSocketTest, TheClientComesBackAfterTheServerRestarted) {
  start_server();
  const auto port = server_->port();
  const WebSocketClient client({.url = url()}, callbacks());
  ASSERT_EQ(client_journal_.next(), "open");
  server_.reset();
  EXPECT_THAT(client_journal_.next(), testing::StartsWith("close "));
  EXPECT_EQ(server_journal_.next(), "open");
  EXPECT_EQ(server_journal_.next(), "close");
  start_server(port);
  ASSERT_EQ(client_journal_.next_that_starts_with("open"), "open");
  peer()->send_text("again");
  EXPECT_EQ(client_journal_.next(), "text again");
}

TEST_F(WebSocketTest, BothEndsMayClose) {
  start_server();
  const WebSocketClient client({.url = url()}, callbacks());
  ASSERT_EQ(client_journal_.next(), "open");
  peer()->send_text("close");
  EXPECT_THAT(client_journal_.next(), HasSubstr("closed by the other end"));
  ASSERT_EQ(client_journal_.next(), "open");  // it comes back
  peer()->close("enough");
  EXPECT_THAT(client_journal_.next(), testing::StartsWith("close "));
  for (const char* event : {"open", "close", "destroyed", "open", "close", "destroyed"})
    EXPECT_EQ(server_journal_.next(), event);
}

TEST_F(WebSocketTest, AHandlerThatThrowsEndsOnlyItsConnection) {
  start_server();
  const WebSocketClient client({.url = url()}, callbacks());
  ASSERT_EQ(client_journal_.next(), "open");
  peer()->send_text("throw");
  EXPECT_THAT(client_journal_.next(), testing::StartsWith("close "));
  ASSERT_EQ(client_journal_.next(), "open");
  peer()->send_text("well");
  EXPECT_EQ(client_journal_.next(), "text well");
}

TEST_F(WebSocketTest, AMessageBeyondTheLimitEndsTheConnection) {
  start_server();
  const WebSocketClient client({.url = url(), .max_message_bytes = 1000}, callbacks());
  ASSERT_EQ(client_journal_.next(), "open");
  peer()->send_text(std::string(1000, 'x'));
  EXPECT_THAT(client_journal_.next(), testing::StartsWith("text xxx"));
  peer()->send_text(std::string(1001, 'x'));
  EXPECT_THAT(client_journal_.next(), testing::StartsWith("close "));
}

TEST_F(WebSocketTest, ARefusalIsToldToTheClient) {
  start_server();
  const WebSocketClient refused({.url = url("/ws?refuse=1")}, callbacks());
  EXPECT_THAT(client_journal_.next(), HasSubstr("refused with 403"));
  EXPECT_EQ(Client().get("http" + url("/ws?refuse=1").substr(2))->body, "not so") << "whoever asks";
  const WebSocketClient unknown({.url = url("/other")}, callbacks());
  EXPECT_THAT(
      client_journal_.next_that_starts_with("close ws://127.0.0.1:" + std::to_string(server_->port()) + "/other"),
      HasSubstr("refused with 404"));
}

TEST_F(WebSocketTest, APlainRequestIsToldToUpgrade) {
  start_server();
  EXPECT_EQ(Client().get("http" + url().substr(2))->status, 426);
}

TEST_F(WebSocketTest, WhatIsNotWebSocketAfterTheHandshakeEndsTheSession) {
  start_server();
  RawConnection connection(server_->port());
  connection.send(
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
      "13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));  // RFC 6455, section 1.3
  connection.send("\x83\x80mask");                                                 // a frame with the reserved opcode 3
  EXPECT_THAT(connection.read_to_end(), testing::StartsWith("\x88\x02\x03\xea"));  // close frame, 1002: protocol error
  connection.close();
  EXPECT_EQ(server_journal_.next(), "open");
  EXPECT_EQ(server_journal_.next(), "close");
}

TEST_F(WebSocketTest, AServerThatCannotGoOnSaysSo) {
  start_server();
  RawConnection connection(server_->port());
  connection.send(
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
      "13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  connection.read_until("\r\n\r\n");
  connection.send(std::string_view("\x81\x84\0\0\0\0fail", 10));
  EXPECT_THAT(connection.read_to_end(), testing::StartsWith("\x88\x0a\x03\xf3"
                                                            "as asked"));  // 1011
}

TEST_F(WebSocketTest, AClientWithoutAServerCanBeDestroyedAtAnyMoment) {
  start_server();
  const auto nowhere = url();
  server_.reset();
  for (int i = 0; i < 20; ++i) WebSocketClient({.url = nowhere}, callbacks());
  const WebSocketClient client({.url = nowhere}, callbacks());
  EXPECT_THAT(client_journal_.next(), HasSubstr("refused"));
}

}  // namespace
}  // namespace oc::http
