#include "stores/ingest/ingest_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contracts/otlp/log_reader.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IngestRoutesTest : public ::testing::Test {
 protected:
  IngestRoutesTest() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    auto opened = LogStore::open(options, metrics, files, clock);
    EXPECT_TRUE(opened);
    store = std::move(*opened);
    add_ingest_routes(router, *store, clock);
  }
  http::Response call(const std::string& pattern, const http::Request& request) {
    for (const auto& route : router.routes())
      if (route.pattern == pattern) return route.handler(request);
    ADD_FAILURE() << "no route " << pattern;
    return {};
  }
  http::Response post(std::string body, const std::string& type, const std::string& delivery = {}) {
    http::Request request;
    request.method = "POST";
    request.headers.set("Content-Type", type);
    if (!delivery.empty()) request.headers.set("X-OneCollector-Delivery", delivery);
    request.body = std::move(body);
    return call("/otlp/v1/logs", request);
  }
  http::Response post_json(const std::string& json, const std::string& delivery = {}) {
    return post(json, "application/json", delivery);
  }
  http::Response post_records(const std::string& records, const std::string& delivery = {}) {
    return post_json(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + records + "]}]}]}", delivery);
  }

  SimulatedFileSystem files;
  ManualClock clock{777};
  MetricRegistry metrics;
  std::unique_ptr<LogStore> store;
  http::Router router;
};

constexpr const char* kFullRequest = R"({"resourceLogs":[{
  "resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"shop"}},
    {"key":"k8s.pod.name","value":{"stringValue":"shop-1"}},
    {"key":"host.name","value":{"stringValue":"h1"}}]},
  "scopeLogs":[{"scope":{"name":"lib","version":"2"},"logRecords":[{
    "timeUnixNano":"1000","observedTimeUnixNano":"2000","severityNumber":9,"severityText":"INFO","flags":1,
    "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
    "body":{"stringValue":"hello"},
    "attributes":[
      {"key":"http.method","value":{"stringValue":"GET"}},
      {"key":"1st","value":{"intValue":"5"}},
      {"key":"user","value":{"kvlistValue":{"values":[{"key":"id","value":{"intValue":"42"}},
                                                      {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}}]}}}]
  }]}]}]})";

TEST_F(IngestRoutesTest, MapsAttributesToLabelsAndMetadataAsLokiDoes) {
  ASSERT_EQ(post_json(kFullRequest).status, 204);
  const auto rows = scan(*store);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_THAT(rows[0].labels,
              ElementsAre(query::Label("k8s_pod_name", "shop-1"), query::Label("service_name", "shop")));
  EXPECT_EQ(rows[0].time_ns, 1000);
  EXPECT_EQ(rows[0].line, "hello");
  const query::Labels expected = {{"detected_level", "info"},
                                  {"flags", "1"},
                                  {"host_name", "h1"},
                                  {"http_method", "GET"},
                                  {"key_1st", "5"},
                                  {"observed_timestamp", "2000"},
                                  {"scope_name", "lib"},
                                  {"scope_version", "2"},
                                  {"severity_number", "9"},
                                  {"severity_text", "INFO"},
                                  {"span_id", "eee19b7ec3c1b174"},
                                  {"trace_id", "5b8efff798038103d269b633813fc60c"},
                                  {"user_id", "42"},
                                  {"user_tags", R"(["x"])"}};
  EXPECT_EQ(rows[0].metadata, expected);
}

TEST_F(IngestRoutesTest, ARecordGetsItsLevelFromTheStrongestThatNamesOne) {
  post_records(R"({"timeUnixNano":"4","severityText":"Warning","severityNumber":17,"body":{"stringValue":"info"}},
                  {"timeUnixNano":"3","severityNumber":17,"body":{"stringValue":"info"}},
                  {"timeUnixNano":"2","body":{"stringValue":"INFO a"}},
                  {"timeUnixNano":"1","severityText":"x","body":{"stringValue":"b"},
                   "attributes":[{"key":"level","value":{"stringValue":"lv"}}]})");
  std::vector<std::string> levels;
  for (const auto& row : scan(*store)) {
    for (const auto& [name, value] : row.metadata)
      if (name == "detected_level") levels.push_back(value);
  }
  EXPECT_THAT(levels, ElementsAre("warn", "error", "info", "lv"));
}

// One resource and one scope with a record of one line.
std::string request_of(const std::string& resource, const std::string& scope, const std::string& record) {
  const auto attributes = [](const std::string& pairs) {
    std::string list;
    for (const auto& [name, value] : Json::parse("{" + pairs + "}").items())
      list += (list.empty() ? "" : ",") + Json{{"key", name}, {"value", {{"stringValue", value}}}}.dump();
    return "\"attributes\":[" + list + "]";
  };
  return R"({"resourceLogs":[{"resource":{)" + attributes(resource) + R"(},"scopeLogs":[{"scope":{)" +
         attributes(scope) +
         R"(},"logRecords":[{"timeUnixNano":"1","body":{"stringValue":"line"},"severityText":"WARN","severityNumber":17,)" +
         attributes(record) + "}]}]}]}";
}

