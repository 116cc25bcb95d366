// What Grafana's Explore and Logs Drilldown ask beside queries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/logql/memory_log_reader.h"
#include "stores/http/detected_fields.h"
#include "stores/http/detected_labels.h"
#include "stores/http/field_types.h"
#include "stores/http/line_fields.h"
#include "stores/http/loki_limits.h"
#include "stores/http/loki_refusals.h"
#include "stores/http/patterns.h"
#include "stores/http/volume.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Nanos kExploreSecond = 1'000'000'000;
constexpr std::string_view kTimes = "&start=1000&end=1100";

using Answer = Result<std::string> (*)(const query::LogReader&, const http::Request&, Nanos);

class Explore : public ::testing::Test {
 protected:
  Explore() {
    reader_.add({{"app", "api"}, {"env", "prod"}}, 1000 * kExploreSecond,
                R"({"request":{"method":"GET"},"ms":12,"ok":true})", {{"detected_level", "info"}});
    reader_.add({{"app", "api"}, {"env", "prod"}}, 1050 * kExploreSecond, R"({"request":{"method":"PUT"},"ms":1.5})",
                {{"detected_level", "info"}});
    reader_.add({{"app", "db"}, {"env", "prod"}, {"id", "42"}}, 1070 * kExploreSecond,
                "took=5ms env=inner size=4200KiB", {{"detected_level", "warn"}});
  }
  std::string ask(Answer answer, const std::string& query, const std::string& rest = {}, const std::string& name = {}) {
    http::Request request{.target = "/x?query=" + http::percent_encode(query) + std::string(kTimes) + rest};
    request.path_parameters["name"] = name;
    const auto body = answer(reader_, request, 1100 * kExploreSecond);
    return body ? *body : body.error().message;
  }
  query::MemoryLogReader reader_;
};

TEST_F(Explore, StatsCountWhatIsInTheRange) {
  EXPECT_EQ(ask(answer_index_stats, "{env=\"prod\"}"), R"({"streams":2,"chunks":2,"bytes":126,"entries":3})");
  EXPECT_EQ(ask(answer_index_stats, "{app=\"no\"}"), R"({"streams":0,"chunks":0,"bytes":0,"entries":0})");
  EXPECT_EQ(ask(answer_index_stats, "{app=\"db\"} |= \"x\""), "only label matchers are supported");
}

TEST_F(Explore, StatsAndVolumesLookAtAllParametersOfTheQueriesTheyAreFor) {
  for (const Answer range : {answer_index_stats, answer_volume_range}) {
    EXPECT_EQ(ask(range, "bad", "&limit=z&direction=x"), "strconv.Atoi: parsing \"z\": invalid syntax");
    EXPECT_EQ(ask(range, "bad", "&direction=x&interval=-1"), "invalid direction 'x'");
    EXPECT_EQ(ask(range, "bad", "&interval=-1"), "interval must be >= 0");
  }
  EXPECT_EQ(ask(answer_index_stats, "bad", "&limit=0"), "limit must be a positive value");
  EXPECT_EQ(ask(answer_volume, "bad", "&time=s&aggregateBy=x"), "strconv.ParseInt: parsing \"s\": invalid syntax");
  EXPECT_EQ(ask(answer_volume, "bad", "&direction=x&aggregateBy=x"), "invalid direction 'x'");
}

TEST_F(Explore, StatsVolumesAndLabelsLookAtAMonthAtMost) {
  const auto refusal_of = [&](Answer answer, const std::string& end) {
    return answer(reader_, {.target = "/x?query=bad&start=1000000000000&end=" + end}, 0).error().message;
  };
  for (const Answer answer : {answer_index_stats, answer_volume, answer_detected_labels})
    EXPECT_EQ(refusal_of(answer, "2596601000000000"),
              "the query time range exceeds the limit (query length: 721h0m1s, limit: 30d1h)");
  const std::string beyond_by_less_than_a_millisecond = "2596600000400000";
  EXPECT_THAT(refusal_of(answer_index_stats, beyond_by_less_than_a_millisecond),
              HasSubstr("query length: 721h0m0.001s"));
  EXPECT_THAT(refusal_of(answer_detected_labels, beyond_by_less_than_a_millisecond), HasSubstr("parse error"));
  EXPECT_THAT(refusal_of(answer_volume, "2596600999000000"), HasSubstr("parse error"))
      << "volumes are of whole seconds";
}

