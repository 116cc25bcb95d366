#include "contracts/otlp/log_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "contracts/otlp/value_text.h"

namespace oc::contracts::otlp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What was visited, as lines of text.
class Transcript final : public LogVisitor {
 public:
  Status resource(std::size_t index, std::span<const AttributeView> attributes) override {
    lines.push_back("resource " + std::to_string(index) + text(attributes));
    return {};
  }
  Status scope(const DecodedScope& scope) override {
    lines.push_back("scope " + std::string(scope.name) + "/" + std::string(scope.version) + text(scope.attributes));
    return {};
  }
  Status record(const DecodedLogRecord& record) override {
    last = record;
    lines.push_back("record " + std::to_string(record.time_unix_nano) + " " + to_text(record.body) +
                    text(record.attributes));
    return {};
  }
  std::vector<std::string> lines;
  DecodedLogRecord last;

 private:
  static std::string text(std::span<const AttributeView> attributes) {
    std::string all;
    for (const auto& [key, value] : attributes) all += " " + std::string(key) + "=" + to_text(value);
    return all;
  }
};

std::string protobuf(std::string_view json) {
  auto bytes = logs_json_to_protobuf(json);
  EXPECT_TRUE(bytes) << bytes.error().text();
  return bytes.value_or("");
}

std::string json_error(std::string_view json) {
  const auto bytes = logs_json_to_protobuf(json);
  return bytes ? "no error" : bytes.error().message;
}

TEST(LogReaderTest, VisitsResourcesScopesAndRecordsInOrder) {
  const std::string request = protobuf(R"({"resourceLogs":[
    {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},
     "scopeLogs":[{"scope":{"name":"lib","version":"1"},"logRecords":[
       {"timeUnixNano":"5","body":{"stringValue":"one"},"attributes":[{"key":"n","value":{"intValue":"7"}}]},
       {"timeUnixNano":6,"body":{"stringValue":"two"}}]}]},
    {"scopeLogs":[]}]})");
  Transcript seen;
  ASSERT_TRUE(read_logs(request, seen));
  EXPECT_THAT(seen.lines, ElementsAre("resource 0 service.name=a", "scope lib/1", "record 5 one n=7", "record 6 two",
                                      "resource 1"));
}

TEST(LogReaderTest, ReadsEveryFieldOfARecordFromSnakeCaseToo) {
  const std::string request = protobuf(R"({"resource_logs":[{"scope_logs":[{"log_records":[{
    "time_unix_nano":"1","observed_time_unix_nano":"2","severity_number":9,"severity_text":"INFO","flags":1,
    "dropped_attributes_count":3,"event_name":"e","trace_id":"5B8EFFF798038103D269B633813FC60C",
    "span_id":"eee19b7ec3c1b174","body":{"bool_value":true}}]}]}]})");
  Transcript seen;
  ASSERT_TRUE(read_logs(request, seen));
  EXPECT_EQ(seen.last.observed_time_unix_nano, 2u);
  EXPECT_EQ(seen.last.severity_number, 9);
  EXPECT_EQ(seen.last.severity_text, "INFO");
  EXPECT_EQ(seen.last.flags, 1u);
  EXPECT_EQ(seen.last.dropped_attributes_count, 3u);
  EXPECT_EQ(seen.last.event_name, "e");
  EXPECT_EQ(seen.last.trace_id.substr(0, 2), "\x5B\x8E");
  EXPECT_EQ(seen.last.span_id.size(), 8u);
  EXPECT_TRUE(seen.last.body.boolean);
}

TEST(LogReaderTest, TheResourceIsKnownBeforeRecordsThatLieBeforeIt) {
  std::string resource_logs;
  protozero::pbf_writer writer(resource_logs);
  writer.add_message(2, std::string("\x12\x00", 2));  // scope_logs with one empty record
  writer.add_message(1, std::string("\x0A\x03\x0A\x01k", 5));
  std::string request;
  protozero::pbf_writer(request).add_message(1, resource_logs);
  Transcript seen;
  ASSERT_TRUE(read_logs(request, seen));
  EXPECT_THAT(seen.lines, ElementsAre("resource 0 k=", "scope /", "record 0 "));
}

TEST(LogReaderTest, UnknownFieldsAreSkipped) {
  std::string request = protobuf(R"({"resourceLogs":[{}],"futureField":1})");
  protozero::pbf_writer(request).add_string(99, "new");
  Transcript seen;
  EXPECT_TRUE(read_logs(request, seen));
  EXPECT_EQ(seen.lines.size(), 1u);
}

