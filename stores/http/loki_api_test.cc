#include "stores/http/loki_api.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/json.h"
#include "query/logql/limits.h"
#include "query/logql/memory_log_reader.h"

namespace oc::stores {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

// A row of the tables below: a request and the body it must give (without its stats).
struct Case {
  std::string target;
  std::string body;
  int status = 200;
};

class LokiApi : public ::testing::Test {
 protected:
  LokiApi() {
    reader_.add({{"app", "api"}, {"env", "prod"}}, 1000 * kSecond, R"({"level":"info"})");
    reader_.add({{"app", "api"}, {"env", "prod"}}, 1001 * kSecond, "bad \xFF\" byte", {{"trace_id", "t1"}});
    reader_.add({{"app", "db"}}, 1002 * kSecond, "level=warn");
    add_loki_routes(router_, reader_, {.clock = &clock_, .metrics = &metrics_});
  }

  http::Response send(http::Request request) {
    const std::string path(request.path());
    for (const auto& route : router_.routes()) {
      if (!route.handler || route.method != request.method) continue;
      const auto name = route.pattern.find("{name}");
      if (route.pattern == path) return route.handler(request);
      if (name == std::string::npos || !path.starts_with(route.pattern.substr(0, name)) || !path.ends_with("/values")) {
        continue;
      }
      request.path_parameters["name"] = path.substr(name, path.size() - name - std::string("/values").size());
      return route.handler(request);
    }
    return http::Response::text("no route", 404);
  }

  static std::string without_stats(const std::string& body) {
    auto json = Json::parse(body, nullptr, false);
    if (json.is_discarded() || !json.contains("data") || !json["data"].is_object()) return body;
    EXPECT_TRUE(json["data"]["stats"]["summary"].contains("totalLinesProcessed")) << body;
    json["data"].erase("stats");
    return json.dump();
  }

  void check(const Case& wanted) {
    const auto response = send({.target = "/loki/api/v1/" + wanted.target});
    EXPECT_EQ(response.status, wanted.status) << wanted.target;
    EXPECT_EQ(without_stats(response.body), wanted.body) << wanted.target;
  }

  query::MemoryLogReader reader_;
  ManualClock clock_{1010 * kSecond};
  MetricRegistry metrics_;
  http::Router router_;
};

TEST_F(LokiApi, QueryRangeAnswersStreams) {
  check({"query_range?query=%7Bapp%3D%22db%22%7D&start=1000&end=1010",
         R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"db"},"values":)"
         R"([["1002000000000","level=warn"]]}]}})"});
  check(
      {"query_range?query=%7Bapp%3D%22db%22%7D%7Clogfmt",
       R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"db","level":"warn"},"values":)"
       R"([["1002000000000","level=warn"]]}]}})"});
}

TEST_F(LokiApi, BytesThatAreNotUtf8AreReplaced) {
  check(
      {"query_range?query=%7Bapp%3D%22api%22%7D%7C%3D%22bad%22",
       "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{\"app\":\"api\",\"env\":"
       "\"prod\",\"trace_id\":\"t1\"},\"values\":[[\"1001000000000\",\"bad \xEF\xBF\xBD\\\" byte\"]]}]}}"});
}

TEST_F(LokiApi, CategorisedLabelsAreToldApart) {
  http::Request request{.target =
                            "/loki/api/v1/query_range?limit=2&query=%7Bapp%3D%22api%22%7D%7Cjson%20l%3D%22level%22"};
  request.headers.set("X-Loki-Response-Encoding-Flags", "categorize-labels");
  EXPECT_EQ(
      without_stats(send(request).body),
      "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"encodingFlags\":[\"categorize-labels\"],"
      "\"result\":[{\"stream\":{\"app\":\"api\",\"env\":\"prod\"},\"values\":[[\"1001000000000\",\"bad "
      "\xEF\xBF\xBD\\\" byte\",{\"structuredMetadata\":{\"trace_id\":\"t1\"},\"parsed\":{\"__error__\":"
      "\"JSONParserErr\"}}],[\"1000000000000\",\"{\\\"level\\\":\\\"info\\\"}\",{\"parsed\":{\"l\":\"info\"}}]]}]}}");
}

TEST_F(LokiApi, AllEncodingFlagsAreToldBackButOnlyAnExactOneCategorises) {
  const auto with_flags = [&](const std::string& flags) {
    http::Request request{.target = "/loki/api/v1/query_range?query=%7Bapp%3D%22db%22%7D%7Clogfmt"};
    request.headers.set("X-Loki-Response-Encoding-Flags", flags);
    return Json::parse(send(request).body)["data"];
  };
  EXPECT_EQ(with_flags("x,categorize-labels,x")["encodingFlags"], Json({"x", "categorize-labels"}));
  EXPECT_FALSE(with_flags("x,categorize-labels")["result"][0]["stream"].contains("level"));
  for (const char* unknown : {"xcategorize-labels", " categorize-labels", "categorize-labels;x"}) {
    EXPECT_EQ(with_flags(unknown)["encodingFlags"], Json::array({unknown}));
    EXPECT_TRUE(with_flags(unknown)["result"][0]["stream"].contains("level")) << unknown;
  }
}

