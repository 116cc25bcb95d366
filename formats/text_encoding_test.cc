#include <gtest/gtest.h>

#include "formats/ansi.h"
#include "formats/utf8.h"

namespace oc::formats {
namespace {

TEST(Utf8, RefusesOverlongFormsAndSurrogates) {
  EXPECT_TRUE(is_valid_utf8("aü€😀"));
  for (const char* bytes :
       {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(bytes));
  }
}

TEST(Utf8, DropsOnlyWhatIsInvalid) { EXPECT_EQ(without_invalid_utf8("a\xFF\xC3ü\xE2\x82z"), "aüz"); }

TEST(Ansi, SequencesAreRecognisedAndRemoved) {
  EXPECT_EQ(ansi_sequence_length("\x1b[1;32mINFO"), 7U);
  EXPECT_EQ(ansi_sequence_length("INFO"), 0U);
  EXPECT_TRUE(ends_with_ansi_sequence("x\x1b[0m"));
  EXPECT_FALSE(ends_with_ansi_sequence("item"));
  EXPECT_EQ(without_ansi_sequences("\x1b[32mINFO\x1b[0m up"), "INFO up");
}

}  // namespace
}  // namespace oc::formats
