#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "base/http/client.h"
#include "base/http/raw_connection.h"
#include "base/http/test_server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;

Router echo_router() {
  Router router;
  router.post("/echo", [](const Request& request) { return Response::text(request.body); });
  router.get("/hello/{name}", [](const Request& request) {
    return Response::text(request.path_parameters.at("name") + " " + request.parameter("q").value_or("-"));
  });
  return router;
}

TEST(Server, AnswersAThousandRequestsOnOneConnection) {
  const auto server = start(echo_router());
  RawConnection connection(server->port());
  for (int i = 0; i < 1000; ++i) {
    const std::string body = "message " + std::to_string(i);
    ASSERT_TRUE(connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body));
    ASSERT_THAT(connection.read_until(body), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(Server, ServesManyClientsAtOnce) {
  const auto server = start(echo_router());
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      Client client;
      for (int i = 0; i < 50; ++i) {
        const auto text = std::to_string(t) + "-" + std::to_string(i);
        const auto response = client.post(url(*server, "/echo"), text, "text/plain");
        right += response && response->status == 200 && response->body == text;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST(Server, HandsOverPathAndQueryParameters) {
  const auto server = start(echo_router());
  EXPECT_EQ(Client().get(url(*server, "/hello/J%C3%B8rn%2F?q=a%20b"))->body, "Jørn/ a b");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const auto server = start(echo_router());
  RawConnection connection(server->port());
  connection.send(
      "GET /hello/one HTTP/1.1\r\nHost: x\r\n\r\nGET /hello/two HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET http://x/hello/three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(connection.read_until("three -"), testing::ContainsRegex("one -(.|\n)*two -(.|\n)*three -"));
  EXPECT_EQ(connection.read_to_end(), "");
}

TEST(Server, AnswersHeadWithLengthButWithoutBody) {
  const auto server = start(echo_router());
  RawConnection connection(server->port());
  connection.send("HEAD /hello/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = connection.read_to_end();
  EXPECT_THAT(answer, testing::AllOf(HasSubstr("Content-Length: 3\r\n"), testing::EndsWith("\r\n\r\n")));
}

TEST(Server, UnknownPathsAndMethodsAreToldApart) {
  const auto server = start(echo_router());
  EXPECT_EQ(Client().get(url(*server, "/nowhere"))->status, 404);
  const auto response = Client().get(url(*server, "/echo"));
  EXPECT_EQ(response->status, 405);
  EXPECT_EQ(response->headers.get("Allow"), "POST");
}

TEST(Server, CompressesLargeAnswersForThoseWhoAskForIt) {
  const auto server = start(echo_router());
  const std::string body(100'000, 'x');
  Client client;
  const auto plain = client.post(url(*server, "/echo"), body, "text/plain");
  EXPECT_EQ(plain->headers.get("Content-Encoding"), std::nullopt);
  const auto zipped = client.post(url(*server, "/echo"), body, "text/plain", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(zipped->headers.get("Content-Encoding"), "gzip");
  for (const auto& response : {*zipped, *plain}) EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(zipped->body, body);
}

TEST(Server, AHandlerThatThrowsIsAnswered500) {
  Router router;
  router.get("/", [](const Request&) -> Response { throw std::runtime_error("secret"); });
  const auto server = start(std::move(router));
  const auto response = Client().get(url(*server, "/"));
  EXPECT_EQ(response->status, 500);
  EXPECT_THAT(response->body, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace oc::http
