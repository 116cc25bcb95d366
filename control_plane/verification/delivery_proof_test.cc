#include "control_plane/verification/delivery_proof.h"

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

contracts::Watermark held(const std::string& file, std::uint64_t start, std::uint64_t end) {
  contracts::Watermark watermark{"s", file, {}, 7};
  watermark.held.add({start, end});
  return watermark;
}

class DeliveryProofTest : public testing::Test {
 protected:
  void ledger(std::uint64_t size, std::uint64_t newline_end, std::uint64_t start = 0) {
    proof_.note_ledger({"s", size, start, newline_end, 0}, now_);
  }
  bool judge(std::vector<contracts::Watermark> files) {
    std::vector<const contracts::Watermark*> pointers;
    for (const auto& file : files) pointers.push_back(&file);
    return proof_.judge(pointers, now_);
  }
  DeliveryProof proof_;
  DeliveryProof::Time now_{seconds(1000)};
};

TEST_F(DeliveryProofTest, WithoutACompleteLineItIsIdle) {
  ledger(0, 0);
  EXPECT_TRUE(proof_.idle());
  ledger(10, 0);
  EXPECT_TRUE(proof_.idle());
  EXPECT_FALSE(proof_.pending());
}

TEST_F(DeliveryProofTest, WhatWasSkippedAtFirstIsNotDue) {
  ledger(500, 500, 500);
  EXPECT_TRUE(proof_.idle());
  ledger(600, 600, 500);
  EXPECT_TRUE(judge({held("f", 500, 600)}));
}

TEST_F(DeliveryProofTest, EveryCompleteLineMustBeHeld) {
  ledger(105, 100);
  EXPECT_FALSE(judge({held("f", 0, 99)}));
  EXPECT_FALSE(judge({held("f", 1, 100)}));
  EXPECT_FALSE(judge({}));
  now_ += milliseconds(84);
  EXPECT_TRUE(judge({held("f", 0, 100)}));
  EXPECT_DOUBLE_EQ(proof_.latency_ms(), 84);
  EXPECT_EQ(proof_.records(), 7u);
  EXPECT_FALSE(proof_.pending());
}

TEST_F(DeliveryProofTest, BytesMissing30SecondsAfterTheLedgerToldOfThemAreLate) {
  ledger(100, 100);
  now_ += seconds(29);
  ledger(200, 200);
  EXPECT_FALSE(proof_.late(now_));
  now_ += seconds(1);
  EXPECT_TRUE(proof_.late(now_)) << "growth does not start the time anew";
  EXPECT_TRUE(judge({held("f", 0, 150)}));
  EXPECT_TRUE(proof_.pending()) << "the second hundred is still to come";
  EXPECT_FALSE(proof_.late(now_));
}

TEST_F(DeliveryProofTest, AStoreAheadOfTheLedgerProvesOnceTheLedgerHasCaughtUp) {
  ledger(100, 100);
  EXPECT_FALSE(judge({held("f", 0, 150)})) << "it could be an older, longer file";
  ledger(150, 150);
  EXPECT_TRUE(judge({held("f", 0, 220)})) << "it was at 150 before, as the file is now";
  ledger(180, 180);
  EXPECT_TRUE(judge({held("f", 0, 300)})) << "known by now";
}

TEST_F(DeliveryProofTest, AfterATruncationTheFormerFileProvesNothing) {
  ledger(5000, 5000);
  ASSERT_TRUE(judge({held("old", 0, 5000)}));
  ledger(300, 300);
  EXPECT_FALSE(proof_.proven());
  EXPECT_TRUE(proof_.pending());
  EXPECT_FALSE(judge({held("old", 0, 5000)}));
  ledger(5000, 5000);
  EXPECT_FALSE(judge({held("old", 0, 5000)})) << "grown to the very same size";
  EXPECT_TRUE(judge({held("old", 0, 5000), held("new", 0, 5000)}));
}

TEST_F(DeliveryProofTest, AFileThatTheStoreHeldBeforeTheLedgerToldOfTheRotationIsThePresentOne) {
  ledger(5000, 5000);
  ASSERT_TRUE(judge({held("old", 0, 5000)}));
  ASSERT_TRUE(judge({held("old", 0, 5000), held("new", 0, 800)})) << "asked again, for another reason";
  ledger(300, 300);
  EXPECT_FALSE(judge({held("old", 0, 5000), held("new", 0, 800)}));
  ledger(800, 800);
  EXPECT_TRUE(judge({held("old", 0, 5000), held("new", 0, 800)}));
}

TEST_F(DeliveryProofTest, AFileThatWasNeverProvenBelongsToThePastAfterARotation) {
  ledger(200, 200);
  ASSERT_FALSE(judge({held("old", 0, 190)})) << "its last line is lost";
  ledger(200, 200);
  ledger(100, 100);
  ledger(190, 180);
  EXPECT_FALSE(judge({held("old", 0, 190)}));
  EXPECT_TRUE(judge({held("old", 0, 190), held("new", 0, 180)}));
}

TEST_F(DeliveryProofTest, WhatTheStoreLostIsDoubtedAndThenLate) {
  ledger(100, 100);
  ASSERT_TRUE(judge({held("f", 0, 100)}));
  EXPECT_FALSE(judge({}));
  proof_.doubt(now_);
  EXPECT_TRUE(proof_.pending());
  EXPECT_FALSE(proof_.late(now_));
  now_ += kRecheckGrace;
  EXPECT_TRUE(proof_.late(now_));
  EXPECT_TRUE(judge({held("f", 0, 100)}));
  EXPECT_FALSE(proof_.late(now_));
}

TEST_F(DeliveryProofTest, AStoreThatOnlyCountsNeedsTheCollectorsAcknowledgementToo) {
  ledger(100, 100);
  EXPECT_FALSE(proof_.judge_counted(0, 100, now_));
  EXPECT_FALSE(proof_.judge_counted(5, 99, now_));
  EXPECT_TRUE(proof_.judge_counted(5, 100, now_));
}

}  // namespace
}  // namespace oc::control_plane
