#include "cli/output.h"

#include <gtest/gtest.h>

#include "cli/configs.h"
#include "cli/policies.h"
#include "cli/query_output.h"
#include "cli/sources.h"
#include "cli/status.h"

namespace oc::cli {
namespace {

Json json(const char* text) { return *parse_json(text); }

TEST(Output, YamlKeepsStringsThatLookLikeNumbersAsStrings) {
  EXPECT_EQ(to_yaml(json(R"({"a":"007","b":7,"c":[true,null],"d":{}})")),
            "a: \"007\"\nb: 7\nc:\n  - true\n  - null\nd:\n  {}\n");
}

TEST(Output, RefusesAnUnknownFormatAndNamesTheKnownOnes) {
  const auto output = parse_output("xml");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().next_step, "use --output table, json or yaml");
}

TEST(Lines, OfSeveralStreamsAreMergedInTimeOrder) {
  const auto result = json(R"([
    {"stream":{"service_name":"a"},"values":[["3000000000","third"],["1000000000","first"]]},
    {"stream":{"service_name":"b"},"values":[["2000000000","second"]]}])");
  EXPECT_EQ(lines_of_streams(result, true, false, {}),
            "1970-01-01T00:00:01.000Z a  first\n"
            "1970-01-01T00:00:02.000Z b  second\n"
            "1970-01-01T00:00:03.000Z a  third\n");
}

TEST(Lines, CannotMoveTheCursorOfATerminal) {
  const auto result = json(R"([{"stream":{},"values":[["0","a\u001b[2Jb"]]}])");
  EXPECT_NE(lines_of_streams(result, true, false, {.is_terminal = true}).find("a␛[2Jb"), std::string::npos);
}

TEST(Result, OfAMatrixIsATableOfSamples) {
  const auto data = json(R"({"resultType":"matrix","result":[{"metric":{"level":"error"},"values":[[60,"3"]]}]})");
  EXPECT_EQ(result_text(data, false, false, {}),
            "TIME                      VALUE  LABELS\n"
            "1970-01-01T00:01:00.000Z  3      {level=\"error\"}\n");
}

TEST(Delivery, IsSaidInWords) {
  EXPECT_EQ(delivery_words(json(R"({"state":"verified","latency_ms":84,"reason":"1,204 lines"})")),
            "verified in 84 ms: 1,204 lines");
  EXPECT_EQ(delivery_words(json(R"({"state":"waiting","reason":"waiting for first line","latency_ms":null})")),
            "waiting for first line");
  EXPECT_EQ(delivery_words(json(R"({"state":"not_delivered","reason":"the store does not answer"})")),
            "not delivered: the store does not answer");
}

TEST(Summary, LeavesOutWhatIsZero) {
  EXPECT_EQ(summary_words(json(R"({"sources":12,"verified":10,"idle":2,"waiting":0,"failed":0})")),
            "12 sources: 10 verified, 2 idle");
  EXPECT_EQ(summary_words(json(R"({"sources":1,"verified":1})")), "1 source: 1 verified");
}

TEST(Plan, IsToldInWordsWithPlaces) {
  EXPECT_EQ(plan_text(json(R"({"refused":true,"problems":[],"agents":[{"agent_id":"0123456789","host_name":"web-1",
    "refused":true,"problems":[{"component":"receivers::file_log/a","file":"o.yaml","line":3,"column":5,
    "message":"unknown key 'x'","next_step":"did you mean 'y'?"}]}]})"),
                      {}),
            "web-1 (01234567): refused\n"
            "o.yaml:3:5: receivers::file_log/a: unknown key 'x' (did you mean 'y'?)\n"
            "Refused. Nothing was changed.\n");
  EXPECT_EQ(
      plan_text(json(R"({"refused":false,"problems":[],"agents":[{"agent_id":"01","host_name":"web-1","refused":false,
    "quarantined":{"b":"bad regex"},"notes":["n"],
    "difference":{"added":["processors::x"],"removed":[],"changed":[],"diff":"+x\n"}}]})"),
                {}),
      "web-1 (01): 1 added: processors::x\nleft out: b: bad regex\nnote: n\n+x\nNothing was changed.\n");
}

TEST(Diff, IsColouredOnATerminalOnly) {
  EXPECT_EQ(coloured_diff("+a\n-b\n c\n", {}), "+a\n-b\n c\n");
  EXPECT_EQ(coloured_diff("+a\n-b\n c\n", {.is_terminal = true, .colour = true}),
            "\x1b[32m+a\x1b[0m\n\x1b[31m-b\x1b[0m\n c\n");
}

TEST(Health, NeedsAProbeThatWasFound) {
  auto status = json(R"({"settled":true,"summary":{"failed":0},"agents":[],"probe":{"log_found":true}})");
  EXPECT_TRUE(is_healthy(status));
  status["probe"]["log_found"] = false;
  EXPECT_FALSE(is_healthy(status));
  status["probe"] = nullptr;
  EXPECT_FALSE(is_healthy(status));
}

}  // namespace
}  // namespace oc::cli
