#include "base/http/event_stream.h"

#include <vector>

#include <gmock/gmock.h>

namespace oc::http {
namespace {

std::vector<ServerSentEvent> read(std::string_view bytes, std::size_t cut) {
  std::vector<ServerSentEvent> events;
  EventStreamReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += cut)
    EXPECT_TRUE(reader.feed(bytes.substr(at, cut), [&](const auto& event) { events.push_back(event); }));
  return events;
}

TEST(EventStream, WhatIsWrittenIsReadInAnyCuts) {
  const auto text = event_stream_comment("hello") + to_event_stream({"7", "source", "one\ntwo"}) +
                    to_event_stream({"", "message", ""});
  for (const std::size_t cut : {1u, 2u, 3u, 1000u}) {
    const auto events = read(text, cut);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].id, "7");
    EXPECT_EQ(events[0].type, "source");
    EXPECT_EQ(events[0].data, "one\ntwo");
    EXPECT_EQ(events[1].data, "");
  }
}

TEST(EventStream, EveryLineBreakOfTheStandardEndsALine) {
  for (const auto* text : {"data: x\n\n", "data: x\r\n\r\n", "data: x\r\r", "data:x\n\r\n"}) {
    const auto events = read(text, 1);
    ASSERT_EQ(events.size(), 1u) << text;
    EXPECT_EQ(events[0].data, "x");
  }
}

TEST(EventStream, AnEventWithoutDataOrEndIsNone) {
  EXPECT_TRUE(read("id: 1\n\nevent: x\n\ndata: unfinished\n", 1).empty());
  EXPECT_TRUE(read("nonsense\n: comment\nretry: 5\n\n", 1).empty());
}

TEST(EventStream, AnEventWithoutEndDoesNotTakeAllMemory) {
  EventStreamReader reader;
  EXPECT_FALSE(reader.feed("data: " + std::string(EventStreamReader::kMaxEventBytes + 1, 'x'), [](const auto&) {}));
  EXPECT_FALSE(reader.feed("\n\n", [](const auto&) { FAIL(); }));
}

}  // namespace
}  // namespace oc::http
