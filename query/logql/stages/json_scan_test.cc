#include "query/logql/stages/json_scan.h"

#include <gtest/gtest.h>

#include "query/logql/stages/json_path.h"
#include "query/logql/stages/json_text.h"

namespace oc::query {
namespace {

// "key=value …", and the error behind the last member.
std::string members(std::string_view json) {
  JsonScanner scanner(json);
  std::string text;
  if (!scanner.enter('{')) return std::string(scanner.error());
  JsonValue value;
  while (const auto key = scanner.next_member(value)) text += std::string(*key) + "=" + std::string(value.text) + " ";
  return text + std::string(scanner.error());
}

TEST(JsonScanner, ReadsMembersInOrder) {
  EXPECT_EQ(members(R"( {"a": 1 , "b":"x\"y","c":{"d":"}"},"e":[1,"]"],"f":null,"g":true} rest)"),
            R"(a=1 b=x\"y c={"d":"}"} e=[1,"]"] f=null g=true )");
  EXPECT_EQ(members("{}"), "");
  EXPECT_EQ(members("{\"a\":1,}"), "a=1 ");  // a comma too many does no harm
}

// Recorded from Loki.
TEST(JsonScanner, StopsAtDamageWithWhatStandsBeforeIt) {
  EXPECT_EQ(members("plain"), kMalformedObject);
  EXPECT_EQ(members("{\"level\":\"error\",\"n\":0"), "level=error n=0 " + std::string(kMalformedArray));
  EXPECT_EQ(members("{\"level\":\"warn\" \"n\":2}"), "level=warn " + std::string(kMalformedObject));
  EXPECT_EQ(members("{\"a\" 1}"), kMalformedJson);
  EXPECT_EQ(members("{\"a\":\"x"), kMalformedString);
  EXPECT_EQ(members("{\"a\":nope}"), kUnknownValue);
  EXPECT_EQ(members("{"), kMalformedJson);
  EXPECT_EQ(members("{\"a\":{\"b\":1"), kMalformedObject);
}

std::string at_path(std::string_view json, std::string_view path) {
  const auto [value, error] = find_json_field(json, *parse_json_path(path));
  return value ? std::string(value->text) : error.empty() ? "absent" : std::string(error);
}

TEST(JsonPath, FindsTheFirstSuchValue) {
  constexpr std::string_view kLine = R"({"a":{"b c":[1,{"d":"x"}]},"a":2,"e":null})";
  EXPECT_EQ(at_path(kLine, "a[\"b c\"][1].d"), "x");
  EXPECT_EQ(at_path(kLine, "a[\"b c\"][0]"), "1");
  EXPECT_EQ(at_path(kLine, "e"), "null");
  EXPECT_EQ(at_path(kLine, "a.nosuch"), "absent");
  EXPECT_EQ(at_path(kLine, "a[\"b c\"][7]"), "absent");
  EXPECT_EQ(at_path(R"([{"x":1}])", "[0].x"), "1");
  EXPECT_EQ(at_path(R"({"a":1,"b":[1)", "b"), kMalformedArray);
  EXPECT_EQ(at_path(R"({"a":1,"b":[1)", "c"), "absent");
  EXPECT_EQ(at_path(R"({"a":1,"b":[1)", "a"), "1");
  EXPECT_EQ(at_path(R"({"a":"x" "b":2})", "b"), "2");
  EXPECT_EQ(at_path(R"("a":1)", "a"), kMalformedJson);
}

TEST(JsonText, ResolvesEscapesAndReplacesWhatIsNotUtf8) {
  JsonText text;
  EXPECT_EQ(text.label_text(R"(a\u00e9\n)"), "aé\n");
  EXPECT_EQ(text.label_text("x\xFFy"), "x y");
  EXPECT_EQ(text.label_text("x\\ud800y"), "");
  EXPECT_EQ(text.label_text("\\ud83d\\ude80 \\\\ud800"), "🚀 \\ud800");
  EXPECT_EQ(text.label_text(R"(bad \q escape)"), "");
}

}  // namespace
}  // namespace oc::query
