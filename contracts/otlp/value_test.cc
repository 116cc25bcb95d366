#include "contracts/otlp/value.h"

#include <gtest/gtest.h>

#include "contracts/otlp/fields.h"
#include "contracts/otlp/log_reader.h"
#include "contracts/otlp/log_writer.h"

namespace oc::contracts::otlp {
namespace {

Value sample(Arena& arena) {
  Value list = Value::empty_list();
  list.push_back(Value::of(std::int64_t{-7}), arena);
  list.push_back(Value(), arena);
  Value map = Value::empty_map();
  map.set("s", Value::of("text"), arena);
  map.set("d", Value::of(1.5), arena);
  map.set("b", Value::of(true), arena);
  map.set("raw", Value::of_bytes("\x01\x02"), arena);
  map.set("list", list, arena);
  map.set("empty", Value::empty_map(), arena);
  return map;
}

TEST(Value, AMapKeepsItsOrderAndHasEachKeyOnce) {
  Arena arena;
  Value map = Value::empty_map();
  for (int i = 0; i < 100; ++i) map.set(arena.copy(std::to_string(i % 50)), Value::of(std::int64_t{i}), arena);
  EXPECT_EQ(map.size, 50u);
  EXPECT_EQ(map.find("7")->integer, 57);
  EXPECT_TRUE(map.erase("0"));
  EXPECT_FALSE(map.erase("0"));
  EXPECT_EQ(map.fields().front().key, "1");
}

TEST(Value, ACloneIsItsOwn) {
  Arena arena;
  Value original = sample(arena);
  Value copy = clone(original, arena);
  copy.find("list")->push_back(Value::of(true), arena);
  copy.set("new", Value(), arena);
  EXPECT_EQ(original.find("list")->size, 2u);
  EXPECT_EQ(original.find("new"), nullptr);
  EXPECT_FALSE(equal(original, copy));
  EXPECT_TRUE(equal(original, clone(original, arena)));
}

TEST(Value, NumbersAreEqualWhateverTheirKind) {
  EXPECT_TRUE(equal(Value::of(std::int64_t{5}), Value::of(5.0)));
  EXPECT_FALSE(equal(Value::of(std::int64_t{5}), Value::of("5")));
  EXPECT_FALSE(equal(Value::of(std::int64_t{9007199254740993}), Value::of(std::int64_t{9007199254740992})));
}

TEST(Value, GoesOverTheWireAndBack) {
  Arena arena;
  std::string wire;
  append_attribute(wire, static_cast<std::uint32_t>(Resource::attributes), "all", sample(arena));
  append_attribute(wire, static_cast<std::uint32_t>(Resource::attributes), "null", Value());
  const Value read = attributes_from_wire(wire, arena);
  ASSERT_EQ(read.size, 2u);
  EXPECT_TRUE(equal(*read.find("all"), sample(arena)));
  EXPECT_TRUE(read.find("null")->is_null());
  EXPECT_EQ(to_json(*read.find("all")), R"({"b":true,"d":1.5,"empty":{},"list":[-7,null],"raw":"AQI=","s":"text"})");
}

TEST(LogFields, TakeTheLinesPlaceAndSayAll) {
  struct Reader : LogVisitor {
    std::vector<std::string> seen;
    Status resource(std::size_t, std::span<const AttributeView>) override { return {}; }
    Status scope(const DecodedScope&) override { return {}; }
    Status record(const DecodedLogRecord& record) override {
      std::string text = std::to_string(record.time_unix_nano) + " " + std::to_string(record.severity_number) + " " +
                         std::string(record.severity_text) + " " + to_text(record.body);
      for (const auto& attribute : record.attributes)
        text += " " + std::string(attribute.key) + "=" + to_text(attribute.value);
      seen.push_back(text + " @" + std::to_string(record.observed_time_unix_nano));
      return {};
    }
  };
  Arena arena;
  const std::vector<LogRecordView> records = {{"a line", 0}, {"another", 7}};
  std::vector<LogFields> fields(2);
  fields[0].body = Value::of("changed");
  fields[0].attributes.set("k", Value::of(std::int64_t{1}), arena);
  fields[0].attributes.set("log.file.record_offset", Value::of("not its own to say"), arena);
  fields[0].time_ns = 5;
  fields[0].severity_number = 13;
  fields[0].severity_text = "warn";
  const LogSlice slice{.records = records, .observed_ns = 100, .fields = fields};
  std::string shared, request;
  append_string_attribute(shared, static_cast<std::uint32_t>(LogRecord::attributes), "of", "lines");
  append_resource_logs(request, {.record_attributes = shared, .with_record_offset = true, .slices = {&slice, 1}});
  Reader reader;
  ASSERT_TRUE(read_logs(request, reader));
  EXPECT_EQ(reader.seen, (std::vector<std::string>{"5 13 warn changed k=1 log.file.record_offset=0 @100",
                                                   "0 0   log.file.record_offset=7 @101"}));
}

}  // namespace
}  // namespace oc::contracts::otlp
