#include "base/json.h"

#include <gmock/gmock.h>

namespace oc {
namespace {

using testing::HasSubstr;

TEST(ParseJson, KeepsTheOrderOfKeys) {
  EXPECT_EQ(parse_json(R"({"b":1,"a":[true,null]})")->dump(), R"({"b":1,"a":[true,null]})");
}

TEST(ParseJson, AnErrorNamesLineAndColumn) {
  const auto parsed = parse_json("{\n  \"a\": ,\n}");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, testing::AllOf(HasSubstr("line 2"), HasSubstr("column 8")));
}

TEST(ParseJson, DeepNestingIsRefused) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(200)));
  const auto parsed = parse_json(nested(100'000));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("nested deeper than 200 levels"));
}

}  // namespace
}  // namespace oc