TEST_F(IngestRoutesTest, OfOneNameTheScopesCountsBeforeTheResourcesAndThatBeforeTheRecords) {
  ASSERT_EQ(post_json(request_of(R"("a":"resource","b":"resource")", R"("a":"scope","severity.text":"x")",
                                 R"("a":"record","b":"record","c":"record")"))
                .status,
            204);
  EXPECT_THAT(scan(*store)[0].metadata,
              ElementsAre(query::Label("a", "scope"), query::Label("b", "resource"), query::Label("c", "record"),
                          query::Label("detected_level", "warn"), query::Label("severity_number", "17"),
                          query::Label("severity_text", "x")));
}

TEST_F(IngestRoutesTest, ALevelIsTakenFromTheFirstThatNamesIt) {
  const auto level = [&](const std::string& resource, const std::string& scope, const std::string& record) {
    static int time = 0;
    auto request = request_of(resource, scope, record);
    request.replace(request.find("\"1\""), 3, "\"" + std::to_string(++time) + "\"");
    EXPECT_EQ(post_json(request).status, 204);
    for (const auto& row : scan(*store))
      for (const auto& [name, value] : row.metadata)
        if (row.time_ns == time && name == "detected_level") return value;
    return std::string("none");
  };
  EXPECT_EQ(level("", "", ""), "warn");
  EXPECT_EQ(level("", "", R"("severity_text":"DBG")"), "debug");  // an attribute stands before the field
  EXPECT_EQ(level("", R"("level":"INFO")", ""), "info");
  EXPECT_EQ(level(R"("level":"TRC")", R"("level":"INFO")", ""), "trace");
  EXPECT_EQ(level(R"("level":"TRC")", "", R"("level":"fatal")"), "fatal");
  EXPECT_EQ(level(R"("detected.level":"ERR")", "", ""), "error");
  EXPECT_EQ(level("", R"("detected_level":"WRN")", R"("level":"x")"), "warn");
}

TEST_F(IngestRoutesTest, ARequestWithoutRecordsIs422) {
  for (const auto* body : {"{}", R"({"resourceLogs":[]})", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]})"})
    EXPECT_EQ(post_json(body).status, 422) << body;
}

TEST_F(IngestRoutesTest, ProtobufAndJsonMeanTheSame) {
  ASSERT_EQ(post_json(kFullRequest).status, 204);
  ASSERT_EQ(post(*contracts::otlp::logs_json_to_protobuf(kFullRequest), "application/x-protobuf").status, 204);
  const auto rows = scan(*store);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0], rows[1]);
}

TEST_F(IngestRoutesTest, WithoutAServiceNameTheContainersNameOrUnknownServiceIsTheLabel) {
  ASSERT_EQ(post_records(R"({"timeUnixNano":"1","body":{"stringValue":"a"}})").status, 204);
  ASSERT_EQ(post_json(R"({"resourceLogs":[{"resource":{"attributes":[
    {"key":"k8s.job.name","value":{"stringValue":"j1"}},{"key":"container.name","value":{"stringValue":"c1"}}]},
    "scopeLogs":[{"logRecords":[{"timeUnixNano":"2","body":{"stringValue":"b"}}]}]}]})")
                .status,
            204);
  const auto rows = scan(*store);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[0].labels, ElementsAre(query::Label("container_name", "c1"), query::Label("k8s_job_name", "j1"),
                                          query::Label("service_name", "c1")));
  EXPECT_THAT(rows[1].labels, ElementsAre(query::Label("service_name", "unknown_service")));
}

TEST_F(IngestRoutesTest, ARecordWithoutATimeHasTheObservedOneOrNow) {
  post_records(R"({"observedTimeUnixNano":"5","body":{"stringValue":"observed"}},{"body":{"stringValue":"now"}})");
  const auto rows = scan(*store);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].time_ns, 777);
  EXPECT_EQ(rows[1].time_ns, 5);
  EXPECT_THAT(rows[1].metadata, ElementsAre(query::Label("detected_level", "unknown")));
}

// It says nothing of when the record was made.
TEST_F(IngestRoutesTest, AnObservedTimeBeyond2262DoesNotKeepARecordOut) {
  const auto observed = R"("observedTimeUnixNano":"18446744073709551615")";
  EXPECT_EQ(post_records("{" + std::string(observed) + "}").status, 400);
  ASSERT_EQ(post_records(R"({"timeUnixNano":"5",)" + std::string(observed) + "}").status, 204);
  EXPECT_THAT(scan(*store)[0].metadata,
              ElementsAre(query::Label("detected_level", "unknown"), query::Label("observed_timestamp", "-1")));
}

TEST_F(IngestRoutesTest, ABodyThatIsNoStringBecomesJson) {
  post_records(R"({"body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}})");
  EXPECT_THAT(lines(scan(*store)), ElementsAre(R"({"a":1})"));
}

