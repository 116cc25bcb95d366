#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/content_coding.h"
#include "stores/ingest/push_admission.h"
#include "stores/ingest/push_routes_fixture.h"
#include "stores/ingest/pushed_names.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(PushRoutes, StoresEntriesWithServiceNameAndLevel) {
  ASSERT_EQ(post_values(R"(["1000","hello INFO"],["2000","x",{"k-1":"v","level":"ERR"}])").status, 204);
  EXPECT_THAT(scan(*store_),
              UnorderedElementsAre(
                  TestRow{{{"app", "a"}, {"service_name", "a"}}, 1000, "hello INFO", {{"detected_level", "info"}}},
                  TestRow{{{"app", "a"}, {"service_name", "a"}},
                          2000,
                          "x",
                          {{"detected_level", "error"}, {"k_1", "v"}, {"level", "ERR"}}}));
}

// As Loki's: a line has any bytes; in metadata each that is no UTF-8 becomes a space.
TEST_F(PushRoutes, BytesThatAreNoUtf8StayInLinesAsTheyAre) {
  const std::string line = "caf\xe9 \xff\xc3 \xf4\x8f\xba\x80 \xc3\xbc";  // the third is a character of its own
  ASSERT_EQ(
      post_values("[\"1\",\"" + line + "\\n\",{\"k\":\"a\xe9z\"}],[\"2\",\"plain\"]", "{\"app\":\"a\xff\"}").status,
      204);
  EXPECT_THAT(
      scan(*store_),
      UnorderedElementsAre(
          TestRow{{{"app", "a"}, {"service_name", "a"}}, 1, line + "\n", {{"detected_level", "unknown"}, {"k", "a z"}}},
          TestRow{{{"app", "a"}, {"service_name", "a"}}, 2, "plain", {{"detected_level", "unknown"}}}));
}

TEST_F(PushRoutes, OfMetadataWithOneNameTheChangedOnesCountFirst) {
  const auto stored = [&](const std::string& metadata) {
    static int time = 0;
    EXPECT_EQ(post_values("[\"" + std::to_string(++time) + "\",\"x\"," + metadata + "]").status, 204) << metadata;
    std::string text;
    for (const auto& row : scan(*store_)) {
      if (row.time_ns != time) continue;
      for (const auto& [name, value] : row.metadata)
        if (name != "detected_level") text += name + "=" + value + ";";
    }
    return text;
  };
  EXPECT_EQ(stored(R"({"a.b":"1","a_b":"2"})"), "a_b=1;");
  EXPECT_EQ(stored(R"({"a.b":"1","a-b":"2","a_b":"3"})"), "a_b=2;");
  EXPECT_EQ(stored(R"({"k":"1","k":"2"})"), "k=2;");
  EXPECT_EQ(stored(R"({"k":"1","k":""})"), "");
  EXPECT_EQ(stored(R"({"k":"","k":"1"})"), "");
  EXPECT_EQ(stored(R"({"a.b":"","a_b":"1"})"), "");
  EXPECT_EQ(stored(R"({"a.b":"1","a_b":""})"), "a_b=1;");
  EXPECT_EQ(stored(R"({"k":"x\ufffdy","j":"\ufffd\ufffd"})"), "j=  ;k=x y;");
}

TEST_F(PushRoutes, AStreamNeedsNoLabels) {
  ASSERT_EQ(post(R"({"streams":[{"values":[["1","x"]]}]} trailing)").status, 204);
  const auto rows = scan(*store_);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_THAT(rows[0].labels, ElementsAre(query::Label("service_name", "unknown_service")));
}

TEST_F(PushRoutes, TakesTheOldFormOnTheOldPath) {
  const std::string body =
      R"({"streams":[{"labels":"{app=\"b\"}","entries":[{"ts":"1970-01-01T00:00:01Z","line":"old"}]}]})";
  ASSERT_EQ(post(body, "application/json", "/api/prom/push").status, 204);
  ASSERT_EQ(post(body).status, 204);  // of the new one it has nothing to store
  const auto rows = scan(*store_);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].time_ns, 1'000'000'000);
}

