#include "contracts/otlp/log_writer.h"

#include <cstring>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "contracts/otlp/fields.h"

namespace oc::contracts::otlp {
namespace {

// A reader of the protobuf wire format that shares nothing with the writer: field number → values in order.
struct Message {
  struct Value {
    std::uint64_t number = 0;
    std::string bytes;
  };
  std::map<std::uint32_t, std::vector<Value>> fields;

  static std::uint64_t varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const unsigned char byte = in.at(0);
      in.remove_prefix(1);
      value |= std::uint64_t(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }
  static Message parse(std::string_view in) {
    Message message;
    while (!in.empty()) {
      const auto tag = varint(in);
      Value value;
      if ((tag & 7) == 0) {
        value.number = varint(in);
      } else if ((tag & 7) == 1) {
        std::memcpy(&value.number, in.data(), 8);
        in.remove_prefix(8);
      } else {
        const auto size = varint(in);
        if (size > in.size()) throw std::out_of_range("length beyond the end");
        value.bytes = in.substr(0, size);
        in.remove_prefix(size);
      }
      message.fields[tag >> 3].push_back(value);
    }
    return message;
  }
  template <typename Field>
  Message sub(Field field, std::size_t index = 0) const {
    return parse(fields.at(static_cast<std::uint32_t>(field)).at(index).bytes);
  }
  template <typename Field>
  const Value& value(Field field, std::size_t index = 0) const {
    return fields.at(static_cast<std::uint32_t>(field)).at(index);
  }
  template <typename Field>
  std::size_t count(Field field) const {
    const auto found = fields.find(static_cast<std::uint32_t>(field));
    return found == fields.end() ? 0 : found->second.size();
  }
};

Message only_scope(const std::string& request) {
  return Message::parse(request).sub(ExportLogsServiceRequest::resource_logs).sub(ResourceLogs::scope_logs);
}

std::string body_of(const Message& record) { return record.sub(LogRecord::body).value(AnyValue::string_value).bytes; }

TEST(LogWriter, WritesBodyTimeOffsetAndAttributesOfEachRecord) {
  std::string resource, attributes;
  append_string_attribute(resource, static_cast<std::uint32_t>(Resource::attributes), "service.name", "shop");
  append_string_attribute(attributes, static_cast<std::uint32_t>(LogRecord::attributes), "log.file.path", "/var/log/a");
  const std::string long_body(100'000, 'x');
  const std::vector<LogRecordView> records = {{"first", 0}, {long_body, 6}, {"", 1ull << 40}};
  const LogSlice slice{records, 1'700'000'000'000'000'123, true};
  std::string request;
  append_resource_logs(request, {.resource_attributes = resource,
                                 .record_attributes = attributes,
                                 .with_record_offset = true,
                                 .slices = {&slice, 1}});

  const auto logs = Message::parse(request).sub(ExportLogsServiceRequest::resource_logs);
  const auto service = logs.sub(ResourceLogs::resource).sub(Resource::attributes);
  EXPECT_EQ(service.value(KeyValue::key).bytes, "service.name");
  EXPECT_EQ(service.sub(KeyValue::value).value(AnyValue::string_value).bytes, "shop");

  const auto scope = logs.sub(ResourceLogs::scope_logs);
  ASSERT_EQ(scope.count(ScopeLogs::log_records), 3u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto record = scope.sub(ScopeLogs::log_records, i);
    EXPECT_EQ(body_of(record), records[i].body);
    EXPECT_EQ(record.value(LogRecord::observed_time_unix_nano).number, 1'700'000'000'000'000'123u + i);
    EXPECT_EQ(record.count(LogRecord::time_unix_nano), 0u);
    const auto path = record.sub(LogRecord::attributes, 0);
    EXPECT_EQ(path.value(KeyValue::key).bytes, "log.file.path");
    EXPECT_EQ(path.sub(KeyValue::value).value(AnyValue::string_value).bytes, "/var/log/a");
    const auto offset = record.sub(LogRecord::attributes, 1);
    EXPECT_EQ(offset.value(KeyValue::key).bytes, "log.file.record_offset");
    EXPECT_EQ(offset.sub(KeyValue::value).value(AnyValue::int_value).number, records[i].offset);
  }
}

// Records of a request lie one behind the other: those that follow each other are copied together, with no other.
TEST(LogWriter, WritesEncodedRecordsAsTheyLieInTheirRequest) {
  std::string memory;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (const std::string_view content : {"first", "second", "left out", "", "a longer one", "last"}) {
    memory += static_cast<char>(static_cast<int>(ScopeLogs::log_records) << 3 | 2);
    memory += static_cast<char>(content.size());
    places.emplace_back(memory.size(), content.size());
    memory += content;
  }
  places.erase(places.begin() + 2);
  std::vector<LogRecordView> records;
  for (const auto& [at, size] : places) records.push_back({std::string_view(memory).substr(at, size), records.size()});
  const LogSlice slice{.records = records};
  std::string request;
  append_resource_logs(request, {.encoded_records = true, .slices = {&slice, 1}});
  const auto scope = only_scope(request);
  ASSERT_EQ(scope.count(ScopeLogs::log_records), 5u);
  const std::vector<std::string> contents = {"first", "second", "", "a longer one", "last"};
  for (std::size_t i = 0; i < contents.size(); ++i)
    EXPECT_EQ(scope.value(ScopeLogs::log_records, i).bytes, contents[i]);
}

TEST(LogWriter, AppendsOneResourceLogsAfterAnotherAndAllowsEmptyOnes) {
  std::string request;
  append_resource_logs(request, {});
  const std::vector<LogRecordView> records = {{"line", 7}};
  const LogSlice slice{records, 1, true};
  append_resource_logs(request, {.slices = {&slice, 1}});
  const auto message = Message::parse(request);
  ASSERT_EQ(message.count(ExportLogsServiceRequest::resource_logs), 2u);
  const auto second = message.sub(ExportLogsServiceRequest::resource_logs, 1).sub(ResourceLogs::scope_logs);
  EXPECT_EQ(second.sub(ScopeLogs::log_records).count(LogRecord::attributes), 0u);
}

// Replaced bytes make a request longer than it was expected to become.
TEST(LogWriter, ARequestThatOutgrowsItsRoomHasNothingAfterItsEnd) {
  const std::string line(400, '\xFF');
  const std::vector<LogRecordView> records = {{line, 0}};
  const LogSlice slice{records, 1, false};
  std::string roomy, cramped;
  roomy.reserve(10'000);
  cramped.reserve(700);
  for (auto* request : {&roomy, &cramped}) append_resource_logs(*request, {.slices = {&slice, 1}});
  EXPECT_EQ(cramped, roomy);
}

TEST(LogWriter, ReplacesInvalidUtf8InSlicesThatAreNotKnownToBeValid) {
  const std::vector<LogRecordView> records = {{"caf\xC3\xA9", 0}, {"bad \xFF\xC3 end", 6}};
  const LogSlice slice{records, 1, false};
  std::string request;
  append_resource_logs(request, {.slices = {&slice, 1}});
  const auto scope = only_scope(request);
  EXPECT_EQ(body_of(scope.sub(ScopeLogs::log_records, 0)), "caf\xC3\xA9");
  EXPECT_EQ(body_of(scope.sub(ScopeLogs::log_records, 1)), "bad \uFFFD\uFFFD end");
}

TEST(ToValidUtf8, ReplacesEachMaximalInvalidPartByOneCharacter) {
  EXPECT_EQ(to_valid_utf8("plain €𝄞"), "plain €𝄞");
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), "\uFFFD");                            // cut short
  EXPECT_EQ(to_valid_utf8("\xF0\x9D\x84x"), "\uFFFDx");                      // cut short by another character
  EXPECT_EQ(to_valid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(to_valid_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
}

}  // namespace
}  // namespace oc::contracts::otlp
