#include "base/utf8.h"

#include <gtest/gtest.h>

namespace oc {
namespace {

TEST(Utf8, AcceptsEveryLengthAndTheLastCharacterOfAll) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\u00fc\u20ac\U0001F600\U0010FFFF"));
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  for (const std::string_view bad : {"\x80", "\xff", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                                     "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3"}) {
    EXPECT_FALSE(is_utf8(bad)) << testing::PrintToString(bad);
    EXPECT_EQ(utf8_length(bad), 0u);
  }
}

TEST(Utf8, ReplacesOnlyTheBytesThatAreWrong) {
  EXPECT_EQ(to_utf8("a\xffz"), "a\ufffdz");
  EXPECT_EQ(to_utf8("\xe2\x82"), "\ufffd\ufffd");
  EXPECT_EQ(to_utf8("r\u00e9sum\u00e9"), "r\u00e9sum\u00e9");
}

TEST(Utf8, DropsOnlyWhatIsInvalid) { EXPECT_EQ(without_invalid_utf8("a\xFF\xC3\u00fc\xE2\x82z"), "a\u00fcz"); }

}  // namespace
}  // namespace oc