TEST_F(LokiApi, MetricQueriesAnswerMatrixVectorAndScalar) {
  check({"query?query=vector(1)%2Bvector(1)&time=4000000000",
         R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[4000000000,"2"]}]}})"});
  check({"query?query=7%2F2&time=1000.5",
         R"({"status":"success","data":{"resultType":"scalar","result":[1000.5,"3.5"]}})"});
  check(
      {"query_range?query=sum(count_over_time(%7Benv%3D%22prod%22%7D%5B5s%5D))&start=1000&end=1010&step=5",
       R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1000,"1"],[1005,"1"]]}]}})"});
}

TEST_F(LokiApi, ErrorsArePlainTextWithLokisStatusAndWords) {
  const auto range = [](const std::string& rest) { return "query_range?query=%7Bapp%3D%22db%22%7D&" + rest; };
  check({"query_range", "parse error : syntax error: unexpected $end\n", 400});
  check({"query?query=%7Bapp%3D%22db%22%7D",
         "log queries are not supported as an instant query type, please change your query to a range query type\n",
         400});
  check({range("direction=sideways"), "invalid direction 'sideways'\n", 400});
  check({range("limit=0"), "limit must be a positive value\n", 400});
  check({range("limit=abc"), "strconv.Atoi: parsing \"abc\": invalid syntax\n", 400});
  check({range("start=yesterday"),
         "could not parse 'start' parameter: strconv.ParseInt: parsing \"yesterday\": invalid syntax\n", 400});
  check({range("start=20&end=10"), "end timestamp must not be before or equal to start time\n", 400});
  check({range("step=0"), "zero or negative query resolution step widths are not accepted. Try a positive integer\n",
         400});
  check({range("step=0.5h"), "cannot parse \"0.5h\" to a valid duration\n", 400});
  check({"labels?query=%7Bapp%3D%22db%22%7D%7C%3D%22x%22", "only label matchers are supported\n", 400});
  EXPECT_EQ(send({.target = "/loki/api/v1/query_range"}).headers.get("X-Content-Type-Options"), "nosniff");
}

TEST_F(LokiApi, LabelsAndValuesCoverTheDaysAskedForSeriesTheTimes) {
  check({"labels", R"({"status":"success","data":["app","env"]})"});
  check({"label", R"({"status":"success","data":["app","env"]})"});
  check({"label/app/values", R"({"status":"success","data":["api","db"]})"});
  check({"label/app/values?query=%7Benv%3D%22prod%22%7D", R"({"status":"success","data":["api"]})"});
  check({"label/nosuch/values", R"({"status":"success"})"});
  check({"labels?start=1&end=10", R"({"status":"success","data":["app","env"]})"});
  check({"labels?start=1&end=10&query=%7Bapp%3D%22db%22%7D", R"({"status":"success","data":["app"]})"});
  check({"labels?start=100001&end=100010", R"({"status":"success"})"});
  check({"label/app/values?start=1&end=10", R"({"status":"success","data":["api","db"]})"});
  check({"label/app/values?start=100001&end=100010", R"({"status":"success"})"});
  check({"detected_labels?start=100001&end=100010", "{}"});
  check({"detected_labels?start=1&end=10&query=%7Bapp%3D%22db%22%7D",
         R"({"detectedLabels":[{"label":"app","cardinality":1}]})"});
  check({"series?start=1&end=10", R"({"status":"success","data":[]})"});
  check({"series?match%5B%5D=%7Bapp%3D%22db%22%7D&match=%7Benv%3D%22prod%22%7D",
         R"({"status":"success","data":[{"app":"api","env":"prod"},{"app":"db"}]})"});
}

TEST_F(LokiApi, QueryStringsThatGoRefusesAreRefused) {
  for (const char* path : {"query_range?", "labels?", "index/stats?", "detected_fields?"}) {
    check({path + std::string("query=a;limit=1&x=%zz"), "invalid semicolon separator in query\n", 400});
    check({path + std::string("query=%zz&x=%1"), "invalid URL escape \"%zz\"\n", 400});
    check({path + std::string("limit=1&x%=1"), "invalid URL escape \"%\"\n", 400});
  }
  http::Request form{.method = "POST", .target = "/loki/api/v1/labels"};
  form.headers.set("Content-Type", "application/x-www-form-urlencoded");
  form.body = "query=%4&x=1";
  EXPECT_EQ(send(form).body, "invalid URL escape \"%4\"\n");
}

TEST_F(LokiApi, SeriesWithoutMatchersAreAllAloneOnly) {
  const std::string all = R"({"status":"success","data":[{"app":"api","env":"prod"},{"app":"db"}]})";
  for (const char* rest : {"", "match=%7B%7D", "match%5B%5D=%7B%20%7D", "match=%7B%7D&match%5B%5D=%7B%7D"})
    check({std::string("series?") + rest, all});
  check({"series?match=%7B%20%7D&match=%7Bapp%3D%22db%22%7D", "0 matchers in group: { }\n", 400});
  check({"series?match%5B%5D=", "parse error : syntax error: unexpected $end\n", 400});
  check({"series?match=%7B%7D%20%7C%3D%20%22x%22", "only label matchers are supported\n", 400});
  EXPECT_TRUE(send({.target = "/loki/api/v1/series?match=%7Bapp!%3D%22db%22%7D"})
                  .body.starts_with("parse error : queries require at least one"));
}

