#include "control_plane/verification/delivery_events.h"

#include <gtest/gtest.h>

#include "control_plane/alerting/memory_event_bus.h"

namespace oc::control_plane {
namespace {

using std::chrono::seconds;

class DeliveryEventsTest : public testing::Test {
 protected:
  static TurnedSource source(const std::string& id) {
    return {id, "/var/log/" + id, "agent-1", "web-1", "sink is down"};
  }
  void fail(const std::string& id) { events_.failed(source(id), now_); }
  void recover(const std::string& id) { events_.recovered(source(id), now_); }
  void pass(std::chrono::milliseconds time) {
    now_ += time;
    events_.flush(now_);
  }
  std::vector<Event> not_delivered() { return bus_.all("source_not_delivered"); }
  std::vector<Event> delivered() { return bus_.all("source_delivered"); }

  MemoryEventBus bus_;
  DeliveryEvents events_{&bus_};
  DeliveryEvents::Time now_{seconds(1000)};
};

TEST_F(DeliveryEventsTest, ASourceThatTurnsIsToldWithItsReasonAndWhenItIsOver) {
  fail("a");
  pass(seconds(1));
  ASSERT_EQ(not_delivered().size(), 1u);
  EXPECT_EQ(not_delivered()[0].subject, "a");
  EXPECT_EQ(not_delivered()[0].data["reason"], "sink is down");
  EXPECT_EQ(not_delivered()[0].data["sources"][0]["log_path"], "/var/log/a");
  recover("a");
  pass(seconds(10));
  ASSERT_EQ(delivered().size(), 1u);
  EXPECT_EQ(delivered()[0].subject, "a");
}

TEST_F(DeliveryEventsTest, TenThousandSourcesAtOnceAreOneEventAndOneWhenTheLastIsBack) {
  for (int i = 0; i < 10'000; ++i) fail(std::to_string(i));
  pass(seconds(1));
  ASSERT_EQ(bus_.newest(), 1);
  EXPECT_EQ(not_delivered()[0].data["count"], 10'000);
  EXPECT_EQ(not_delivered()[0].data["sources"].size(), kSampledSources);
  EXPECT_EQ(not_delivered()[0].data["host"], "web-1");
  for (int i = 0; i < 9'999; ++i) recover(std::to_string(i));
  pass(seconds(10));
  EXPECT_EQ(bus_.newest(), 1) << "one is still out";
  recover("9999");
  pass(seconds(10));
  ASSERT_EQ(delivered().size(), 1u);
  EXPECT_EQ(delivered()[0].subject, not_delivered()[0].subject);
}

TEST_F(DeliveryEventsTest, WhatTurnsBackAtOnceIsNotTold) {
  fail("a");
  recover("a");
  pass(seconds(1));
  EXPECT_EQ(bus_.newest(), 0);
}

TEST_F(DeliveryEventsTest, ASourceThatFlapsIsToldAtMostEveryTenSeconds) {
  for (int i = 0; i < 60; ++i) {
    fail("a");
    pass(std::chrono::milliseconds(500));
    recover("a");
    pass(std::chrono::milliseconds(500));
  }
  EXPECT_LE(bus_.newest(), 8);
}

TEST_F(DeliveryEventsTest, WhatWasToldBeforeARestartIsOverWhenItsSourceOrAllIsWell) {
  for (const auto* subject : {"a", "incident-1"}) ASSERT_TRUE(bus_.publish({{"source_not_delivered", subject, {}}}));
  recover("a");
  pass(seconds(1));
  ASSERT_EQ(delivered().size(), 1u);
  events_.all_well(now_);
  pass(seconds(10));
  ASSERT_EQ(delivered().size(), 2u);
  EXPECT_EQ(delivered()[1].subject, "incident-1");
}

}  // namespace
}  // namespace oc::control_plane