TEST_F(PushRoutes, TheOldFormTakesItsFieldsInAnyCase) {
  const auto push = [&](const std::string& entry) {
    return post(R"({"Streams":[{"LABELS":"{app=\"b\"}","Entries":[)" + entry + "]}]}", "application/json",
                "/api/prom/push");
  };
  ASSERT_EQ(push(R"({"TS":"1970-01-01T00:00:01Z","Line":null,"structuredMetadata":{"k":"v"}})").status, 204);
  EXPECT_THAT(
      scan(*store_),
      ElementsAre(TestRow{
          {{"app", "b"}, {"service_name", "b"}}, 1'000'000'000, "", {{"detected_level", "unknown"}, {"k", "v"}}}));
  EXPECT_EQ(post(R"({"streams":[{"labels":null,"entries":null}]})", "application/json", "/api/prom/push").status, 204);
  EXPECT_EQ(push(R"({"timestamp":"1970-01-01T00:00:01Z","line":"x"})").body,
            "entries: an entry without its timestamp\n");
}

TEST_F(PushRoutes, OfAMemberThatComesTwiceTheLastCounts) {
  ASSERT_EQ(post(R"({"streams":[{"stream":{"app":"a"},"values":[["1","a"]]}],
                     "STREAMS":[{"stream":{"app":"b"},"values":[["1","b"]],"values":[["2","c"]]}]})")
                .status,
            204);
  EXPECT_THAT(scan(*store_),
              ElementsAre(TestRow{{{"app", "b"}, {"service_name", "b"}}, 2, "c", {{"detected_level", "unknown"}}}));
  EXPECT_EQ(post(R"({"streams":[{"stream":{"app":"a"},"values":[["1","a"]]}],"streams":null})").status, 422);
}

TEST_F(PushRoutes, ARequestSaysItsTypeByGosRules) {
  EXPECT_EQ(post("{}", "").body, "mime: no media type\n");
  EXPECT_EQ(post("{}", "application/json; x").status, 400);
  EXPECT_EQ(post("null", "Application/JSON; charset=utf-8").status, 422);  // read as JSON
}

TEST_F(PushRoutes, TakesTheCodingsThatLokiKnowsAsItSpellsThem) {
  const auto push = [&](std::string body, const std::string& coding) {
    return post(std::move(body), "application/json", "/loki/api/v1/push", coding);
  };
  const std::string json = R"({"streams":[{"stream":{"app":"a"},"values":[["1","x"]]}]})";
  EXPECT_EQ(push(http::gzip(json), "gzip").status, 204);
  EXPECT_EQ(push(json, "snappy").status, 204);
  EXPECT_EQ(push(json, "gzip").body, "gzip: invalid header\n");
  EXPECT_EQ(push(http::gzip(std::string(kMaxPushBytes + 1, ' ')), "gzip").status, 413);
  for (const auto* coding : {"identity", "GZIP", "x-gzip", "zstd", "gzip,gzip", "br"}) {
    const auto refused = push(json, coding);
    EXPECT_EQ(refused.status, 400) << coding;
    EXPECT_EQ(refused.body, "Content-Encoding \"" + std::string(coding) + "\" not supported\n");
  }
}

TEST_F(PushRoutes, LabelErrorsRefuseTheWholePushWithTheirPlace) {
  EXPECT_EQ(refusal(R"(["1","x"])", R"({"1bad":"x"})"),
            "couldn't parse labels: 1:2: parse error: unexpected character inside braces: '1'");
  EXPECT_EQ(refusal(R"(["1","x"])", R"({"a-b":"x"})"),
            "couldn't parse labels: 1:3: parse error: unexpected character inside braces: '-'");
  EXPECT_EQ(refusal(R"(["1","x"])", R"({"":"x"})"),
            "couldn't parse labels: 1:2: parse error: unexpected \"=\" in label set, expected identifier or \"}\"");
  EXPECT_EQ(refusal(R"(["1","x"])", R"({"l":"\ufffd"})"),
            "couldn't parse labels: 1:4: parse error: invalid UTF-8 rune");
  EXPECT_THAT(scan(*store_), IsEmpty());
}

TEST_F(PushRoutes, AnEmptyPushIs422AndAWrongOne400) {
  for (const auto* body : {"null", "{}", R"({"streams":[]})"}) {
    EXPECT_EQ(post(body).status, 422) << body;
    EXPECT_EQ(post(body).body, "error at least one valid stream is required for ingestion\n");
  }
  for (const auto* body : {"[]", "{", "x", R"({"streams":{}})", R"({"streams":[5]})"})
    EXPECT_EQ(post(body).status, 400) << body;
  for (const auto* values : {R"([1,"number"])", R"(["abc","x"])", R"(["","x"])", R"(["007","x"])", R"(["1",5])",
                             R"(["1",null])", R"(["1","x",{"k":1}])", R"(["1","x","y"])", "[]", "5"})
    EXPECT_EQ(post_values(values).status, 400) << values;
  EXPECT_EQ(refusal(R"(["1","x",{"":"v"}])"), "label name is empty");
  EXPECT_EQ(refusal(R"(["1","x",{"":""}])"), "label name is empty");
  EXPECT_THAT(scan(*store_), IsEmpty());
}

TEST_F(PushRoutes, WhatALimitRefusesDoesNotKeepTheRestOut) {
  EXPECT_EQ(refusal(R"(["4070908800000000000","2099"],["1","good"])"),
            "entry for stream '{app=\"a\", service_name=\"a\"}' has timestamp too new: 2099-01-01T00:00:00Z");
  EXPECT_EQ(refusal(R"(["1",")" + std::string(kMaxLineBytes + 1, 'x') + R"("])"),
            "max entry size '262144' bytes exceeded for stream '{app=\"a\", service_name=\"a\"}' while adding an entry "
            "with length '262145' bytes");
  EXPECT_THAT(refusal(R"(["1","x",{"k":")" + std::string(kMaxMetadataBytes, 'x') + R"("}])"),
              HasSubstr("has structured metadata too large: '65537' bytes, limit: '65536' bytes. Please see"));
  std::string labels = R"({"app":"a")";
  for (int i = 0; i < 15; ++i) labels += ",\"l" + std::to_string(i) + "\":\"v\"";
  EXPECT_THAT(refusal(R"(["1","x"])", labels + "}"), HasSubstr("has 16 label names; limit 15"));
  EXPECT_THAT(refusal(R"(["1","x"])", R"({"a":")" + std::string(kMaxLabelValueBytes + 1, 'v') + "\"}"),
              HasSubstr("has label value too long: 'vvv"));
  EXPECT_EQ(refusal(R"(["4070908800000000000","a"],["4070908800000000000","b"])").substr(0, 30),
            "2 errors like: entry for strea");
  ASSERT_THAT(scan(*store_), SizeIs(1));
  EXPECT_THAT(metrics_.prometheus_text(),
              HasSubstr("onecollector_loki_push_refused_entries_total{reason=\"too_far_in_future\"} 3"));
}

