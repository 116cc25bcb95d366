#include "contracts/record/record.h"

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

struct Place {
  std::string path;
  std::uint64_t offset = 0;
  static constexpr auto fields() {
    return std::tuple(required("path", &Place::path, "A file"), optional("offset", &Place::offset, "Bytes"));
  }
};
struct Order {
  std::string agent_id;
  std::int64_t version = 7;
  std::optional<double> share;
  std::vector<Place> places;
  std::map<std::string, std::string> labels;
  bool forced = false;
  Json extra;
  static constexpr auto fields() {
    return std::tuple(required("agent_id", &Order::agent_id, "Who"), optional("version", &Order::version, "Which"),
                      optional("share", &Order::share, "How much"), optional("places", &Order::places, "Where"),
                      optional("labels", &Order::labels, "Labels"), optional("forced", &Order::forced, "Anyway"),
                      optional("extra", &Order::extra, "Anything"));
  }
};
struct Nothing {
  static constexpr auto fields() { return std::tuple(); }
};

Error error_of(std::string_view text) {
  const auto order = parse_record<Order>(*parse_json(text));
  EXPECT_FALSE(order) << text;
  return order ? Error{} : order.error();
}

TEST(Record, IsReadAndWrittenByItsFields) {
  const auto order = parse_record<Order>(*parse_json(
      R"({"agent_id":"a","share":0.5,"places":[{"path":"/x","offset":3}],"labels":{"k":"v"},"extra":[1,{}]})"));
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(order->version, 7) << "the default of an absent member";
  EXPECT_EQ(
      write_record(*order).dump(),
      R"({"agent_id":"a","version":7,"share":0.5,"places":[{"path":"/x","offset":3}],"labels":{"k":"v"},"forced":false,"extra":[1,{}]})");
  EXPECT_TRUE(parse_record<Order>(write_record(*order)));
}

TEST(Record, ErrorsNameTheMember) {
  EXPECT_EQ(error_of("[]").message, "the whole: expected an object, got an array");
  EXPECT_EQ(error_of("{}").message, "agent_id: is missing");
  EXPECT_EQ(error_of("{}").next_step, "give \"agent_id\": Who");
  EXPECT_EQ(error_of(R"({"agent_id":1})").message, "agent_id: expected a string, got a number");
  EXPECT_EQ(error_of(R"({"agent_id":"a","version":1.5})").message,
            "version: expected a whole number of 64 bits, got a number");
  EXPECT_EQ(error_of(R"({"agent_id":"a","version":18446744073709551615})").message,
            "version: expected a whole number of 64 bits, got a number");
  EXPECT_EQ(error_of(R"({"agent_id":"a","places":[{"path":"/x"},{"path":"/y","offset":-1}]})").message,
            "places[1].offset: expected a whole number from 0, got a number");
  EXPECT_EQ(error_of(R"({"agent_id":"a","places":[{}]})").message, "places[0].path: is missing");
  EXPECT_EQ(error_of(R"({"agent_id":"a","labels":{"k":null}})").message, "labels.k: expected a string, got null");
}

TEST(Record, AnUnknownMemberIsAnErrorThatSuggests) {
  const auto error = error_of(R"({"agent_id":"a","verison":3})");
  EXPECT_EQ(error.message, "verison: no such member");
  EXPECT_EQ(error.next_step, "did you mean 'version'?");
  EXPECT_FALSE(parse_record<Nothing>(*parse_json(R"({"a":1})")));
  EXPECT_TRUE(parse_record<Nothing>(Json::object()));
}

TEST(Record, TheSchemaSaysWhatTheReaderAsksFor) {
  const auto schema = record_schema<Order>();
  EXPECT_EQ(schema["required"].dump(), R"(["agent_id"])");
  EXPECT_FALSE(schema["additionalProperties"].get<bool>());
  EXPECT_EQ(schema["properties"]["version"].dump(), R"({"type":"integer","description":"Which","default":7})");
  EXPECT_EQ(schema["properties"]["places"]["items"]["required"].dump(), R"(["path"])");
  EXPECT_EQ(record_schema<Nothing>()["properties"].dump(), "{}");
}

TEST(Record, BytesThatAreNotUtf8AreWrittenAsTheReplacementCharacter) {
  Place place{.path = "/tmp/\xff"};
  EXPECT_EQ(write_record(place).dump(), "{\"path\":\"/tmp/\xEF\xBF\xBD\",\"offset\":0}");
}

}  // namespace
}  // namespace oc::contracts
