// What happens to sources besides being registered: labels, deletion, their agent's absence, and what is told of it.
#include <gmock/gmock.h>

#include "base/temporary_directory.h"
#include "control_plane/registry/inactivity_watch.h"
#include "control_plane/registry/log_source_registry.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Labels = std::map<std::string, std::string>;

constexpr Nanos kMinute = 60'000'000'000;

class SourceChangesTest : public testing::Test {
 protected:
  SourceChangesTest() {
    reopen();
    EXPECT_TRUE(registry_->save_agent(agent_));
  }
  void reopen() {
    registry_.reset();
    repositories_.reset();
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db", clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    repositories_.emplace(std::move(*opened));
    registry_.emplace(repositories_->sources(), repositories_->agents(), clock_);
  }
  void report(const model::DiscoveredLogSource& source) {
    const auto registered = registry_->register_source(agent_, source);
    ASSERT_TRUE(registered) << registered.error().text();
  }
  Result<model::RegisteredLogSource> label(const std::string& id, Labels set, std::vector<std::string> remove = {}) {
    return registry_->update_source_labels(id, {std::move(set), std::move(remove)}, "user ann");
  }
  model::RegisteredLogSource found(const std::string& id) { return repositories_->sources().find_sources({id})->at(0); }
  std::uint64_t active() { return repositories_->sources().list_sources({model::SourceStatus::kActive}, 0, 1)->total; }
  // "type change" of each event since the last call.
  std::vector<std::string> news() {
    std::vector<std::string> told;
    for (const auto& event : *repositories_->events().read(seen_, 1000)) {
      EXPECT_EQ(event.subject, event.data["source_id"].get<std::string>());
      told.push_back(event.type + " " + event.data["change"].get<std::string>());
    }
    seen_ = repositories_->events().newest();
    return told;
  }
  std::vector<std::string> history(const std::string& id) {
    std::vector<std::string> changes;
    for (const auto& change : *repositories_->sources().history(id, 1000))
      changes.push_back(change.change + " by " + change.author);
    return changes;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{5'000'000'000};
  AgentRecord agent_ = test_agent_record();
  std::optional<SqliteRegistry> repositories_;
  std::optional<LogSourceRegistry> registry_;
  std::int64_t seen_ = 0;
};

TEST_F(SourceChangesTest, ANewSourceIsToldOnce) {
  report(test_source("s1"));
  EXPECT_THAT(news(), ElementsAre("new_log_source_discovered new", "log_source_registered new"));
  report(test_source("s1"));
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(history("s1"), ElementsAre("registered by agent agent-1"));
}

TEST_F(SourceChangesTest, AnUpdateTellsWhatChanged) {
  report(test_source("s1"));
  news();
  auto moved = test_source("s1", "shop");
  moved.log_path = "/var/log/moved.log";
  report(moved);
  const auto event = repositories_->events().read(seen_, 1)->at(0);
  EXPECT_EQ(event.data["changed"].dump(), R"(["log_path","metadata.service_name","labels.service.name"])");
  EXPECT_EQ(event.data["log_path"], "/var/log/moved.log");
  EXPECT_THAT(news(), ElementsAre("log_source_registered updated"));
  const auto change = repositories_->sources().history("s1", 1)->at(0);
  EXPECT_EQ(change.detail["log_path"].dump(), R"({"from":"/var/log/s1.log","to":"/var/log/moved.log"})");
}

TEST_F(SourceChangesTest, OnlyAKnownSourceIsUpdated) {
  EXPECT_THAT(registry_->update_source(agent_, test_source("s1")).error().message, HasSubstr("no source has the id"));
  report(test_source("s1"));
  EXPECT_EQ(registry_->update_source(agent_, test_source("s1", "other")), Registration::kUpdated);
}

TEST_F(SourceChangesTest, RemovalAndReturnAreTold) {
  report(test_source("s1"));
  news();
  ASSERT_TRUE(registry_->mark_removed({"s1", "unknown"}));
  EXPECT_THAT(news(), ElementsAre("log_source_removed inactive"));
  report(test_source("s1"));
  EXPECT_THAT(news(), ElementsAre("log_source_registered active"));
  EXPECT_THAT(history("s1"),
              ElementsAre("active by agent agent-1", "inactive by onecollector", "registered by agent agent-1"));
}

TEST_F(SourceChangesTest, TextIsFoundAsItIsNowHoweverOftenOneReportNamesASource) {
  const auto at = [](const std::string& path) {
    auto source = test_source("s1");
    source.log_path = path;
    return source;
  };
  const auto total = [this](const std::string& text) {
    return repositories_->sources().list_sources({{}, text}, 0, 10)->total;
  };
  ASSERT_TRUE(registry_->register_sources(agent_, {at("/srv/first"), at("/srv/second")}));
  EXPECT_EQ(total("first"), 0u);
  EXPECT_EQ(total("second"), 1u);
  ASSERT_TRUE(registry_->register_sources(agent_, {at("/srv/third"), at("/srv/fourth")}));
  EXPECT_EQ(total("second") + total("third"), 0u);
  EXPECT_EQ(total("fourth"), 1u);
}

TEST_F(SourceChangesTest, TenThousandAtOnceAreOneTransaction) {
  std::vector<model::DiscoveredLogSource> sources;
  for (int i = 0; i < 10'000; ++i) sources.push_back(test_source("s" + std::to_string(i)));
  ASSERT_TRUE(registry_->register_sources(agent_, sources));
  EXPECT_EQ(repositories_->events().newest(), 20'000);
  EXPECT_EQ(active(), 10'000u);
}

TEST_F(SourceChangesTest, LabelsThatPeopleSetWinAndStay) {
  report(test_source("s1"));
  news();
  const auto labelled = label("s1", {{"team", "payments"}, {"service.name", "checkout"}});
  ASSERT_TRUE(labelled) << labelled.error().text();
  EXPECT_THAT(news(), ElementsAre("log_source_labels_updated labels"));
  const Labels expected = {{"host.name", "web-1"}, {"service.name", "checkout"}, {"team", "payments"}};
  EXPECT_EQ(labelled->labels, expected);
  report(test_source("s1"));
  EXPECT_THAT(news(), IsEmpty()) << "the same report is still no change";
  report(test_source("s1", "renamed"));
  reopen();
  EXPECT_EQ(found("s1").labels, expected);
  EXPECT_EQ(repositories_->sources().look_up("checkout", 2)->size(), 1u);
  EXPECT_EQ(repositories_->sources().list_sources({{}, "heckou"}, 0, 10)->total, 1u);
  EXPECT_EQ(repositories_->sources().list_sources({{}, "renamed"}, 0, 10)->total, 0u);

  ASSERT_TRUE(label("s1", {}, {"service.name"}));
  EXPECT_EQ(found("s1").labels.at("service.name"), "renamed") << "what discovery says shows again";
  EXPECT_EQ(found("s1").user_labels, (Labels{{"team", "payments"}}));
}

TEST_F(SourceChangesTest, ARefusedLabelChangesNothing) {
  report(test_source("s1"));
  news();
  const auto refused = label("s1", {{"team", "payments"}, {"trace_id", "x"}});
  EXPECT_THAT(refused.error().message, HasSubstr("trace_id"));
  EXPECT_THAT(found("s1").user_labels, IsEmpty());
  EXPECT_THAT(news(), IsEmpty());
  EXPECT_THAT(label("unknown", {{"team", "x"}}).error().message, HasSubstr("no source has the id"));
}

TEST_F(SourceChangesTest, ALabelHasABoundedNumberOfValuesOverAllSources) {
  for (std::size_t i = 0; i <= kMaxValuesOfALabel; ++i) report(test_source("s" + std::to_string(i)));
  for (std::size_t i = 0; i < kMaxValuesOfALabel; ++i)
    ASSERT_TRUE(label("s" + std::to_string(i), {{"team", "t" + std::to_string(i)}}));
  EXPECT_THAT(label("s100", {{"team", "one-more"}}).error().message, HasSubstr("100 values already"));
  EXPECT_TRUE(label("s100", {{"team", "t7"}})) << "a known one is no more";
  ASSERT_TRUE(label("s3", {}, {"team"}));
  EXPECT_TRUE(label("s100", {{"team", "one-more"}})) << "one became free";
  ASSERT_TRUE(registry_->delete_source("s100", "user ann"));
  EXPECT_TRUE(label("s3", {{"team", "another"}})) << "and another";
}

TEST_F(SourceChangesTest, ADeletedSourceIsGoneButForItsHistory) {
  report(test_source("s1"));
  report(test_source("s2"));
  news();
  ASSERT_TRUE(registry_->delete_source("s1", "user ann"));
  EXPECT_THAT(news(), ElementsAre("log_source_removed deleted"));
  EXPECT_EQ(active(), 1u);
  EXPECT_THAT(repositories_->sources().look_up("s1", 2).value(), IsEmpty());
  EXPECT_EQ(repositories_->sources().list_sources({{}, "log/s1"}, 0, 10)->total, 0u);
  EXPECT_THAT(history("s1"), ElementsAre("deleted by user ann", "registered by agent agent-1"));
  EXPECT_FALSE(registry_->delete_source("s1", "user ann"));
  report(test_source("s1"));
  EXPECT_THAT(news(), ElementsAre("new_log_source_discovered new", "log_source_registered new"));
}

TEST_F(SourceChangesTest, WhatIsGoneForLongIsForgottenWithItsHistory) {
  for (const char* id : {"stays", "inactive", "deleted", "returned"}) report(test_source(id));
  ASSERT_TRUE(registry_->mark_removed({"inactive", "returned"}));
  ASSERT_TRUE(registry_->delete_source("deleted", "user ann"));
  report(test_source("returned"));
  const auto long_ago = clock_.wall_ns();
  clock_.advance(std::chrono::minutes(9));
  ASSERT_TRUE(registry_->mark_removed({"stays"}));
  EXPECT_EQ(registry_->forget_gone(long_ago), 0u);
  EXPECT_EQ(registry_->forget_gone(long_ago + 1), 2u);
  for (const char* id : {"inactive", "deleted"}) EXPECT_THAT(history(id), IsEmpty()) << id;
  EXPECT_FALSE(history("stays").empty());
  EXPECT_EQ(found("returned").source.status, model::SourceStatus::kActive);
  EXPECT_EQ(repositories_->sources().list_sources({{}, "log/inactive"}, 0, 10)->total, 0u);
  EXPECT_EQ(registry_->forget_gone(long_ago + 1), 0u);
}

TEST_F(SourceChangesTest, OfManyThatAreGoneTheNewestAreKept) {
  for (const char* id : {"s1", "s2", "s3"}) {
    report(test_source(id));
    clock_.advance(std::chrono::minutes(1));
    ASSERT_TRUE(registry_->mark_removed({id}));
  }
  EXPECT_EQ(repositories_->sources().forget_gone(0, 1, 100), 2u);
  EXPECT_THAT(history("s2"), IsEmpty());
  EXPECT_FALSE(history("s3").empty());
}

TEST_F(SourceChangesTest, HistoryIsBounded) {
  for (int i = 0; i < kKeptSourceChanges + 50; ++i) report(test_source("s1", "name-" + std::to_string(i)));
  EXPECT_EQ(history("s1").size(), static_cast<std::size_t>(kKeptSourceChanges));
  EXPECT_EQ(repositories_->sources().history("s1", 1)->at(0).detail["metadata.service_name"]["to"], "name-149");
}

TEST_F(SourceChangesTest, AnAgentThatIsAwayTakesItsSourcesWithItAndBringsThemBack) {
  report(test_source("s1"));
  registry_->touch(agent_.agent_id);
  news();
  clock_.advance(std::chrono::minutes(9));
  EXPECT_EQ(registry_->mark_unseen(clock_.wall_ns() - 10 * kMinute), 0u);
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(registry_->mark_unseen(clock_.wall_ns() - 10 * kMinute), 1u);
  EXPECT_THAT(news(), ElementsAre("log_source_removed inactive"));
  EXPECT_EQ(found("s1").source.status, model::SourceStatus::kInactive);

  EXPECT_TRUE(registry_->touch(agent_.agent_id)) << "register all again";
  EXPECT_FALSE(registry_->touch(agent_.agent_id));
  report(test_source("s1"));
  EXPECT_EQ(active(), 1u);
  EXPECT_EQ(registry_->mark_unseen(clock_.wall_ns() - 10 * kMinute), 0u);
}

TEST_F(SourceChangesTest, AStartedControlPlaneGivesAgentsTimeToComeBack) {
  report(test_source("s1"));
  clock_.advance(std::chrono::hours(1));
  InactivityWatch watch(*registry_, std::chrono::seconds(0), std::chrono::hours(24), clock_);  // looks without a pause
  clock_.advance(std::chrono::nanoseconds(1));
  while (active() == 1) std::this_thread::yield();
  EXPECT_THAT(history("s1").front(), HasSubstr("inactive"));
}

TEST_F(SourceChangesTest, AgentAndTypeAreFilters) {
  report(test_source("s1"));
  auto probe = test_source("s2");
  probe.source_type = model::SourceType::kProbe;
  report(probe);
  agent_.agent_id = "agent-2";
  report(test_source("s3"));
  const auto total = [&](const SourceFilter& filter) {
    const auto page = repositories_->sources().list_sources(filter, 0, 10);
    EXPECT_EQ(page->total, page->sources.size());
    return page->total;
  };
  EXPECT_EQ(total({.status = {}, .agent_id = "agent-1"}), 2u);
  EXPECT_EQ(total({.status = {}, .agent_id = "agent-2"}), 1u);
  EXPECT_EQ(total({.status = {}, .type = model::SourceType::kProbe}), 1u);
  EXPECT_EQ(total({.status = model::SourceStatus::kInactive, .type = model::SourceType::kProbe}), 0u);
  EXPECT_EQ(total({.status = {}, .text = "/var/log", .agent_id = "agent-1", .type = model::SourceType::kProbe}), 1u);
  EXPECT_EQ(total({.status = model::SourceStatus::kActive, .text = "s3", .agent_id = "agent-2"}), 1u);
}

}  // namespace
}  // namespace oc::control_plane
