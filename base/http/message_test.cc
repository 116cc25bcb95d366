#include "base/http/message.h"

#include <gmock/gmock.h>

#include "base/http/message_head.h"

namespace oc::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Headers, AreFoundWithoutRegardToCaseAndReplaced) {
  Headers headers{{"Content-Type", "a"}};
  headers.set("content-type", "b");
  headers.set("X", "1");
  EXPECT_EQ(headers.get("CONTENT-TYPE"), "b");
  EXPECT_EQ(headers.get("Content"), std::nullopt);
  EXPECT_EQ(headers.all().size(), 2);
}

TEST(Request, ReadsParametersOfTheQuery) {
  const Request request{.target = "/p/a?q=%7Ba%3D%22b%22%7D&limit=5&match[]=x&match%5B%5D=y+z&empty=&flag&&"};
  EXPECT_EQ(request.path(), "/p/a");
  EXPECT_EQ(request.parameter("q"), "{a=\"b\"}");
  EXPECT_THAT(request.parameters("match[]"), ElementsAre("x", "y z"));
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("none"), std::nullopt);
}

TEST(Request, ReadsParametersOfAFormAfterThoseOfTheQuery) {
  Request request{.method = "POST", .target = "/p?a=1", .body = "a=2&b=3"};
  EXPECT_EQ(request.parameter("b"), std::nullopt);
  request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_THAT(request.parameters("a"), ElementsAre("1", "2"));
  EXPECT_EQ(request.parameter("b"), "3");
}

TEST(PercentCoding, DecodesWhatItEncodes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(all), false), all);
  EXPECT_EQ(percent_encode("/var/log/a b.log~"), "%2Fvar%2Flog%2Fa%20b.log~");
}

TEST(PercentCoding, LeavesAStrayPercentAsItIs) {
  EXPECT_EQ(percent_decode("100%", false), "100%");
  EXPECT_EQ(percent_decode("%4", false), "%4");
  EXPECT_EQ(percent_decode("%zz%41", false), "%zzA");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(Url, IsTakenApart) {
  const auto url = Url::parse("http://127.0.0.1:3100/loki/api?x=1#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, 3100);
  EXPECT_EQ(url->target, "/loki/api?x=1");
}

TEST(Url, FillsInPortAndPath) {
  EXPECT_EQ(Url::parse("ws://host")->port, 80);
  EXPECT_EQ(Url::parse("https://host")->port, 443);
  EXPECT_EQ(Url::parse("http://host?q=1")->target, "/?q=1");
  EXPECT_EQ(Url::parse("http://[::1]:80/")->host, "::1");
}

TEST(Url, WhatIsNoUrlIsAnErrorThatSaysWhy) {
  for (const char* text :
       {"", "host:80", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:65536", "http://h:x", "http://[::1",
        "http://[::1]x", "http://u:p@h/", "http://h/a b", "http://h/\r\nX: y"})
    EXPECT_FALSE(Url::parse(text)) << text;
  EXPECT_THAT(Url::parse("http://user:secret@h/").error().text(), testing::Not(HasSubstr("secret")));
}

TEST(Response, AnErrorIsJsonWithANextStep) {
  const auto response = Response::error(404, "no \xff such thing", "look elsewhere");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(parse_json(response.body)->at("next_step"), "look elsewhere");
}

TEST(MessageHead, NoValueCanStartAHeaderOfItsOwn) {
  Response response = Response::text("x");
  response.headers.set("X", "a\r\nSet-Cookie: b");
  EXPECT_THAT(response_head(response, true), HasSubstr("X: a  Set-Cookie: b\r\n"));
}

TEST(MessageHead, ARequestCarriesHostLengthAndDefaults) {
  const Request request{.method = "POST", .headers = {{"A", "own"}}, .body = "xyz"};
  EXPECT_EQ(request_head(request, *Url::parse("http://[::1]:99/p?q"), {{"a", "default"}, {"B", "default"}}),
            "POST /p?q HTTP/1.1\r\nHost: [::1]:99\r\nA: own\r\nB: default\r\nContent-Length: 3\r\n\r\n");
}

}  // namespace
}  // namespace oc::http
