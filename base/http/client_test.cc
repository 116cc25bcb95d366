#include "base/http/client.h"

#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "base/http/content_coding.h"
#include "base/http/scripted_server.h"
#include "base/http/test_server.h"

namespace oc::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(Client, ReusesItsConnection) {
  ScriptedServer server({{kOk, kOk, kOk}});
  Client client;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get(server.url("/"))->body, "ok");
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, OpensAgainWhenTheKeptConnectionWasClosed) {
  ScriptedServer server({{kOk}, {kOk}});
  Client client;
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
  const auto second = client.post(server.url("/"), "body", "text/plain");
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->body, "ok");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Client, OpensAgainWhenTheServerHangsUpOnTheSecondRequest) {
  ScriptedServer server({{kOk, ""}, {kOk}});  // reads the second request, then closes without a byte
  Client client;
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Client, DoesNotAskAgainOnceAnAnswerBegan) {
  ScriptedServer server({{kOk, "HTTP/1.1 200 OK\r\nContent-Le"}, {kOk}});
  Client client;
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
  const auto broken = client.get(server.url("/"));
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().retryable());
}

TEST(Client, AFreshConnectionThatBreaksIsAnError) {
  ScriptedServer server({{""}, {kOk}});
  Client client;
  EXPECT_FALSE(client.get(server.url("/")));
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
}

TEST(Client, ReadsChunkedInterimAndUnboundedAnswers) {
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                          "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx",
                          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end"}});
  Client client;
  EXPECT_EQ(client.get(server.url("/"))->body, "abcde");
  EXPECT_EQ(client.get(server.url("/"))->status, 404);
  EXPECT_EQ(client.get(server.url("/"))->body, "until the end");
}

TEST(Client, DecodesCompressedAnswers) {
  const auto body = gzip("unfolded");
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body}});
  EXPECT_EQ(Client().get(server.url("/"))->body, "unfolded");
}

TEST(Client, RefusesAnswersBeyondItsLimit) {
  const auto bomb = gzip(std::string(1 << 20, 'x'));
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')},
                         {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                          std::to_string(bomb.size()) + "\r\n\r\n" + bomb}});
  Client client({.max_response_bytes = 1000});
  EXPECT_THAT(client.get(server.url("/")).error().message, HasSubstr("larger than 1000 bytes"));
  EXPECT_FALSE(client.get(server.url("/")));
}

TEST(Client, SendsItsOwnHeadersWithEveryRequest) {
  ScriptedServer server({{kOk}});
  Client client({.headers = {{"Authorization", "Bearer t"}}});
  Request request{.method = "PUT", .headers = {{"X-Own", "1"}}, .body = "data"};
  EXPECT_TRUE(client.send(server.url("/p?q=1"), std::move(request)));
  EXPECT_THAT(server.received(),
              testing::AllOf(testing::StartsWith("PUT /p?q=1 HTTP/1.1\r\n"), HasSubstr("Authorization: Bearer t\r\n"),
                             HasSubstr("X-Own: 1\r\n"), testing::EndsWith("\r\n\r\ndata")));
}

TEST(Client, AServerThatDoesNotAnswerIsATimeout) {
  ScriptedServer server({{ScriptedServer::kSilence}});
  Client client({.request_timeout = milliseconds(50)});
  const auto response = client.get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_TRUE(response.error().retryable());
  EXPECT_THAT(response.error().message, HasSubstr("timed out"));
}

TEST(Client, NobodyListeningIsARetryableErrorThatNamesThePlace) {
  std::string url;
  {
    url = ScriptedServer({}).url("/");
  }
  const auto response = Client().get(url);
  ASSERT_FALSE(response);
  EXPECT_TRUE(response.error().retryable());
  EXPECT_THAT(response.error().message, testing::AllOf(HasSubstr("127.0.0.1:"), HasSubstr("refused")));
}

TEST(Client, CanBeCancelledFromAnotherThreadAndUsedAgain) {
  ScriptedServer server({{ScriptedServer::kSilence}, {kOk}});
  Client client;
  auto pending = std::async(std::launch::async, [&] { return client.get(server.url("/")); });
  server.wait_for_request();
  client.cancel();
  const auto response = pending.get();
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("cancelled"));
  client.cancel();  // nothing under way: no effect on what follows
  EXPECT_EQ(client.get(server.url("/"))->body, "ok");
}

TEST(Client, SaysWhatItCannotDo) {
  EXPECT_EQ(Client().get("ws://127.0.0.1/").error().text(),
            "ws://127.0.0.1/: ws is not HTTP (use http:// or https://)");
  EXPECT_FALSE(Client().get("ws://127.0.0.1/").error().retryable());
  EXPECT_FALSE(Client().get("no url"));
}

TEST(Client, ResolvesNames) {
  Router router;
  router.get("/", [](const Request&) { return Response::text("here"); });
  const auto server = start(std::move(router));
  EXPECT_EQ(Client().get("http://localhost:" + std::to_string(server->port()) + "/")->body, "here");
}

}  // namespace
}  // namespace oc::http
