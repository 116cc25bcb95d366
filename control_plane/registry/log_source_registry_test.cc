#include "control_plane/registry/log_source_registry.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/sqlite.h"
#include "base/temporary_directory.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

class LogSourceRegistryTest : public testing::Test {
 protected:
  LogSourceRegistryTest() { reopen(); }
  void reopen() {
    registry_.reset();
    repositories_.reset();
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db", clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    repositories_.emplace(std::move(*opened));
    registry_.emplace(repositories_->sources(), repositories_->agents(), clock_);
  }
  Registration register_one(const model::DiscoveredLogSource& source) {
    auto registered = registry_->register_source(agent_, source);
    EXPECT_TRUE(registered) << registered.error().text();
    return *registered;
  }
  model::RegisteredLogSource found(const std::string& id) { return repositories_->sources().find_sources({id})->at(0); }
  SourcePage page(SourceFilter filter, std::int64_t after = 0, std::size_t limit = 1000) {
    auto listed = repositories_->sources().list_sources(filter, after, limit);
    EXPECT_TRUE(listed) << listed.error().text();
    return *listed;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{5'000'000'000};
  AgentRecord agent_ = test_agent_record();
  std::optional<SqliteRegistry> repositories_;
  std::optional<LogSourceRegistry> registry_;
};

TEST_F(LogSourceRegistryTest, RegistersASourceOnceHoweverOftenItIsReported) {
  EXPECT_EQ(register_one(test_source("s1")), Registration::kInserted);
  const auto first = found("s1");
  EXPECT_EQ(register_one(test_source("s1")), Registration::kUnchanged);
  EXPECT_EQ(found("s1").id, first.id);
  EXPECT_EQ(page({}).total, 1u);
}

TEST_F(LogSourceRegistryTest, ALaterDiscoveryTimeAloneIsNoChange) {
  register_one(test_source("s1"));
  auto again = test_source("s1");
  again.discovered_at_ns += 1'000'000'000;
  EXPECT_EQ(register_one(again), Registration::kUnchanged);
}

TEST_F(LogSourceRegistryTest, AChangedSourceKeepsItsIdentity) {
  register_one(test_source("s1"));
  const auto before = found("s1");
  auto moved = test_source("s1");
  moved.log_path = "/var/log/moved.log";
  EXPECT_EQ(register_one(moved), Registration::kUpdated);
  EXPECT_EQ(found("s1").id, before.id);
  EXPECT_EQ(found("s1").registered_at_ns, before.registered_at_ns);
  EXPECT_EQ(found("s1").source.log_path, "/var/log/moved.log");
}

TEST_F(LogSourceRegistryTest, OneReportMayNameASourceTwice) {
  const auto counts = registry_->register_sources(agent_, {test_source("s1"), test_source("s1")});
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->inserted, 1u);
  EXPECT_EQ(counts->unchanged, 1u);
}

TEST_F(LogSourceRegistryTest, LabelsComeFromTheSourceAndItsHost) {
  register_one(test_source("s1", "checkout"));
  EXPECT_EQ(found("s1").labels,
            (std::map<std::string, std::string>{{"host.name", "web-1"}, {"service.name", "checkout"}}));
}

TEST_F(LogSourceRegistryTest, ARemovedSourceStaysAsInactiveAndComesBack) {
  register_one(test_source("s1"));
  EXPECT_EQ(*registry_->mark_removed({"s1"}), 1u);
  EXPECT_EQ(*registry_->mark_removed({"s1"}), 0u);
  EXPECT_EQ(page({model::SourceStatus::kActive, ""}).total, 0u);
  EXPECT_EQ(page({model::SourceStatus::kInactive, ""}).total, 1u);
  EXPECT_EQ(register_one(test_source("s1")), Registration::kUpdated);
  EXPECT_EQ(page({model::SourceStatus::kActive, ""}).total, 1u);
}

TEST_F(LogSourceRegistryTest, AnAgentsSignOfLifeIsOneOfAllItsActiveSources) {
  ASSERT_TRUE(registry_->save_agent(agent_));
  register_one(test_source("s1"));
  register_one(test_source("gone"));
  ASSERT_TRUE(registry_->mark_removed({"gone"}));
  clock_.advance(std::chrono::seconds(60));
  registry_->touch(agent_.agent_id);
  EXPECT_EQ(found("s1").last_seen_ns, 5'000'000'000) << "kept in memory until it is flushed";
  ASSERT_TRUE(registry_->flush_touches());
  EXPECT_EQ(found("s1").last_seen_ns, 65'000'000'000);
  EXPECT_EQ(found("gone").last_seen_ns, 5'000'000'000);
}

TEST_F(LogSourceRegistryTest, EverythingIsThereAfterARestart) {
  register_one(test_source("s1"));
  ASSERT_TRUE(repositories_->sources().set_config_version({"s1"}, 3));
  const auto before = found("s1");
  reopen();
  EXPECT_EQ(found("s1").id, before.id);
  EXPECT_EQ(found("s1").config_version, 3);
  EXPECT_EQ(found("s1").source, before.source);
}

TEST_F(LogSourceRegistryTest, ASourceIsFoundByIdPrefixPathAndService) {
  register_one(test_source("abc123", "checkout"));
  register_one(test_source("def456", "search"));
  for (const auto* key : {"abc123", "abc", "/var/log/abc123.log", "checkout"}) {
    const auto hits = repositories_->sources().look_up(key, 2);
    ASSERT_TRUE(hits);
    ASSERT_EQ(hits->size(), 1u) << key;
    EXPECT_EQ(hits->front().source.source_id, "abc123");
  }
  EXPECT_TRUE(repositories_->sources().look_up("nothing", 2)->empty());
}

TEST_F(LogSourceRegistryTest, TextIsFoundInPathServiceAndIdInAnyCase) {
  register_one(test_source("aaa", "Checkout"));
  register_one(test_source("bbb", "search \"quoted\""));
  for (const auto* text : {"check", "CHECKOUT", "log/AAA", "ec"}) EXPECT_EQ(page({{}, text}).total, 1u) << text;
  EXPECT_EQ(page({{}, "\"quoted\""}).total, 1u);
  EXPECT_EQ(page({{}, "var"}).total, 2u);
  EXPECT_EQ(page({model::SourceStatus::kInactive, "var"}).total, 0u);
  EXPECT_EQ(page({{}, "*"}).total, 0u);
}

TEST_F(LogSourceRegistryTest, TextIsFoundWhereASourceIsNow) {
  register_one(test_source("aaa"));
  auto moved = test_source("aaa");
  moved.log_path = "/srv/elsewhere.log";
  register_one(moved);
  EXPECT_EQ(page({{}, "elsewhere"}).total, 1u);
  EXPECT_EQ(page({{}, "/var/log"}).total, 0u);
}

// Copies of the one registered source, written below the repository because that takes a second and not a minute.
void multiply(const std::filesystem::path& file, int copies) {
  auto database = Database::open(file);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) INSERT INTO sources(source_id, "
      "registration_id, agent_id, status, log_path, service_name, source, labels, registered_at_ns, last_seen_ns) "
      "SELECT printf('s%06d', i), 'r', agent_id, 0, printf('/var/log/s%06d.log', i), iif(i % 1000, 'app', 'rare'), "
      "replace(source, 's000000', printf('s%06d', i)), labels, 1, 1 FROM sources, n",
      {copies}));
  ASSERT_TRUE(database->script("INSERT INTO source_text(source_text) VALUES ('rebuild')"));
}

TEST_F(LogSourceRegistryTest, PagesMeetEverySourceOnce) {
  register_one(test_source("s000000"));
  multiply(folder_ / "control-plane.db", 2'999);
  std::size_t seen = 0;
  std::string last_id;
  std::optional<std::int64_t> next = 0;
  while (next) {
    const auto listed = page({model::SourceStatus::kActive, ""}, *next, 400);
    EXPECT_EQ(listed.total, 3'000u);
    for (const auto& source : listed.sources) {
      ASSERT_LT(last_id, source.source.source_id);
      last_id = source.source.source_id;
      ++seen;
    }
    next = listed.next;
  }
  EXPECT_EQ(seen, 3'000u);
}

TEST_F(LogSourceRegistryTest, AHundredThousandSourcesAreCountedFilteredAndPaged) {
  register_one(test_source("s000000"));
  multiply(folder_ / "control-plane.db", 99'999);
  EXPECT_EQ(page({}, 0, 1).total, 100'000u);
  EXPECT_EQ(page({{}, "rare"}, 0, 10).total, 99u);
  EXPECT_EQ(page({model::SourceStatus::kActive, "s09999"}).total, 10u);
  const auto deep = page({model::SourceStatus::kActive, "var/log"}, 99'990, 100);
  EXPECT_EQ(deep.total, 1'000u);
  EXPECT_FALSE(deep.total_is_exact) << "so many matches are not counted out";
  EXPECT_EQ(deep.sources.size(), 10u);
  EXPECT_EQ(deep.sources.back().source.log_path, "/var/log/s099999.log");
  EXPECT_FALSE(deep.next);
}

class ConfigRepositoryTest : public LogSourceRegistryTest {
 protected:
  model::CollectorConfig config(std::int64_t version, const std::string& yaml) {
    return {version, version - 1, "agent-1", "hash of " + yaml, yaml, "reason", "author", version * 1000};
  }
  ConfigRepository& configs() { return repositories_->configs(); }
};

TEST_F(ConfigRepositoryTest, VersionsAreKeptWithWhatCameOfThem) {
  ASSERT_TRUE(configs().add_config(config(1, "a")));
  ASSERT_TRUE(configs().add_config(config(2, "b")));
  ASSERT_TRUE(configs().set_config_state("agent-1", 1, ArtifactState::kApplied, ""));
  ASSERT_TRUE(configs().set_config_state("agent-1", 2, ArtifactState::kFailed, "bad key"));
  reopen();
  const auto latest = configs().latest_config("agent-1");
  ASSERT_TRUE(latest && *latest);
  EXPECT_EQ((*latest)->config.version, 2);
  EXPECT_EQ((*latest)->config.yaml, "b");
  EXPECT_EQ((*latest)->error, "bad key");
  EXPECT_EQ((*configs().find_config("agent-1", 1))->state, ArtifactState::kApplied);
  EXPECT_EQ(configs().list_configs("agent-1", 10)->size(), 2u);
  EXPECT_EQ(configs().list_configs("", 10)->front().config.version, 2);
  EXPECT_FALSE(*configs().find_config("agent-1", 3));
}

TEST_F(ConfigRepositoryTest, DesiredIsTheNewestThatWasSentAndIsNeitherRefusedNorBroken) {
  auto second = config(2, "b");
  second.policy_version = 4;
  second.quarantined = {{"s1", "bad regex"}};
  ASSERT_TRUE(configs().add_config(config(1, "a")) && configs().add_config(second));
  for (std::int64_t version : {3, 4, 5}) ASSERT_TRUE(configs().add_config(config(version, std::to_string(version))));
  EXPECT_FALSE(*configs().desired_config("agent-1")) << "none was sent yet";
  ASSERT_TRUE(configs().set_config_state("agent-1", 2, ArtifactState::kVerified, ""));
  ASSERT_TRUE(configs().set_config_state("agent-1", 4, ArtifactState::kDeployed, ""));
  EXPECT_EQ((*configs().desired_config("agent-1"))->config.version, 4);
  ASSERT_TRUE(configs().set_config_state("agent-1", 3, ArtifactState::kRefused, "unknown key"));
  ASSERT_TRUE(configs().set_config_state("agent-1", 4, ArtifactState::kBroken, "nothing arrived"));
  reopen();
  const auto desired = *configs().desired_config("agent-1");
  ASSERT_TRUE(desired);
  EXPECT_EQ(desired->config.version, 2);
  EXPECT_EQ(desired->config.yaml, "b");
  EXPECT_EQ(desired->config.policy_version, 4);
  EXPECT_EQ(desired->config.quarantined, second.quarantined);
  EXPECT_EQ((*configs().latest_config("agent-1"))->config.version, 5);
  EXPECT_FALSE(*configs().desired_config("nobody"));
}

TEST_F(ConfigRepositoryTest, TheDesiredOneStaysHoweverManyAreRefused) {
  ASSERT_TRUE(configs().add_config(config(1, "good")));
  ASSERT_TRUE(configs().set_config_state("agent-1", 1, ArtifactState::kVerified, ""));
  for (std::int64_t version = 2; version <= kKeptConfigVersions + 5; ++version) {
    ASSERT_TRUE(configs().add_config(config(version, "bad")));
    ASSERT_TRUE(configs().set_config_state("agent-1", version, ArtifactState::kRefused, "no"));
  }
  EXPECT_EQ((*configs().desired_config("agent-1"))->config.yaml, "good");
  EXPECT_FALSE(*configs().find_config("agent-1", 2));
}

TEST_F(ConfigRepositoryTest, AVersionCannotBeWrittenTwice) {
  ASSERT_TRUE(configs().add_config(config(1, "a")));
  EXPECT_FALSE(configs().add_config(config(1, "b")));
  EXPECT_EQ((*configs().find_config("agent-1", 1))->config.yaml, "a");
}

TEST_F(ConfigRepositoryTest, TheSameContentMayComeBackAndOldVersionsGo) {
  for (std::int64_t version = 1; version <= kKeptConfigVersions + 5; ++version)
    ASSERT_TRUE(configs().add_config(config(version, version % 2 == 0 ? "even" : "odd")));
  EXPECT_FALSE(*configs().find_config("agent-1", 5));
  EXPECT_EQ((*configs().find_config("agent-1", 6))->config.yaml, "even");
  EXPECT_EQ(configs().list_configs("agent-1", 1000)->size(), static_cast<std::size_t>(kKeptConfigVersions));
}

}  // namespace
}  // namespace oc::control_plane
