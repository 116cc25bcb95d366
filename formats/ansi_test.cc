#include "formats/ansi.h"

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

TEST(Ansi, SequencesAreRecognisedAndRemoved) {
  EXPECT_EQ(ansi_sequence_length("\x1b[1;32mINFO"), 7U);
  EXPECT_EQ(ansi_sequence_length("INFO"), 0U);
  EXPECT_TRUE(ends_with_ansi_sequence("x\x1b[0m"));
  EXPECT_FALSE(ends_with_ansi_sequence("item"));
  EXPECT_EQ(without_ansi_sequences("\x1b[32mINFO\x1b[0m up"), "INFO up");
}

}  // namespace
}  // namespace oc::formats
