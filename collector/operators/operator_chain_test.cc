#include "collector/operators/operator_chain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contracts/otlp/fields.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<std::shared_ptr<const OperatorChain>> parse(const std::string& yaml) {
  return OperatorChain::parse(*parse_config_text(yaml, "f.yaml"), "file_log/x");
}

std::string refused(const std::string& yaml) {
  const auto chain = parse(yaml);
  return chain ? "accepted" : chain.error().text();
}

class OperatorChainTest : public ::testing::Test {
 protected:
  void run(const std::string& yaml, const std::vector<std::string>& lines) {
    lines_ = lines;
    auto batch = std::make_shared<LogBatch>();
    auto stream = std::make_shared<LogStream>();
    otlp::append_string_attribute(stream->record_attributes, 6, "log.file.name", "a.log");
    batch->stream = stream;
    batch->observed_ns = 1'735'689'600'000'000'000;  // 2025-01-01
    for (const auto& line : lines_) {
      batch->records.push_back({line, batch->range.end});
      batch->range.end += line.size() + 1;
    }
    const auto chain = parse(yaml);
    ASSERT_TRUE(chain) << chain.error().text();
    parts_ = (*chain)->run(batch, {}).parts;
    ASSERT_EQ(parts_.size(), 1u);
  }
  const LogBatch& batch() const { return *parts_[0]; }
  // One a record: its attributes, or "line" if it is still one.
  std::vector<std::string> attributes() const {
    if (batch().fields.empty()) return std::vector<std::string>(batch().records.size(), "line");
    std::vector<std::string> all;
    for (const auto& fields : batch().fields) all.push_back(otlp::to_json(fields.attributes));
    return all;
  }
  std::string body(std::size_t record = 0) const { return otlp::to_json(batch().fields[record].body); }
  const otlp::LogFields& fields(std::size_t record = 0) const { return batch().fields[record]; }

  std::vector<std::string> lines_;
  std::vector<LogBatchPtr> parts_;
};

TEST_F(OperatorChainTest, ParsesByRegexAndSendsWhatDoesNotMatch) {
  run("[{type: regex_parser, regex: '^(?P<sev>[A-Z]+) (?P<msg>.*)$'}]", {"INFO hello", "none"});
  EXPECT_THAT(attributes(),
              ElementsAre(R"({"log.file.name":"a.log","msg":"hello","sev":"INFO"})", R"({"log.file.name":"a.log"})"));
}