TEST_F(IngestRoutesTest, AWrongRequestIs400WithARpcStatusThatNamesTheField) {
  const auto json = post_records(R"({"timeUnixNano":"x"})");
  EXPECT_EQ(json.status, 400);
  EXPECT_THAT(json.body, HasSubstr(R"("code":3)"));
  EXPECT_THAT(json.body, HasSubstr("log_records[0].time_unix_nano"));
  const auto protobuf = post("\x0A\x7F", "application/x-protobuf");
  EXPECT_EQ(protobuf.status, 400);
  EXPECT_EQ(protobuf.headers.get("Content-Type"), "application/x-protobuf");
  EXPECT_EQ(protobuf.body.substr(0, 2), "\x08\x03");
  EXPECT_EQ(post("x", "text/plain").status, 400);
  EXPECT_EQ(post_records(R"({"timeUnixNano":"18446744073709551615"})").status, 400);
  EXPECT_THAT(scan(*store), IsEmpty());
}

TEST_F(IngestRoutesTest, OneWrongRecordKeepsTheWholeRequestOut) {
  EXPECT_EQ(post_records(R"({"body":{"stringValue":"fine"}},{"traceId":"ab"})").status, 400);
  EXPECT_THAT(scan(*store), IsEmpty());
}

TEST_F(IngestRoutesTest, AStoreThatCannotWriteIs503WithRetryAfter) {
  files.fill_disk_after(0);
  const auto response = post_records(R"({"body":{"stringValue":"a"}})");
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.headers.get("Retry-After"));
  EXPECT_THAT(response.body, HasSubstr(R"("code":14)"));
  files.empty_disk();
  EXPECT_EQ(post_records(R"({"body":{"stringValue":"a"}})").status, 204);
}

std::string record_at(int offset) {
  return R"({"timeUnixNano":"1","body":{"stringValue":"l"},"attributes":[{"key":"log.file.record_offset","value":{"intValue":")" +
         std::to_string(offset) + R"("}}]})";
}

TEST_F(IngestRoutesTest, ARedeliveryIsAcknowledgedAndStoredOnce) {
  ASSERT_EQ(post_records(record_at(0) + "," + record_at(10), "v1 s/f=0-20").status, 204);
  ASSERT_EQ(post_records(record_at(10) + "," + record_at(20), "v1 s/f=10-30").status, 204);
  EXPECT_THAT(scan(*store), SizeIs(3));
  const auto marks =
      call("/onecollector/v1/watermarks", http::Request{.target = "/onecollector/v1/watermarks?source_id=s"});
  EXPECT_EQ(marks.status, 200);
  EXPECT_THAT(marks.body, HasSubstr("[[0,30]]"));
}

TEST_F(IngestRoutesTest, WhatWasLeftOutIsToldAndTakenLater) {
  ASSERT_EQ(post_records(record_at(0), "v1 s/f=0-10!10-30").status, 204);
  ASSERT_EQ(post_json(R"({"resourceLogs":[{}]})", "v1 s/g=!0-5").status, 204) << "nothing but that it was left out";
  const auto marks = [&] {
    return call("/onecollector/v1/watermarks", http::Request{.target = "/onecollector/v1/watermarks?source_id=s"}).body;
  };
  EXPECT_THAT(marks(), HasSubstr(R"("ranges":[[0,10]],"records":1,"left_out":[[10,30]])"));
  EXPECT_THAT(marks(), HasSubstr(R"("file_id":"g","ranges":[],"records":0,"left_out":[[0,5]])"));
  EXPECT_THAT(post_records(record_at(10), "v1 s/f=0-10!10-30").body, HasSubstr("outside the ranges"));
  ASSERT_EQ(post_records(record_at(0) + "," + record_at(10), "v1 s/f=0-20!20-30").status, 204);
  EXPECT_THAT(scan(*store), SizeIs(2));
  EXPECT_THAT(marks(), HasSubstr(R"("ranges":[[0,20]],"records":2,"left_out":[[20,30]])"));
}

TEST_F(IngestRoutesTest, ADeliveryHeaderThatDoesNotFitTheBodyIsRefused) {
  EXPECT_THAT(post_records(record_at(0), "v1 s/f=0-20, s/g=0-5").body, HasSubstr("describes 2 files"));
  EXPECT_THAT(post_records(record_at(25), "v1 s/f=0-20").body, HasSubstr("outside the ranges"));
  EXPECT_THAT(post_records(R"({"body":{"stringValue":"a"}})", "v1 s/f=0-20").body, HasSubstr("log.file.record_offset"));
  EXPECT_EQ(post_records(record_at(0), "v1 nonsense").status, 400);
  EXPECT_EQ(post_records(record_at(0), std::string(40'000, 'x')).status, 400);
  EXPECT_THAT(scan(*store), IsEmpty());
}

}  // namespace
}  // namespace oc::stores
