#include "contracts/otlp/plain_record.h"

#include <random>

#include <gtest/gtest.h>

#include "contracts/otlp/log_reader.h"
#include "contracts/otlp/log_writer.h"
#include "contracts/otlp/wire_writer.h"

namespace oc::contracts::otlp {
namespace {

class Visits final : public LogVisitor {
 public:
  Status resource(std::size_t, std::span<const AttributeView>) override { return {}; }
  Status scope(const DecodedScope&) override { return {}; }
  Status record(const DecodedLogRecord&) override { return {}; }
};

std::string message(std::uint32_t field, std::string_view content) {
  std::string out(wire::field_size(content.size()), '\0');
  wire::put_bytes(wire::put_header(out.data(), field, content.size()), content);
  return out;
}

// By the reader, which knows nothing of plain records.
bool is_read(const std::string& record) {
  Visits visits;
  return read_logs(message(1, message(2, message(2, record))), visits).has_value();
}

std::string record_of(std::string_view json) {
  const auto request = logs_json_to_protobuf(std::string(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)") +
                                             std::string(json) + "]}]}]}");
  EXPECT_TRUE(request) << request.error().text();
  // Past the headers of ResourceLogs, ScopeLogs and the record, each with a length of one byte here.
  return request ? request->substr(6) : "";
}

const char* const kFull = R"({"timeUnixNano":"5","observedTimeUnixNano":"6","severityNumber":9,"severityText":"info",
  "body":{"stringValue":"text"},"attributes":[{"key":"n","value":{"intValue":"-7"}},{"key":"b","value":{"boolValue":true}},
  {"key":"d","value":{"doubleValue":0.5}}],"flags":1,"traceId":"0102030405060708090a0b0c0d0e0f10",
  "spanId":"0102030405060708"})";

TEST(PlainRecordTest, HoldsKnownFieldsWithScalarValues) {
  EXPECT_TRUE(is_plain_record(""));
  EXPECT_TRUE(is_plain_record(record_of(R"({"body":{"stringValue":"text"}})")));
  EXPECT_FALSE(is_plain_record(record_of(R"({"body":{"arrayValue":{"values":[]}}})")));
  EXPECT_FALSE(is_plain_record(message(9, "an id of another size")));
  EXPECT_FALSE(is_plain_record(message(15, "of a later version")));
  EXPECT_FALSE(is_plain_record(std::string_view("\x2A\x7F", 2)));  // cut off
}

// Whatever bytes are changed: what is called plain is well-formed.
TEST(PlainRecordTest, IsOneThatTheReaderTakes) {
  const std::string good = record_of(kFull);
  ASSERT_TRUE(is_plain_record(good));
  ASSERT_TRUE(is_read(good));
  std::mt19937 random(7);  // NOLINT: the same each time
  int plain = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string changed = good.substr(0, 1 + random() % good.size());
    for (auto changes = random() % 4; changes > 0; --changes)
      changed[random() % changed.size()] = static_cast<char>(random());
    if (!is_plain_record(changed)) continue;
    ++plain;
    ASSERT_TRUE(is_read(changed)) << testing::PrintToString(changed);
  }
  EXPECT_GT(plain, 1'000);
}

}  // namespace
}  // namespace oc::contracts::otlp