TEST_F(LokiApi, ListingsRefuseTimesAsLokiDoes) {
  for (const std::string path : {"labels?", "label/app/values?", "series?match%5B%5D=%7Bapp%3D%22db%22%7D&"}) {
    check({path + "start=20&end=10", "this data is no longer available, it is past now - max_query_lookback (0s)\n",
           400});
    check({path + "start=1&end=-9223372036854775807",
           "this data is no longer available, it is past now - max_query_lookback (0s)\n", 400});
    check({path + "start=1&end=3000000",
           "the query time range exceeds the limit (query length: 833h19m59s, limit: 30d1h)\n", 400});
    check({path + "start=-9223372036854775807&end=9223372036854775807",
           "the query time range exceeds the limit (query length: 2562047h47m16.854775807s, limit: 30d1h)\n", 400});
  }
}

TEST_F(LokiApi, TheFirstQueryApiIsAnsweredInItsOwnForm) {
  const auto old = [&](const std::string& rest) { return send({.target = "/api/prom/" + rest}).body; };
  EXPECT_EQ(old("query?query=%7Bapp%3D%22db%22%7D&regexp=w.rn"),
            R"({"streams":[{"labels":"{app=\"db\"}","entries":[{"ts":"1970-01-01T00:16:42Z","line":"level=warn"}]}],)"
            R"("stats":{}})");
  EXPECT_EQ(old("query?query=%7Bapp%3D%22db%22%7D&regexp=nosuch"), R"({"streams":[],"stats":{}})");
  EXPECT_EQ(old("query?query=vector(1)"),
            "rpc error: code = Code(400) desc = legacy endpoints only support streams result type\n");
  EXPECT_EQ(old("label"), R"({"status":"success","data":["app","env"]})");
  EXPECT_EQ(old("label/app/values"), R"({"status":"success","data":["api","db"]})");
  EXPECT_EQ(old("series?match=%7Bapp%3D%22db%22%7D"), R"({"status":"success","data":[{"app":"db"}]})");
}

TEST_F(LokiApi, ThereAreNoRules) {
  EXPECT_EQ(send({.target = "/prometheus/api/v1/rules"}).body,
            R"({"status":"success","data":{"groups":[]},"errorType":"","error":""})");
  EXPECT_EQ(send({.target = "/prometheus/api/v1/alerts"}).body,
            R"({"status":"success","data":{"alerts":[]},"errorType":"","error":""})");
  for (const char* path : {"/loki/api/v1/rules", "/api/prom/rules"}) {
    const auto response = send({.target = path});
    EXPECT_EQ(response.body, "no rule groups found\n") << path;
    EXPECT_EQ(response.status, 404) << path;
  }
}

TEST_F(LokiApi, APostedFormIsTheSameQuery) {
  http::Request request{.method = "POST", .target = "/loki/api/v1/label/app/values"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = "query=%7Benv%3D%22prod%22%7D";
  EXPECT_EQ(send(request).body, R"({"status":"success","data":["api"]})");
}

TEST_F(LokiApi, ClientsLearnThatItIsReadyAndWhichApiItSpeaks) {
  EXPECT_EQ(send({.target = "/ready"}).body, "ready\n");
  EXPECT_TRUE(Json::parse(send({.target = "/loki/api/v1/status/buildinfo"}).body).contains("version"));
}

TEST_F(LokiApi, AQueryThatWaitedTooLongIsToldSo) {
  for (const char* target :
       {"query_range?query=%7Bapp%3D%22api%22%7D", "query?query=count_over_time(%7Bapp%3D%22api%22%7D%5B1h%5D)",
        "index/stats?query=%7Bapp%3D%22api%22%7D", "patterns?query=%7Bapp%3D%22api%22%7D",
        "detected_fields?query=%7Bapp%3D%22api%22%7D"}) {
    http::Request request{.target = std::string("/loki/api/v1/") + target};
    request.arrived -= query::kMaxQueryTime;
    const auto response = send(std::move(request));
    EXPECT_EQ(response.status, 504) << target;
    EXPECT_TRUE(response.body.starts_with("Request timed out")) << target << response.body;
  }
}

TEST_F(LokiApi, QueriesAreCountedByTheirOutcome) {
  send({.target = "/loki/api/v1/labels"});
  send({.target = "/loki/api/v1/query"});
  const auto text = metrics_.prometheus_text();
  EXPECT_NE(text.find("onecollector_loki_queries_total{result=\"success\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("onecollector_loki_queries_total{result=\"refused\"} 1"), std::string::npos) << text;
}

}  // namespace
}  // namespace oc::stores
