#include "base/yaml.h"

#include <gmock/gmock.h>

namespace oc::yaml {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string message_of(std::string_view text) {
  const auto parsed = parse(text, "c.yaml");
  return parsed ? "no error" : parsed.error().message;
}

TEST(Yaml, ParsesAndTellsWhereANodeStands) {
  const auto node = parse("a: 1\nb:\n  - x\n  - y\n", "c.yaml");
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ((*node)["b"][1].as<std::string>(), "y");
  EXPECT_EQ(place((*node)["b"][1], "c.yaml"), "c.yaml:4:5");
}

TEST(Yaml, AnEmptyTextIsNull) {
  ASSERT_TRUE(parse("", "c.yaml"));
  EXPECT_TRUE(parse("", "c.yaml")->IsNull());
  EXPECT_TRUE(parse("# only a comment\n", "c.yaml")->IsNull());
}

TEST(Yaml, ASyntaxErrorNamesFileLineAndColumn) {
  EXPECT_THAT(message_of("a: 1\nb: [1, 2\nc: 3\n"), StartsWith("c.yaml:3:"));
  EXPECT_THAT(message_of("a: \t- b\n  c: *nowhere\n"), StartsWith("c.yaml:"));
}

TEST(Yaml, ADuplicateKeyIsAnErrorAtItsSecondPlace) {
  EXPECT_EQ(message_of("a:\n  x: 1\n  y: 2\n  x: 3\n"), "c.yaml:4:3: the key \"x\" stands here a second time");
}

TEST(Yaml, SeveralDocumentsAreAnError) {
  EXPECT_THAT(message_of("a: 1\n---\nb: 2\n"), StartsWith("c.yaml:2:1: a second document"));
}

TEST(Yaml, ATextThatYamlCppNeverFinishesIsRefused) { EXPECT_THAT(message_of("&&,"), StartsWith("c.yaml:")); }

TEST(Yaml, NestedAliasesAreRefusedBeforeTheyFillTheMemory) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += "*a" + std::to_string(i - 1) + ",";
    bomb += "x]\n";
  }
  EXPECT_THAT(message_of(bomb), HasSubstr("more than 100000 nodes"));
}

TEST(Yaml, ANodeThatContainsItselfIsRefused) { EXPECT_THAT(message_of("&a [*a]"), testing::Ne("no error")); }

TEST(Yaml, DeepNestingIsRefused) {
  EXPECT_THAT(message_of(std::string(150, '[') + std::string(150, ']')), HasSubstr("nested deeper"));
  EXPECT_THAT(message_of(std::string(100'000, '[')), testing::Ne("no error"));
}

}  // namespace
}  // namespace oc::yaml
