#include "control_plane/verification/accepted_proof.h"

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

using std::chrono::seconds;

class AcceptedProofTest : public testing::Test {
 protected:
  void note(std::uint64_t accepted, std::uint64_t counted, bool all_in_window = true) {
    proof_.note_accepted(accepted, now_);
    proof_.note_counted(counted, all_in_window, now_);
  }
  void stand_still(std::uint64_t accepted, std::uint64_t counted) {
    note(accepted, counted);
    now_ += seconds(11);
    note(accepted, counted);
  }
  AcceptedProof proof_;
  AcceptedProof::Time now_{seconds(1'000'000)};
};

TEST_F(AcceptedProofTest, IsCompleteOnceTheStoreCountsWhatWasAccepted) {
  note(7, 0);
  EXPECT_FALSE(proof_.complete());
  note(7, 6);
  EXPECT_FALSE(proof_.complete());
  note(7, 7);
  EXPECT_TRUE(proof_.complete());
  EXPECT_EQ(proof_.expected(), 7u);
  EXPECT_EQ(proof_.found(), 7u);
}

TEST_F(AcceptedProofTest, FiguresThatComeLaterThanTheRecordsHideNothing) {
  note(0, 7);  // the agent has not told of them yet
  note(7, 7);
  EXPECT_TRUE(proof_.complete());
  note(8, 7);
  EXPECT_FALSE(proof_.complete());
}

TEST_F(AcceptedProofTest, ACollectorThatIsStartedAgainCountsFromNothingAndTheComparisonGoesOn) {
  stand_still(7, 7);
  note(0, 7);
  EXPECT_TRUE(proof_.complete());
  note(2, 8);
  EXPECT_FALSE(proof_.complete());
  note(2, 9);
  EXPECT_TRUE(proof_.complete());
  EXPECT_EQ(proof_.expected(), 9u);
}

TEST_F(AcceptedProofTest, WhatWasMissingBeforeAStartIsMissingAfterIt) {
  note(7, 4);
  note(0, 4);
  EXPECT_FALSE(proof_.complete());
  note(1, 7);
  EXPECT_FALSE(proof_.complete());
  note(1, 8);
  EXPECT_TRUE(proof_.complete());
}

TEST_F(AcceptedProofTest, RecordsOfAnEarlierTimeDoNotStandInForNewOnes) {
  stand_still(0, 1000);
  note(5, 1000);
  EXPECT_FALSE(proof_.complete());
  note(5, 1005);
  EXPECT_TRUE(proof_.complete());
}

TEST_F(AcceptedProofTest, RecordsThatCameTwiceDoNotStandInForNewOnes) {
  stand_still(10, 13);
  note(12, 14);
  EXPECT_FALSE(proof_.complete());
}

TEST_F(AcceptedProofTest, WhatWasAcceptedBeforeTheWindowIsTakenAsDelivered) {
  note(1'000'000, 100'000, false);
  EXPECT_TRUE(proof_.complete());
  note(1'000'003, 100'002, false);
  EXPECT_FALSE(proof_.complete());
}

TEST_F(AcceptedProofTest, ADifferenceIsALossOnceItOutlivedTheGrace) {
  note(7, 6);
  now_ += seconds(29);
  note(7, 6);
  EXPECT_FALSE(proof_.missing(now_));
  now_ += seconds(2);
  EXPECT_TRUE(proof_.missing(now_));
  note(7, 7);
  EXPECT_FALSE(proof_.missing(now_));
}

TEST_F(AcceptedProofTest, ReadingIsSeenByWhatIsAccepted) {
  note(0, 3);
  EXPECT_FALSE(proof_.moved());
  note(1, 3);
  EXPECT_TRUE(proof_.moved_since(now_));
  EXPECT_TRUE(proof_.moved_since(now_ + seconds(4)));  // in the same moment: who tells first is chance
  EXPECT_FALSE(proof_.moved_since(now_ + seconds(6)));
}

TEST_F(AcceptedProofTest, ACollectorThatBeganSinceTheFileGrewHadTimeToReadIt) {
  const auto grown = now_;
  now_ += seconds(1);
  note(4, 4);
  EXPECT_FALSE(proof_.begun_since(grown, now_ + seconds(4)));
  EXPECT_TRUE(proof_.begun_since(grown, now_ + seconds(5)));
  now_ += seconds(60);
  EXPECT_FALSE(proof_.begun_since(now_, now_ + seconds(5))) << "it ran when the file grew";
  note(0, 4);
  EXPECT_TRUE(proof_.begun_since(now_, now_ + seconds(5))) << "it was started again";
}

TEST_F(AcceptedProofTest, AWindowThatBeginsAnewForgetsWhatIsDoneAndWhatIsUnderWay) {
  stand_still(7, 7);
  proof_.begin_anew(now_);
  note(7, 2);
  EXPECT_TRUE(proof_.complete());
  note(9, 3);
  EXPECT_TRUE(proof_.complete());  // until it is known what belongs to the time before
}

TEST_F(AcceptedProofTest, ASinkThatIsAwayForLongStaysAwayWhenTheWindowBeginsAnew) {
  note(7, 3);
  now_ += std::chrono::minutes(20);
  note(9, 3);
  proof_.begin_anew(now_);
  note(9, 1);
  EXPECT_FALSE(proof_.complete());
  EXPECT_EQ(proof_.found(), 3u);
  note(9, 7);
  EXPECT_TRUE(proof_.complete());
}

}  // namespace
}  // namespace oc::control_plane