TEST(LogReaderTest, MalformedBytesAreAnErrorThatNamesThePlace) {
  const std::string request =
      protobuf(R"({"resourceLogs":[{},{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"abc"}}]}]}]})");
  Transcript seen;
  for (std::size_t size = 1; size < request.size(); ++size) (void)read_logs(request.substr(0, size), seen);
  std::string broken = request;
  broken[broken.size() - 4] = 9;  // the string's length now points beyond the value
  const Status read = read_logs(broken, seen);
  ASSERT_FALSE(read);
  EXPECT_FALSE(read.error().retryable());
  EXPECT_THAT(read.error().message, HasSubstr("resource_logs[1].scope_logs[0].log_records[0].body"));
}

TEST(LogReaderTest, IdsOfAWrongLengthAreRefused) {
  Transcript seen;
  const Status read =
      read_logs(protobuf(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"abcd"}]}]}]})"), seen);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("log_records[0].trace_id: 2 bytes"));
}

TEST(LogReaderTest, ValuesNestedTooDeepAreRefused) {
  std::string value;
  for (int depth = 0; depth < 200; ++depth) {
    std::string list, outer;
    protozero::pbf_writer(list).add_message(1, value);
    protozero::pbf_writer(outer).add_message(5, list);
    value = outer;
  }
  const auto parsed = parse_value(value);
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("nested deeper"));
}

TEST(LogJsonTest, ErrorsNameTheField) {
  EXPECT_THAT(json_error(R"({"resourceLogs":{}})"), HasSubstr("resource_logs: must be an array"));
  EXPECT_THAT(json_error(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]})"),
              HasSubstr("resource_logs[0].scope_logs[0].log_records[0].time_unix_nano: is not an integer"));
  EXPECT_THAT(json_error(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"zz"}]}]}]})"),
              HasSubstr("trace_id: must be hex"));
  EXPECT_THAT(json_error("[]"), HasSubstr("must be an object"));
}

TEST(ValueTextTest, NumbersReadAsInEcmaScript) {
  EXPECT_EQ(number_text(1), "1");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(1e-7), "1e-7");
  EXPECT_EQ(number_text(1e20), "100000000000000000000");
  EXPECT_EQ(number_text(123456789012345683968.), "123456789012345680000");
  EXPECT_EQ(number_text(-9007199254740994.), "-9007199254740994");
  EXPECT_EQ(number_text(-1 / 0.), "-Infinity");
  EXPECT_EQ(json_string("a\u2028b\u2029"), R"("a\u2028b\u2029")");
  EXPECT_EQ(number_text(-2.5), "-2.5");
}

TEST(ValueTextTest, MapsAndArraysAreJsonWithSortedKeys) {
  Transcript seen;
  ASSERT_TRUE(read_logs(protobuf(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[
    {"key":"b","value":{"arrayValue":{"values":[{"intValue":1},{"doubleValue":1.5},{"boolValue":false},{}]}}},
    {"key":"a","value":{"stringValue":"say \"x\" <y>"}},
    {"key":"c","value":{"bytesValue":"AQI="}}]}}}]}]}]})"),
                        seen));
  EXPECT_EQ(seen.lines.back(), R"(record 0 {"a":"say \"x\" <y>","b":[1,1.5,false,null],"c":"AQI="})");
}

// As protobuf's JSON mapping has it.
TEST(LogJsonTest, ADoubleMayBeWrittenAsText) {
  Transcript seen;
  ASSERT_TRUE(read_logs(
      protobuf(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"doubleValue":"1.50"}}]}]}]})"), seen));
  EXPECT_EQ(seen.lines.back(), "record 0 1.5");
  EXPECT_THAT(json_error(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"doubleValue":"1.5x"}}]}]}]})"),
              HasSubstr("double_value: must be a number"));
}

TEST(LogJsonTest, OneDamagedCharacterDoesNotKeepARequestOut) {
  const auto body = [](const std::string& text) {
    Transcript seen;
    EXPECT_TRUE(read_logs(protobuf("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"" +
                                   text + "\"}}]}]}]}"),
                          seen));
    return seen.lines.back();
  };
  EXPECT_EQ(body("a\xff\xc3 z"), "record 0 a�� z");
  EXPECT_EQ(body(R"(a\ud83d)"), "record 0 a�");
  EXPECT_EQ(body(R"(\ude00b\ud83d\n\ud83d\ude00 \\ud83d)"), "record 0 �b�\n😀 \\ud83d");
}

}  // namespace
}  // namespace oc::contracts::otlp
