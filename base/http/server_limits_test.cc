// What comes in wrong, too large or too much is refused with the right status, and the server goes on.
#include <gmock/gmock.h>
#include <zstd.h>

#include "base/http/client.h"
#include "base/http/content_coding.h"
#include "base/http/raw_connection.h"
#include "base/http/test_server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServerLimitsTest : public testing::Test {
 protected:
  static std::unique_ptr<Server> start_limited() {
    auto options = open_options();
    options.max_body_bytes = 100'000;
    options.max_connections = 3;
    options.max_unsent_bytes = 30'000'000;
    Router router;
    router.get("/large", [](const Request&) { return Response::text(std::string(20'000'000, 'x')); });
    router.post("/size", [](const Request& request) { return Response::text(std::to_string(request.body.size())); });
    return start(std::move(router), std::move(options));
  }
  ~ServerLimitsTest() override {
    EXPECT_EQ(Client().post(url_, "four", "text/plain")->body, "4") << "the server does not go on";
  }
  // All that is answered to these bytes until the server closes.
  std::string answer_to(std::string_view bytes) {
    RawConnection connection(server_->port());
    connection.send(bytes);
    return connection.read_to_end();
  }
  Response post(std::string body, const std::string& coding) {
    auto response = Client().post(url_, std::move(body), "text/plain", {{"Content-Encoding", coding}});
    EXPECT_TRUE(response) << response.error().text();
    return response ? *response : Response{.status = 0};
  }
  const std::unique_ptr<Server> server_ = start_limited();
  const std::string url_ = url(*server_, "/size");
};

TEST_F(ServerLimitsTest, MalformedRequestsAreAnswered400) {
  for (const char* text :
       {"nonsense\r\n\r\n", "GET /size\r\n\r\n", "GET /size HTTP/9.9\r\n\r\n",
        "GET /size HTTP/1.1\r\nbad header\r\n\r\n", "POST /size HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /size HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /size HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /size HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n"})
    EXPECT_THAT(answer_to(text), StartsWith("HTTP/1.1 400 ")) << text;
}

TEST_F(ServerLimitsTest, HeadersBeyond64KiBAreAnswered431) {
  EXPECT_THAT(answer_to("GET /size HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerLimitsTest, ABodyBeyondTheLimitIsAnswered413) {
  EXPECT_EQ(post(std::string(100'001, 'x'), "identity").status, 413);
  EXPECT_EQ(post(std::string(5'000'000, 'x'), "identity").status, 413);
  EXPECT_EQ(post(std::string(100'000, 'x'), "identity").body, "100000");
}

TEST_F(ServerLimitsTest, AChunkedBodyBeyondTheLimitIsAnswered413) {
  std::string chunks;
  for (int i = 0; i < 11; ++i) chunks += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  EXPECT_THAT(answer_to("POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerLimitsTest, AZipBombIsAnswered413) {
  const std::string zeros(50 << 20, '\0');
  EXPECT_EQ(post(gzip(zeros), "gzip").status, 413);
  std::string bomb(ZSTD_compressBound(zeros.size()), '\0');
  bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 1));
  EXPECT_EQ(post(bomb, "zstd").status, 413);
}

TEST_F(ServerLimitsTest, CompressedBodiesReachTheHandlerDecoded) {
  EXPECT_EQ(post(gzip(std::string(5000, 'x')), "gzip").body, "5000");
  EXPECT_EQ(post("raw snappy bytes", "snappy").body, "16");
}

TEST_F(ServerLimitsTest, UnknownCodingsAreAnswered415AndBrokenOnes400) {
  EXPECT_EQ(post("x", "br").status, 415);
  EXPECT_EQ(post("not gzip", "gzip").status, 400);
}

TEST_F(ServerLimitsTest, AWaitingSenderIsToldToContinue) {
  RawConnection connection(server_->port());
  connection.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("12345");
  EXPECT_THAT(connection.read_until("\r\n\r\n5"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerLimitsTest, AWaitingSenderIsRefusedBeforeItSendsTheBody) {
  EXPECT_THAT(answer_to("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
              StartsWith("HTTP/1.1 404 "));
}

TEST_F(ServerLimitsTest, BeyondTheCapTheConnectionThatIsIdleLongestGivesWay) {
  RawConnection first(server_->port()), second(server_->port()), third(server_->port());
  for (auto* connection : {&first, &second, &third}) {
    connection->send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_THAT(connection->read_until("\r\n\r\n1"), HasSubstr("200 OK"));
  }
  EXPECT_THAT(answer_to("POST /size HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"),
              HasSubstr("200 OK"));
  EXPECT_EQ(first.read_to_end(), "");
  second.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nxx");
  EXPECT_THAT(second.read_until("\r\n\r\n2"), HasSubstr("200 OK"));
}

TEST_F(ServerLimitsTest, BeyondTheCapAConnectionIsClosedAtOnceWhereNoneIsIdle) {
  std::vector<std::unique_ptr<RawConnection>> busy;
  for (int i = 0; i < 3; ++i) {
    busy.push_back(std::make_unique<RawConnection>(server_->port()));
    busy.back()->send("POST /size HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nx");
    EXPECT_THAT(busy.back()->read_until("\r\n\r\n"), HasSubstr("100 Continue"));
  }
  EXPECT_EQ(answer_to("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"), "");
  busy.clear();
  // The server notices the hang-up in its own time.
  while (answer_to("POST /size HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx").empty()) {
  }
}

TEST_F(ServerLimitsTest, AnswersThatNobodyReadsTakeNoMoreThanTheirLimit) {
  constexpr std::string_view kQuestion = "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  {
    RawConnection slow(server_->port());
    slow.send(kQuestion);
    EXPECT_THAT(slow.read_until("\r\n\r\n"), HasSubstr("200 OK"));
    EXPECT_THAT(answer_to(kQuestion), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(Client().post(url_, "four", "text/plain")->body, "4");
  }
  while (!answer_to(kQuestion).starts_with("HTTP/1.1 200 ")) {
  }
}

TEST_F(ServerLimitsTest, ARequestCutOffInTheMiddleHarmsNobody) {
  for (const char* text : {"", "POST /si", "POST /size HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"}) {
    RawConnection connection(server_->port());
    connection.send(text);
    connection.shutdown_send();
    EXPECT_EQ(connection.read_to_end(), "") << text;
  }
}

}  // namespace
}  // namespace oc::http
