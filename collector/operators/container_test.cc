// container where something is missing or elsewhere: what was done before stays, as in the official collector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/operators/test_operators.h"

namespace oc::collector {
namespace {

using ::testing::HasSubstr;

std::string contained(const std::string& keys, const std::string& line, const std::string& before = {}) {
  return operators_test::records_of(
      "[" + before + "{type: container, on_error: send_quiet, add_metadata_from_filepath: false" + keys + "}]", line);
}

TEST(ContainerOperator, DockersFieldsAreTakenOneAfterTheOther) {
  EXPECT_EQ(contained("", R"({"log":"a\n","stream":"stdout","time":"2024-03-30T08:31:20.5Z","attrs":{"n":5}})"),
            R"("a\n" {"attrs":{"n":5},"log.iostream":"stdout"} 1711787480500000000 0 )");
  EXPECT_EQ(contained("", R"({"log":"a","stream":"stdout"})"),
            R"("{\"log\":\"a\",\"stream\":\"stdout\"}" {"log":"a","stream":"stdout"} 0 0 )")
      << "no time";
  EXPECT_EQ(contained("", R"({"log":"a","time":"2024-03-30T08:31:20Z"})"), R"("a" {} 1711787480000000000 0 )")
      << "no stream";
  EXPECT_EQ(
      contained("", R"({"stream":"stdout","time":"2024-03-30T08:31:20Z"})"),
      R"("{\"stream\":\"stdout\",\"time\":\"2024-03-30T08:31:20Z\"}" {"stream":"stdout"} 1711787480000000000 0 )");
  EXPECT_EQ(contained("", R"({"log":7,"stream":"x","time":"2024-03-30T08:31:20Z"})"),
            R"(7 {"log.iostream":"x"} 1711787480000000000 0 )");
  EXPECT_THAT(contained("", R"({"log":"a","stream":"stdout","time":"2024-03-30T08:31:20+02:00"})"),
              HasSubstr(R"("time":"2024-03-30T08:31:20+02:00"} 0)"))
      << "Docker writes Z";
}

TEST(ContainerOperator, ElsewhereFieldsStayWhereTheyAre) {
  EXPECT_EQ(contained(", parse_to: attributes.k", "2024-04-13T07:59:37.1Z stdout F cri"),
            R"("2024-04-13T07:59:37.1Z stdout F cri" )"
            R"({"k":{"log":"cri","logtag":"F","stream":"stdout","time":"2024-04-13T07:59:37.1Z"}} 0 0 )");
  EXPECT_EQ(operators_test::records_of("[{type: container, parse_to: body, on_error: drop_quiet}]",
                                       "2024-04-13T07:59:37.1Z stdout F cri"),
            "left out");
}

TEST(ContainerOperator, ABlockOfAParserSeesItsFields) {
  EXPECT_EQ(contained(", severity: {parse_from: attributes.stream, mapping: {error: stderr}}",
                      "2024-04-13T07:59:37Z stderr F text"),
            R"("text" {"log.iostream":"stderr","logtag":"F"} 1712995177000000000 17 stderr)");
}

TEST(ContainerOperator, APodIsFoundByTheRotatedPathToo) {
  const auto pod = [](const std::string& path) {
    return operators_test::records_of("[{type: add, field: 'attributes[\"log.file.path\"]', value: '" + path +
                                          "'},"
                                          " {type: container, on_error: drop_quiet},"
                                          " {type: copy, from: 'resource[\"k8s.pod.name\"]', to: body}]",
                                      "2024-04-13T07:59:37Z stderr F text");
  };
  EXPECT_THAT(pod("/var/log/pods/ns_web-1_49cc7c1f-d370/app/0.log"), HasSubstr("\"web-1\""));
  EXPECT_THAT(pod("/var/log/pods/ns_web-1_49cc7c1f-d370/app/0.log.20240102-030405"), HasSubstr("\"web-1\""));
  EXPECT_EQ(pod("/var/log/pods/ns_web-1_49cc7c1f-d370/app/x.log"), "left out");
}

TEST(JsonParser, WithIntsWhatFollowsIsPassedOver) {
  EXPECT_EQ(operators_test::records_of("[{type: json_parser, parse_ints: true}]", R"({"a":1} rest)"),
            R"("{\"a\":1} rest" {"a":1} 0 0 )");
  EXPECT_EQ(operators_test::records_of("[{type: json_parser, on_error: send_quiet}]", R"({"a":1} rest)"), "unchanged");
}

TEST(JsonParser, TakesWhatTheOfficialOneTakes) {
  const auto parsed = [](const std::string& line) {
    return operators_test::records_of("[{type: json_parser, parse_to: body}]", line);
  };
  EXPECT_THAT(parsed("{\"a\":\"tab\there \x1b[0m\"}"), HasSubstr(R"({"a":"tab\there \u001b[0m"})"))
      << "control characters";
  EXPECT_THAT(parsed(R"({"a":-01,"b":007.5,"c":1.})"), HasSubstr(R"({"a":-1,"b":7.5,"c":1})"));
}

TEST(RegexParser, OfGroupsWithOneNameTheLastOneCounts) {
  EXPECT_THAT(operators_test::records_of("[{type: regex_parser, regex: '(?<a>.)(?P<a>.)'}]", "xy"),
              HasSubstr(R"({"a":"y"})"));
}

TEST(UriParser, HostsHaveNoFragment) {
  EXPECT_THAT(operators_test::records_of("[{type: uri_parser, on_error: send_quiet}]", "http://h#f"),
              HasSubstr("unchanged"));
  EXPECT_THAT(operators_test::records_of("[{type: uri_parser}]", "http://h<x/"), HasSubstr(R"("host":"h<x")"));
}

TEST(JsonArrayParser, ObjectsStayAsTheyAreWritten) {
  EXPECT_EQ(
      operators_test::records_of("[{type: json_array_parser, parse_to: body}]", R"([{"z": 1.50, "a" : "\u00e9 x"}])"),
      R"(["{\"z\":1.50,\"a\":\"\\u00e9 x\"}"] {} 0 0 )");
}

TEST(CsvParser, ADelimiterIsAnyCharacter) {
  EXPECT_EQ(operators_test::records_of("[{type: csv_parser, header: 'a¦b', delimiter: '¦', parse_to: body}]",
                                       "1¦\"x¦\"\"y\""),
            R"({"a":"1","b":"x¦\"y"} {} 0 0 )");
  EXPECT_THAT(operators_test::records_of("[{type: csv_parser, header: a}]", ""), HasSubstr("missing field delimiter"));
  EXPECT_THAT(operators_test::records_of("[{type: csv_parser, header: 'a,b', delimiter: ',,'}]", ""),
              HasSubstr("one character"));
}

TEST(SeverityParser, AliasesAndTypesOfTheMapping) {
  const auto severity = [](const std::string& keys, const std::string& line) {
    const auto out = operators_test::records_of("[{type: severity_parser, parse_from: body" + keys + "}]", line);
    return out.substr(out.find("} ") == std::string::npos ? 0 : out.find("} ") + 4);
  };
  EXPECT_EQ(severity("", "ERR3"), "19 ERR3");
  EXPECT_EQ(severity("", "warning2"), "14 warning2");
  EXPECT_EQ(severity(", preset: otel", "err"), "0 err");
  EXPECT_EQ(severity(", mapping: {error: 1xx}", "100"), "0 100");
  EXPECT_EQ(severity(", mapping: {error: 2XX}", "2xx"), "17 2xx");
  EXPECT_EQ(severity(", mapping: {error: 0x10}", "16"), "17 16");
  EXPECT_THAT(severity(", mapping: {error: 1.5}", "x"), HasSubstr("neither a text nor a whole number"));
  EXPECT_THAT(severity(", mapping: {error: true}", "x"), HasSubstr("neither a text nor a whole number"));
  EXPECT_EQ(severity(", mapping: {error: 'true'}", "TRUE"), "17 TRUE");
}

}  // namespace
}  // namespace oc::collector
