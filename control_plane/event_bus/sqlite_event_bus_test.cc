#include "control_plane/event_bus/sqlite_event_bus.h"

#include <thread>

#include <gmock/gmock.h>

#include "base/temporary_directory.h"
#include "control_plane/event_bus/event_journal.h"
#include "control_plane/registry/sqlite_registry.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr milliseconds kLong{20'000};

class SqliteEventBusTest : public testing::Test {
 protected:
  SqliteEventBusTest() { reopen(); }
  void reopen() {
    registry_.reset();
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db", clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    registry_.emplace(std::move(*opened));
    bus().count_in(metrics_);
  }
  SqliteEventBus& bus() { return registry_->events(); }
  void publish(const std::string& type, const std::string& subject) {
    const auto published = bus().publish({{type, subject, {{"n", 1}}}});
    ASSERT_TRUE(published) << published.error().text();
  }
  std::vector<std::string> subjects(std::int64_t after, std::size_t limit = 100, std::vector<std::string> types = {}) {
    std::vector<std::string> found;
    const auto events = bus().read(after, limit, types);
    EXPECT_TRUE(events) << events.error().text();
    for (const auto& event : *events) found.push_back(event.subject);
    return found;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{5'000'000'000};
  MetricRegistry metrics_;
  std::optional<SqliteRegistry> registry_;
};

TEST_F(SqliteEventBusTest, EventsAreReadInOrderAndAreThereAfterARestart) {
  EXPECT_EQ(bus().newest(), 0);
  publish("a", "one");
  publish("b", "two");
  reopen();
  publish("a", "three");
  EXPECT_THAT(subjects(0), ElementsAre("one", "two", "three"));
  EXPECT_THAT(subjects(1, 1), ElementsAre("two"));
  EXPECT_THAT(subjects(0, 100, {"a", "unknown"}), ElementsAre("one", "three"));
  const auto event = bus().read(0, 1)->front();
  EXPECT_EQ(to_json(event).dump(),
            R"({"seq":1,"at":"1970-01-01T00:00:05.000Z","type":"a","subject":"one","data":{"n":1}})");
}

TEST_F(SqliteEventBusTest, AChangeAndItsEventAreKeptTogetherOrNotAtAll) {
  const auto write = [](Database& writer) {
    return writer.execute("INSERT INTO agents VALUES ('agent', 'host', '1', 1, 1)");
  };
  EXPECT_FALSE(bus().commit([&](Database& writer, std::vector<NewEvent>& events) -> Status {
    OC_TRY(write(writer));
    events.push_back({"a", "lost", {}});
    return permanent("no");
  }));
  EXPECT_TRUE(registry_->agents().list_agents()->empty());
  EXPECT_FALSE(bus().commit([&](Database& writer, std::vector<NewEvent>& events) -> Status {
    events.push_back({"a", "too large", {{"text", std::string(kMaxEventBytes, 'x')}}});
    return write(writer);
  }));
  EXPECT_TRUE(registry_->agents().list_agents()->empty());
  EXPECT_EQ(bus().newest(), 0);
  EXPECT_TRUE(bus().commit([&](Database& writer, std::vector<NewEvent>& events) -> Status {
    events.push_back({"a", "kept", {}});
    return write(writer);
  }));
  EXPECT_EQ(registry_->agents().list_agents()->size(), 1u);
  EXPECT_THAT(subjects(0), ElementsAre("kept"));
}

TEST_F(SqliteEventBusTest, AWaiterWakesForANewEventAndForAStop) {
  EXPECT_FALSE(bus().wait(0, milliseconds(1), {}));
  std::jthread publisher([this] { publish("a", "one"); });
  EXPECT_TRUE(bus().wait(0, kLong, {}));
  publisher.join();
  EXPECT_TRUE(bus().wait(0, kLong, {})) << "what is there already is no reason to wait";
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(bus().wait(1, kLong, stop.get_token()));
}

TEST_F(SqliteEventBusTest, AConsumerGoesOnWhereItWas) {
  publish("a", "before it was known");
  EXPECT_EQ(bus().position("workflows"), 1);
  publish("a", "next");
  EXPECT_EQ(bus().position("workflows"), 1) << "known from the first question on";
  ASSERT_TRUE(bus().advance("workflows", 2));
  ASSERT_TRUE(bus().advance("workflows", 1));
  reopen();
  EXPECT_EQ(bus().position("workflows"), 2) << "never back";
  EXPECT_EQ(bus().position("another"), 2);
}

TEST_F(SqliteEventBusTest, TheJournalIsBoundedAndNumbersAreNeverUsedAgain) {
  const std::int64_t published = kKeptEvents + 5'000;
  for (std::int64_t sent = 0; sent < published; sent += 2'500)
    ASSERT_TRUE(bus().publish(std::vector<NewEvent>(2'500, {"a", "x", {}})));
  EXPECT_EQ(bus().newest(), published);
  EXPECT_EQ(bus().read(0, 1)->front().seq, published - kKeptEvents + 1) << "what was pruned is skipped";
  EXPECT_EQ(metrics_.counter("onecollector_events_published_total", "", {{"type", "a"}})->value(), published);
  EXPECT_EQ(metrics_.counter("onecollector_events_pruned_total", "")->value(), 5'000u);
  reopen();
  publish("a", "after");
  EXPECT_EQ(bus().newest(), published + 1);
}

}  // namespace
}  // namespace oc::control_plane
