#include "agent/opamp_client/source_reporter.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using namespace std::chrono_literals;

class SourceReporterTest : public testing::Test {
 protected:
  static model::DiscoveredLogSource source(const std::string& id) {
    model::DiscoveredLogSource out;
    out.source_id = id;
    out.log_path = "/var/log/" + id;
    return out;
  }
  // "type sequence" of each message that is due.
  std::vector<std::string> due() {
    std::vector<std::string> out;
    for (const auto& message : reporter_.take_due(now_)) {
      last_ = *parse_json(message.data);
      out.push_back(message.type + (last_.contains("sequence") ? " " + last_["sequence"].dump() : ""));
    }
    return out;
  }
  using Types = std::vector<std::string>;

  SourceReporter reporter_;
  SourceReporter::Time now_{1h};
  Json last_;
};

TEST_F(SourceReporterTest, NothingIsToldBeforeTheFirstListing) {
  EXPECT_EQ(due(), Types{});
  EXPECT_EQ(reporter_.next_due(), std::nullopt);
  EXPECT_FALSE(reporter_.heartbeat());
}

TEST_F(SourceReporterTest, ASnapshotComesFirstAlsoWhenThereIsNoSource) {
  reporter_.update({}, {});
  EXPECT_EQ(due(), Types{"snapshot 1"});
  EXPECT_TRUE(last_["sources"].empty());
  EXPECT_EQ(due(), Types{});
}

TEST_F(SourceReporterTest, ChangesWithinAHundredMillisecondsAreOneDelta) {
  reporter_.update({source("a")}, {});
  due();
  reporter_.update({source("b")}, {});
  EXPECT_EQ(due(), Types{});
  EXPECT_EQ(reporter_.next_due(), now_ + 100ms);
  reporter_.update({source("c")}, {"a"});
  now_ += 100ms;
  EXPECT_EQ(due(), Types{"delta 2"});
  EXPECT_EQ(last_["upserted"].size(), 2u);
  EXPECT_EQ(last_["removed"], Json::array({"a"}));
  EXPECT_EQ(last_["set_hash"].get<std::string>(), contracts::set_hash({source("b"), source("c")}));
}

TEST_F(SourceReporterTest, TheLedgerOfANewSourceWaitsForTheSource) {
  reporter_.update({}, {});
  due();
  reporter_.update({source("a")}, {});
  reporter_.ledger({{.source_id = "a", .size_bytes = 5}});
  EXPECT_EQ(due(), Types{});
  EXPECT_EQ(reporter_.next_due(), now_ + 100ms);
  now_ += 100ms;
  EXPECT_EQ(due(), (Types{"delta 2", "ledger"}));
  EXPECT_EQ(due(), Types{});
}

TEST_F(SourceReporterTest, AResyncTellsEverythingAgain) {
  reporter_.update({source("a")}, {});
  reporter_.ledger({{.source_id = "a", .size_bytes = 5}});
  reporter_.collector({{{.source_id = "a", .read_bytes = 5}}});
  EXPECT_EQ(due(), (Types{"snapshot 1", "ledger", "collector"}));
  reporter_.resync();
  EXPECT_EQ(due(), (Types{"snapshot 2", "ledger", "collector"}));
}

TEST_F(SourceReporterTest, WithoutAnAcknowledgementASnapshotIsSentAgain) {
  reporter_.update({source("a")}, {});
  due();
  now_ += 10s;
  EXPECT_EQ(due(), Types{"snapshot 2"});
  reporter_.acknowledged(2);
  now_ += 10s;
  EXPECT_EQ(due(), Types{});
  EXPECT_EQ(reporter_.next_due(), std::nullopt);
}

TEST_F(SourceReporterTest, TheHeartbeatBearsTheHashOfWhatWasTold) {
  reporter_.update({source("a")}, {});
  due();
  const auto heartbeat = reporter_.heartbeat();
  ASSERT_TRUE(heartbeat);
  const auto json = *parse_json(heartbeat->data);
  EXPECT_EQ(json["set_hash"].get<std::string>(), contracts::set_hash({source("a")}));
  EXPECT_EQ(json["sequence"], 1);
  reporter_.update({source("b")}, {});
  EXPECT_FALSE(reporter_.heartbeat());
}

TEST_F(SourceReporterTest, FiguresOfUnknownSourcesAreDropped) {
  reporter_.update({}, {});
  due();
  reporter_.ledger({{.source_id = "gone"}});
  reporter_.collector({{{.source_id = "gone"}}});
  EXPECT_EQ(due(), Types{});
}

}  // namespace
}  // namespace oc::agent
