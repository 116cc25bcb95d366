#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>
#include <snappy.h>

#include "stores/ingest/push_routes_fixture.h"

namespace oc::stores {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string protobuf_push(const std::string& labels, std::int64_t seconds = 5, std::int32_t nanos = 7) {
  std::string time, pair, entry, stream, request;
  protozero::pbf_writer(time).add_int64(1, seconds);
  protozero::pbf_writer(time).add_int32(2, nanos);
  protozero::pbf_writer(pair).add_string(1, "trace_id");
  protozero::pbf_writer(pair).add_string(2, "t1");
  protozero::pbf_writer(entry).add_message(1, time);
  protozero::pbf_writer(entry).add_string(2, "from protobuf");
  protozero::pbf_writer(entry).add_message(3, pair);
  protozero::pbf_writer(stream).add_string(1, labels);
  protozero::pbf_writer(stream).add_message(2, entry);
  protozero::pbf_writer(request).add_message(1, stream);
  std::string compressed;
  snappy::Compress(request.data(), request.size(), &compressed);
  return compressed;
}

TEST_F(PushRoutes, TakesSnappyProtobufWhateverElseTheTypeSays) {
  ASSERT_EQ(post(protobuf_push(R"({job="x", app=""})"), "application/x-protobuf").status, 204);
  ASSERT_EQ(post(protobuf_push(R"({job="y"})"), "text/plain").status, 204);
  const auto rows = scan(*store_);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0], (TestRow{{{"job", "x"}, {"service_name", "x"}},
                              5'000'000'007,
                              "from protobuf",
                              {{"detected_level", "unknown"}, {"trace_id", "t1"}}}));
  EXPECT_EQ(post("garbage", "application/x-protobuf").body, "snappy: corrupt input\n");
}

TEST_F(PushRoutes, AFieldOfProtobufIsWrittenAsItsTypeAsks) {
  const auto answer = [&](auto write) {
    std::string stream, request, compressed;
    protozero::pbf_writer(stream).add_string(1, "{a=\"b\"}");
    write(stream);
    protozero::pbf_writer(request).add_message(1, stream);
    snappy::Compress(request.data(), request.size(), &compressed);
    return post(compressed, "application/x-protobuf");
  };
  EXPECT_EQ(answer([](std::string& stream) { protozero::pbf_writer(stream).add_int64(2, 5); }).body,
            "proto: wrong wireType = 0 for field Entries\n");
  EXPECT_EQ(answer([](std::string& stream) { protozero::pbf_writer(stream).add_int64(9, 5); }).status, 204)
      << "unknown";
  EXPECT_EQ(answer([](std::string& stream) {
              std::string entry;
              protozero::pbf_writer(entry).add_int64(3, 5);
              protozero::pbf_writer(stream).add_message(2, entry);
            }).body,
            "proto: wrong wireType = 0 for field StructuredMetadata\n");
}

TEST_F(PushRoutes, ATimestampOfProtobufHasItsRange) {
  const auto refusal_of = [&](std::int64_t seconds, std::int32_t nanos) {
    return post(protobuf_push("{a=\"b\"}", seconds, nanos), "application/x-protobuf").body;
  };
  EXPECT_EQ(refusal_of(5, 1'000'000'000),
            "timestamp: &types.Timestamp{Seconds: 5,\nNanos: 1000000000,\n}: nanos not in range [0, 1e9)\n");
  EXPECT_THAT(refusal_of(5, -1), HasSubstr("nanos not in range"));
  EXPECT_THAT(refusal_of(253'402'300'800, 0), HasSubstr("} after 10000-01-01"));
  EXPECT_THAT(refusal_of(-62'135'596'801, 0), HasSubstr("} before 0001-01-01"));
  EXPECT_THAT(scan(*store_), IsEmpty());
}

TEST_F(PushRoutes, LabelsOfProtobufAreText) {
  EXPECT_EQ(
      post(protobuf_push("{a=\"b\" c}"), "x").body,
      "couldn't parse labels: 1:8: parse error: unexpected identifier \"c\" in label set, expected \",\" or \"}\"\n");
}

}  // namespace
}  // namespace oc::stores