TEST_F(Explore, VolumesAreOfTheLabelsThatAreAskedFor) {
  const auto vector_of = [](const std::string& series) {
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + R"(],"stats":{}}})";
  };
  EXPECT_EQ(ask(answer_volume, "{env=\"prod\"}"), vector_of(R"({"metric":{"env":"prod"},"value":[1100,"126"]})"));
  EXPECT_EQ(ask(answer_volume, "{env=\"prod\"}", "&targetLabels=app&limit=1"),
            vector_of(R"({"metric":{"app":"api"},"value":[1100,"91"]})"));
  EXPECT_EQ(ask(answer_volume, "{env=\"prod\"}", "&targetLabels=id"),
            vector_of(R"({"metric":{"id":"42"},"value":[1100,"35"]})"));
  EXPECT_EQ(ask(answer_volume, "{app=\"db\"}", "&aggregateBy=labels"),
            vector_of(R"({"metric":{"app":""},"value":[1100,"35"]},{"metric":{"env":""},"value":[1100,"35"]},)"
                      R"({"metric":{"id":""},"value":[1100,"35"]})"));
  EXPECT_EQ(ask(answer_volume, "{app=\"db\"}", "&aggregateBy=x"), "invalid aggregation option");
  EXPECT_EQ(ask(answer_volume, "{env=\"prod\"}", "&targetLabels=app,"), vector_of(""))
      << "no stream has the empty label";
  EXPECT_EQ(ask(answer_volume, "{app=\"db\"}", "&limit=-0"),
            vector_of(R"({"metric":{"app":"db"},"value":[1100,"35"]})"));
}

TEST_F(Explore, VolumesOverTimeEndWithEachStep) {
  EXPECT_EQ(ask(answer_volume_range, "{app=\"api\"}", "&step=40"),
            R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"app":"api"},)"
            R"("values":[[1039.999,"50"],[1079.999,"41"]]}],"stats":{}}})");
  EXPECT_THAT(ask(answer_volume_range, "{app=\"api\"}", "&step=1ms"), HasSubstr("exceeded maximum resolution"));
}

TEST_F(Explore, LabelsOfNothingButIdsAreNotOffered) {
  EXPECT_EQ(ask(answer_detected_labels, ""),
            R"({"detectedLabels":[{"label":"app","cardinality":2},{"label":"env","cardinality":1}]})");
  EXPECT_EQ(ask(answer_detected_labels, "{app=\"no\"}"), "{}");
}

TEST_F(Explore, FieldsComeFromMetadataJsonAndLogfmt) {
  EXPECT_EQ(
      ask(answer_detected_fields, "{app=\"api\"}"),
      R"({"fields":[{"label":"detected_level","type":"string","cardinality":1,"parsers":null},)"
      R"({"label":"ms","type":"int","cardinality":2,"parsers":["json"],"jsonPath":["ms"]},)"
      R"({"label":"ok","type":"boolean","cardinality":1,"parsers":["json"],"jsonPath":["ok"]},)"
      R"({"label":"request_method","type":"string","cardinality":2,"parsers":["json"],"jsonPath":["request","method"]}],)"
      R"("limit":1000})");
  EXPECT_EQ(ask(answer_detected_fields, "{app=\"db\"}", "&limit=2"),
            R"({"fields":[{"label":"detected_level","type":"string","cardinality":1,"parsers":null},)"
            R"({"label":"env_extracted","type":"string","cardinality":1,"parsers":["logfmt"]}],"limit":2})");
  EXPECT_EQ(ask(answer_detected_fields, "{app=\"no\"}"), "{}");
  EXPECT_THAT(ask(answer_detected_fields, "{app=\"db\"}", "&limit=6000"), HasSubstr(R"("limit":6000})"));
  EXPECT_EQ(ask(answer_detected_fields, "{app=\"db\"}", "&line_limit=0"), "limit must be a positive value");
}

TEST_F(Explore, FieldsOfTheQuerysOwnParsersAreFieldsToo) {
  reader_.add({{"app", "own"}}, 1000 * kExploreSecond, R"({"status":"done"})", {{"status", "200"}});
  EXPECT_EQ(ask(answer_detected_fields, "{app=\"own\"} | json"),
            R"({"fields":[{"label":"status","type":"string","cardinality":2,"parsers":["json"],"jsonPath":["status"]},)"
            R"({"label":"status_extracted","type":"string","cardinality":1,"parsers":["json"]}],"limit":1000})");
  EXPECT_EQ(ask(answer_field_values, "{app=\"db\"} | pattern `<took> <_>`", "", "took"),
            R"({"values":["5ms","took=5ms"],"limit":1000})")
      << "what both found counts";
}

