#include "agent/discovery/journal/journal_containers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/discovery/source_catalog.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using enum ContainerStanding;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Nanos kNow = 1'764'000'000'000'000'000;

class JournalContainersTest : public testing::Test {
 protected:
  JournalContainersTest() {
    web_.id = "5f";
    web_.in_journal = true;
    web_.metadata = {{"service_name", "orders"}, {"container.id", "5f"}, {"container.name", "web"}};
  }
  void tell(const std::vector<Container>& containers) {
    std::map<std::string, Container> all;
    for (const auto& container : containers) all[container.id] = container;
    containers_.set_engines(std::move(all));
  }
  void write() { containers_.saw("5f", "web", clock_.wall_ns()); }
  ContainerStanding judge(bool delivered = false) { return containers_.judge("5f", delivered, source_); }
  ContainerStanding later(std::chrono::seconds time, bool delivered = false) {
    clock_.advance(time);
    return judge(delivered);
  }

  ManualClock clock_{kNow};
  JournalContainers containers_{true, clock_};
  KnownJournalSource source_;
  Container web_;
};

TEST_F(JournalContainersTest, IsASourceUnderTheNamesThatItsEngineGives) {
  tell({web_});
  write();
  EXPECT_EQ(judge(), kSource);
  EXPECT_EQ(source_.said, web_.metadata);
}

TEST_F(JournalContainersTest, NothingIsSentBeforeItsEngineHadTheTimeToSpeak) {
  write();
  EXPECT_EQ(judge(), kWaits);
  EXPECT_EQ(containers_.look_again(), 1s);
  web_.left_out = "its label says onecollector.enabled=false";
  tell({web_});
  EXPECT_EQ(judge(), kRests);
  EXPECT_EQ(later(3600s), kRests);
}

TEST_F(JournalContainersTest, KeptOutOnceItStaysSoAlsoWhileItsEngineIsAwayAndAfterARestart) {
  web_.left_out = "its label says onecollector.enabled=false";
  tell({web_});
  write();
  judge();
  JournalContainers after_restart(true, clock_);
  after_restart.saw("5f", "web", clock_.wall_ns());
  clock_.advance(kQuiet);
  EXPECT_EQ(after_restart.judge("5f", false, source_), kRests);
  tell({});
  EXPECT_EQ(judge(), kForgotten) << "its engine has removed it";
}

TEST_F(JournalContainersTest, WhatNoEngineKnowsIsCollectedUnderTheNameThatItsEntriesGive) {
  write();
  EXPECT_EQ(later(kUnknownGrace), kSource);
  EXPECT_EQ(source_.said, (std::map<std::string, std::string>{
                              {"service_name", "web"}, {"container.id", "5f"}, {"container.name", "web"}}));
  tell({web_});
  EXPECT_EQ(judge(), kSource);
  EXPECT_EQ(source_.said.at("service_name"), "orders") << "its engine has come";
}

TEST_F(JournalContainersTest, OneWithoutAnEngineIsOverWhenItIsQuietAndDelivered) {
  write();
  later(kUnknownGrace);
  clock_.advance(kQuiet);
  EXPECT_EQ(judge(false), kSource) << "not all of it is delivered";
  EXPECT_EQ(judge(true), kSource) << "whoever proves it has time to";
  EXPECT_EQ(containers_.look_again(), 1s);
  EXPECT_EQ(later(kDoneGrace, true), kForgotten);
}

TEST_F(JournalContainersTest, OneThatHasEndedRestsUntilItIsStartedAgain) {
  tell({web_});
  write();
  EXPECT_EQ(later(3600s, true), kSource) << "it runs, and is quiet";
  web_.ended = true;
  tell({web_});
  EXPECT_EQ(judge(false), kSource);
  judge(true);
  EXPECT_EQ(later(kDoneGrace, true), kRests);
  web_.ended = false;
  tell({web_});
  EXPECT_EQ(judge(true), kSource);
}

TEST_F(JournalContainersTest, OneThatWasRemovedGoesWhenItIsDelivered) {
  tell({web_});
  write();
  judge();
  tell({});
  EXPECT_EQ(later(3600s, false), kSource);
  judge(true);
  EXPECT_EQ(later(kDoneGrace, true), kForgotten);
}

TEST_F(JournalContainersTest, OneOfAnOfficialCollectorGoesWhenItIsRemovedAndQuiet) {
  JournalContainers official(false, clock_);
  official.set_engines({{"5f", web_}});
  official.saw("5f", "web", clock_.wall_ns());
  clock_.advance(kQuiet);
  EXPECT_EQ(official.judge("5f", false, source_), kSource) << "its engine has it";
  official.set_engines({});
  official.judge("5f", false, source_);
  clock_.advance(kDoneGrace);
  EXPECT_EQ(official.judge("5f", false, source_), kForgotten);
}

TEST_F(JournalContainersTest, ContainersOfAnOldJournalAreStaleUnlessTheirEngineHasThem) {
  EXPECT_FALSE(containers_.is_stale("5f", kNow));
  clock_.advance(kQuiet);
  EXPECT_TRUE(containers_.is_stale("5f", kNow));
  tell({web_});
  EXPECT_FALSE(containers_.is_stale("5f", kNow));
}

TEST_F(JournalContainersTest, WhatWasWrittenWhileNobodyFollowedIsNotStale) {
  containers_.set_followed_until(kNow);
  clock_.advance(24h);
  EXPECT_FALSE(containers_.is_stale("5f", kNow));
  EXPECT_TRUE(containers_.is_stale("5f", kNow - 1));
}

TEST_F(JournalContainersTest, TheJournalIsAskedOnceForEachThatWritesToIt) {
  Container other = web_;
  other.id = "a1";
  other.in_journal = false;
  tell({web_, other});
  EXPECT_THAT(containers_.not_looked_up(), ElementsAre("5f"));
  EXPECT_THAT(containers_.not_looked_up(), IsEmpty());
}

}  // namespace
}  // namespace oc::agent