TEST_F(PushRoutes, TheSameEntryIsStoredOnceHoweverOftenItIsSent) {
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(post_values(R"(["1","dup"],["1","dup"],["1","other"],["1","dup",{"a":"1"}])").status, 204);
  EXPECT_THAT(scan(*store_), SizeIs(3));
}

TEST(PushedNames, ServiceNameComesFromTheFirstOfLokisLabels) {
  query::Labels labels = {{"container", "c"}, {"job", "j"}, {"name", "n"}};
  discover_service_name(labels);
  EXPECT_EQ(labels.back(), query::Label("service_name", "n"));
  labels = {{"service_name", "mine"}, {"app", "x"}};
  discover_service_name(labels);
  EXPECT_THAT(labels, SizeIs(2));
  labels = {{"__pattern__", "p"}, {"app", "x"}};  // written by a component of Loki
  discover_service_name(labels);
  EXPECT_THAT(labels, SizeIs(2));
}

TEST(PushedNames, MetadataNamesBecomeLabelNames) {
  for (const auto& [sent, stored] :
       std::initializer_list<std::pair<std::string_view, std::string>>{{"trace_id", "trace_id"},
                                                                       {"a-b", "a_b"},
                                                                       {"1x", "key_1x"},
                                                                       {"with space", "with_space"},
                                                                       {"ünï", "_n_"},
                                                                       {"a..b", "a_b"},
                                                                       {"__error__", "__error__"},
                                                                       {"_id", "_id"}})
    EXPECT_EQ(metadata_name(sent).value_or("refused"), stored) << sent;
  EXPECT_FALSE(metadata_name("--"));
}

}  // namespace
}  // namespace oc::stores