TEST_F(OperatorChainTest, ParsesJsonWithTimeAndSeverity) {
  run("- type: json_parser\n"
      "  timestamp: {parse_from: attributes.ts, layout: '%Y-%m-%dT%H:%M:%S.%LZ'}\n"
      "  severity: {parse_from: attributes.lvl}\n"
      "  body: attributes.message\n",
      {R"({"ts":"2024-05-06T07:08:09.123Z","lvl":"WARN","message":"hi","n":5,"n2":-0})", R"({"a":1} trailing)"});
  EXPECT_EQ(fields().time_ns, 1'714'979'289'123'000'000);
  EXPECT_EQ(fields().severity_number, 13);
  EXPECT_EQ(fields().severity_text, "WARN");
  EXPECT_EQ(body(0), "\"hi\"");
  EXPECT_EQ(body(1), R"("{\"a\":1} trailing")");
  EXPECT_EQ(attributes()[1], R"({"log.file.name":"a.log"})");
}

TEST_F(OperatorChainTest, AddsMovesCopiesAndRemoves) {
  run("- {type: json_parser, parse_to: body}\n"
      "- {type: add, field: attributes.a.b, value: 1}\n"
      "- {type: add, field: 'attributes[\"dotted.key\"]', value: '1'}\n"
      "- {type: add, field: attributes.sum, value: 'EXPR(body.n + 1)'}\n"
      "- {type: move, from: body.k, to: attributes.moved}\n"
      "- {type: copy, from: body.o, to: attributes.o}\n"
      "- {type: remove, field: 'attributes[\"log.file.name\"]'}\n",
      {R"({"k":"v","n":5,"o":{"p":1}})"});
  EXPECT_EQ(attributes()[0], R"({"a":{"b":1},"dotted.key":"1","moved":"v","o":{"p":1},"sum":6})");
  EXPECT_EQ(body(), R"({"n":5,"o":{"p":1}})");
}

TEST_F(OperatorChainTest, ACopyIsItsOwn) {
  run("- {type: json_parser, parse_to: body}\n"
      "- {type: copy, from: body.o, to: attributes.o}\n"
      "- {type: add, field: body.o.more, value: true}\n",
      {R"({"o":{"p":1}})"});
  EXPECT_EQ(attributes()[0], R"({"log.file.name":"a.log","o":{"p":1}})");
}

TEST_F(OperatorChainTest, FiltersByExpressionAndSaysWho) {
  run("[{type: filter, id: noise, expr: 'body matches \"^DROP\"'}]", {"DROP me", "keep", "DROP too"});
  EXPECT_THAT(attributes(), ElementsAre("line")) << "what only passes by stays a view of the file";
  ASSERT_EQ(batch().left_out.size(), 1u);
  EXPECT_EQ(batch().left_out[0].reason, "file_log/x noise operator");
  EXPECT_EQ(batch().left_out[0].records, 2u);
  EXPECT_THAT(batch().left_out[0].ranges, ElementsAre(contracts::ByteRange{0, 8}, contracts::ByteRange{13, 22}));
}

TEST_F(OperatorChainTest, AFilterThatCannotTellLeavesOut) {
  run("[{type: filter, expr: 'body.n > 3'}]", {"x"});
  EXPECT_THAT(batch().records, IsEmpty());
  EXPECT_EQ(batch().left_out[0].records, 1u);
}

TEST_F(OperatorChainTest, OnErrorDropIsCountedApart) {
  run("[{type: json_parser, on_error: drop}]", {"not json", R"({"ok":1})"});
  EXPECT_THAT(attributes(), ElementsAre(R"({"log.file.name":"a.log","ok":1})"));
  EXPECT_EQ(batch().left_out[0].reason, "file_log/x json_parser operator on error");
}

TEST_F(OperatorChainTest, ConditionsAndOutputsChooseTheWay) {
  run("- {type: add, id: first, field: attributes.first, value: 1, output: last, if: 'body == \"a\"'}\n"
      "- {type: add, id: middle, field: attributes.middle, value: 1}\n"
      "- {type: add, id: last, field: attributes.last, value: 1}\n",
      {"a", "b"});
  EXPECT_THAT(attributes(),
              ElementsAre(R"({"first":1,"last":1,"log.file.name":"a.log"})", R"({"last":1,"log.file.name":"a.log"})"));
}

TEST_F(OperatorChainTest, ARouterSendsEachRecordItsWayAndLeavesOutTheRest) {
  run("[{type: router, routes: [{expr: 'body == \"a\"', output: one, attributes: {r: A}},"
      "                         {expr: 'body == \"b\"', output: [two]}]},"
      " {type: add, id: one, field: attributes.one, value: 1, output: end},"
      " {type: add, id: two, field: attributes.two, value: 2}, {type: noop, id: end}]",
      {"a", "b", "c"});
  EXPECT_THAT(attributes(),
              ElementsAre(R"({"log.file.name":"a.log","one":1,"r":"A"})", R"({"log.file.name":"a.log","two":2})"));
  ASSERT_EQ(batch().left_out.size(), 1u);
  EXPECT_EQ(batch().left_out[0].reason, "file_log/x router operator");
  EXPECT_THAT(refused("[{type: router, id: r, routes: [{expr: 'true', output: n}]}, {type: noop, id: n, output: r}]"),
              HasSubstr("circular"));
  EXPECT_THAT(refused("[{type: router, routes: [{expr: 'true', output: nowhere}]}]"), HasSubstr("'nowhere'"));
}

TEST_F(OperatorChainTest, WhatIsMadeOutlivesTheChain) {
  run("[{type: add, field: attributes.a_key_too_long_for_a_short_string, value: a value too long for a short string}]",
      {"x"});
  EXPECT_THAT(attributes()[0], HasSubstr("a value too long for a short string"));
}

TEST(OperatorChain, RefusesWithPlaceAndSuggestion) {
  EXPECT_THAT(refused("[{type: regex_parser, regex: '(?P<a>['}]"),
              HasSubstr("f.yaml:1:30: file_log/x: operators[0] (regex_parser)"));
  EXPECT_THAT(refused("[{type: regex_parser}]"), HasSubstr("'regex' is missing"));
  EXPECT_THAT(refused("[{type: json_parsr}]"), HasSubstr("did you mean 'json_parser'?"));
  EXPECT_THAT(refused("[{type: router}]"), HasSubstr("'routes' must be a list"));
  EXPECT_THAT(refused("[{id: x}]"), HasSubstr("'type' is missing"));
  EXPECT_THAT(refused("[{type: add, field: body, vlaue: 1}]"), HasSubstr("unknown key 'vlaue'"));
  EXPECT_THAT(refused("[{type: add, field: body}]"), HasSubstr("'value' is missing"));
  EXPECT_THAT(refused("[{type: noop, on_eror: drop}]"), HasSubstr("did you mean 'on_error'?"));
  EXPECT_THAT(refused("[{type: noop, output: nowhere}]"), HasSubstr("there is no operator 'nowhere'"));
  EXPECT_THAT(refused("[{type: noop, id: a, output: b}, {type: noop, id: b, output: a}]"), HasSubstr("circular"));
  EXPECT_THAT(refused("[{type: noop, id: same}, {type: noop, id: same}]"), HasSubstr("'same' is there already"));
  EXPECT_THAT(refused("[{type: filter, expr: 1 + 2}]"), HasSubstr("expected bool, but got number"));
  EXPECT_THAT(refused("[{type: noop, if: 'body matches \"[\"'}]"), HasSubstr("matches"));
  EXPECT_THAT(refused("[{type: add, field: bdy, value: 1}]"), HasSubstr("'bdy' is not a field"));
  for (const auto* whole : {"{type: move, from: body, to: attributes}", "{type: add, field: resource, value: 1}",
                            "{type: retain, fields: [attributes]}", "{type: json_parser, parse_from: attributes}"})
    EXPECT_THAT(refused(fmt::format("[{}]", whole)), HasSubstr("cannot be referenced without subfield")) << whole;
  EXPECT_THAT(refused("[{type: json_parser, parse_to: body, body: attributes.m}]"), HasSubstr("is not allowed"));
  EXPECT_EQ(refused("[{type: remove, field: attributes}, {type: json_parser, parse_to: resource}]"), "accepted");
  EXPECT_THAT(refused("[{type: time_parser, parse_from: body, layout: '%Y', location: Mars/Base}]"),
              HasSubstr("Mars/Base"));
  EXPECT_THAT(refused("[{type: json_parser, severity: {parse_from: body, mapping: {eror: x}}}]"),
              HasSubstr("did you mean 'error'?"));
  EXPECT_THAT(refused("[{type: json_parser, timestamp: {parse_from: body, layout: '%Q'}}]"),
              HasSubstr("'%Q' is not a known letter"));
  EXPECT_EQ(refused("[{type: noop}, {type: noop}]"), "accepted");
}

}  // namespace
}  // namespace oc::collector