TEST_F(Explore, ValuesOfAFieldCanStandInAQuery) {
  EXPECT_EQ(ask(answer_field_values, "{app=\"api\"}", "", "request_method"),
            R"({"values":["GET","PUT"],"limit":1000})");
  EXPECT_EQ(ask(answer_field_values, "{app=\"db\"}", "", "size"), R"({"values":["4.3MB"],"limit":1000})");
  EXPECT_EQ(ask(answer_field_values, "{app=\"db\"}", "", "detected_level"), R"({"values":["warn"],"limit":1000})");
  EXPECT_EQ(ask(answer_field_values, "{app=\"db\"}", "", "no"), "{}");
}

TEST_F(Explore, PatternsAreCountedByStepAndLevel) {
  for (const Nanos second : {1001, 1002, 1031})
    reader_.add({{"app", "web"}}, second * kExploreSecond, "GET /" + std::to_string(second) + " was answered in time",
                {{"detected_level", "info"}});
  EXPECT_EQ(
      ask(answer_patterns, "{app=\"web\"}", "&step=30"),
      R"({"status":"success","data":[{"pattern":"GET <_> was answered in time","level":"info","samples":[[990,2],[1020,1]]}]})");
  EXPECT_EQ(ask(answer_patterns, "{app=\"no\"}"), R"({"status":"success","data":[]})");
}

TEST(FieldTypes, AreTheFirstThatAValueCanBeReadAs) {
  for (const auto& [value, type] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"12", "int"},
                                                                            {"-1.5", "float"},
                                                                            {"true", "boolean"},
                                                                            {"1h3m", "duration"},
                                                                            {"4 KiB", "bytes"},
                                                                            {"x", "string"},
                                                                            {"", "string"}})
    EXPECT_EQ(field_type(value), type) << value;
  EXPECT_EQ(as_query_value("1224.7KB"), "1.2MB");
  EXPECT_EQ(as_query_value("7B"), "7B");
  EXPECT_EQ(as_query_value("page 7"), "page 7");
}

TEST(LineFields, AFieldsPlaceInJsonIsFoundByItsName) {
  EXPECT_THAT(json_path_of(R"({"a":1,"b c":{"d.e":{"f":2}}})", "b_c_d_e_f"), ElementsAre("b c", "d.e", "f"));
  EXPECT_THAT(json_path_of(R"({"env":1})", "env_extracted"), ElementsAre("env"));
  EXPECT_THAT(json_path_of(R"({"env":1})", "no"), IsEmpty());
}

TEST(LokiLimits, AreTheOnesThatHold) {
  EXPECT_THAT(limits_as_yaml(), HasSubstr("  max_line_size: 262144\n"));
  const auto limits = Json::parse(drilldown_limits("3.6.0"));
  EXPECT_EQ(limits["limits"]["volume_enabled"], true);
  EXPECT_EQ(limits["version"], "3.6.0");
}

TEST(LokiRefusals, AreWordedAsLokiWordsThem) {
  http::Request request{.method = "PUT", .target = "/loki/api/v1/push"};
  request.headers.set("Content-Encoding", "br");
  EXPECT_EQ(as_loki_refuses(request, http::Response::error(405, "no")).body, "");
  EXPECT_EQ(
      as_loki_refuses({.method = "DELETE", .target = "/loki/api/v1/query"}, http::Response::error(405, "no")).status,
      404);
  EXPECT_EQ(as_loki_refuses({.target = "/loki/api/v1/tail"}, http::Response::error(426, "no")).body, "Bad Request\n");
  const auto coding = as_loki_refuses(request, http::Response::error(415, "no"));
  EXPECT_EQ(coding.status, 400);
  EXPECT_EQ(coding.body, "Content-Encoding \"br\" not supported\n");
  request.target = "/otlp/v1/logs";
  EXPECT_THAT(as_loki_refuses(request, http::Response::error(415, "no")).body,
              HasSubstr("unsupported content encoding br: only gzip, deflate and zstd are supported"));
  request.target = "/onecollector/v1/watermarks";
  EXPECT_EQ(as_loki_refuses(request, http::Response::error(415, "no")).status, 415);
}

}  // namespace
}  // namespace oc::stores
