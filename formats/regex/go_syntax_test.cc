#include "formats/regex/go_syntax.h"

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

TEST(GoSyntax, NamesOfGroupsAreWrittenAsRe2KnowsThem) {
  EXPECT_EQ(with_python_names(R"((?<a>x)|(?P<b>y))"), R"((?P<a>x)|(?P<b>y))");
  EXPECT_EQ(with_python_names(R"((?:(?<a>x)))"), R"((?:(?P<a>x)))");
  for (const std::string_view same :
       {R"(\(?<a>)", R"([(?<a>])", R"([](?<a>])", R"([^](?<a>])", R"((?<=x)(?<!y))", "(?<=", "\\", ""})
    EXPECT_EQ(with_python_names(same), same);
  EXPECT_EQ(with_python_names(R"([]a](?<a>x))"), R"([]a](?P<a>x))");
}

TEST(GoSyntax, OneByteOfWhateverIsFound) {
  EXPECT_TRUE(cuts_characters(R"(a\Cb)"));
  EXPECT_FALSE(cuts_characters(R"(a\\Cb)"));
  EXPECT_FALSE(cuts_characters("C\\"));
}

}  // namespace
}  // namespace oc::formats
