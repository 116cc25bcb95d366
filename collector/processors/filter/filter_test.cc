#include "collector/processors/filter/filter.h"

#include <gmock/gmock.h>

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refused_filter(const std::string& yaml) {
  const auto config = filter_factory().parse({"filter", "noise"}, *parse_config_text(yaml, "f.yaml"));
  return config ? "accepted" : config.error().text();
}

LogBatchPtr filtered(const std::string& yaml, const std::vector<std::string_view>& lines) {
  auto batch = std::make_shared<LogBatch>();
  auto stream = std::make_shared<LogStream>();
  contracts::otlp::append_string_attribute(stream->resource_attributes, 1, "svc", "shop");
  batch->stream = stream;
  batch->listener = std::make_shared<Nobody>();
  for (const auto line : lines) {
    batch->records.push_back({line, batch->range.end});
    batch->range.end += line.size() + 1;
  }
  const auto config = filter_factory().parse({"filter", "noise"}, *parse_config_text(yaml, "f.yaml"));
  EXPECT_TRUE(config) << config.error().text();
  FilterProcessor filter({"filter", "noise"}, std::static_pointer_cast<const FilterConfig>(*config));
  return filter.process(batch);
}

std::vector<std::string> bodies(const LogBatchPtr& batch) {
  std::vector<std::string> all;
  for (const auto& record : batch->records) all.emplace_back(record.body);
  return all;
}

TEST(Filter, LeavesOutWhatAConditionHoldsFor) {
  const auto rest =
      filtered(R"({logs: {log_record: ['IsMatch(body, "^DEBUG")', 'body == "x"']}})", {"DEBUG a", "INFO b", "x"});
  EXPECT_THAT(bodies(rest), ElementsAre("INFO b"));
  ASSERT_EQ(rest->left_out.size(), 1u);
  EXPECT_EQ(rest->left_out[0].reason, "filter/noise");
  EXPECT_EQ(rest->left_out[0].records, 2u);
  EXPECT_THAT(rest->left_out[0].ranges, ElementsAre(contracts::ByteRange{0, 8}, contracts::ByteRange{15, 17}));
}

TEST(Filter, TakesBothStylesOfConditions) {
  EXPECT_THAT(bodies(filtered(R"({log_conditions: ['log.body == "x"']})", {"x", "y"})), ElementsAre("y"));
  EXPECT_THAT(bodies(filtered(R"({log_conditions: [{context: resource, conditions: ['attributes["svc"] == "shop"']}]})",
                              {"x", "y"})),
              ElementsAre());
  EXPECT_THAT(bodies(filtered(R"({logs: {resource: ['attributes["svc"] == "other"']}})", {"x"})), ElementsAre("x"));
}

TEST(Filter, SeverityOfTheOlderStyleIsANumberOrAName) {
  EXPECT_EQ(refused_filter("{logs: {include: {severity_number: {min: ERROR}}}}"), "accepted");
  EXPECT_EQ(refused_filter("{logs: {include: {severity_number: {min: WARN3}}}}"), "accepted");
  EXPECT_THAT(refused_filter("{logs: {include: {severity_number: {min: LOUD}}}}"), HasSubstr("'min'"));
  EXPECT_THAT(refused_filter("{logs: {include: {bodies: [x]}}}"), HasSubstr("'match_type' must be strict or regexp"));
}

TEST(Filter, TakesTheOlderIncludeAndExclude) {
  EXPECT_THAT(bodies(filtered("{logs: {include: {match_type: regexp, bodies: ['^a']}, exclude: {match_type: strict, "
                              "bodies: [ab]}}}",
                              {"a", "ab", "b"})),
              ElementsAre("a"));
}

TEST(Filter, AnErrorIsIgnoredOrLeavesOutTheBatch) {
  const std::string condition = R"(logs: {log_record: ['ParseJSON(body)["x"] == 1']})";
  const std::vector<std::string_view> lines = {R"({"x":1})", "no json"};
  EXPECT_THAT(bodies(filtered("{" + condition + "}", lines)), ElementsAre("no json"));
  const auto none = filtered("{error_mode: propagate, " + condition + "}", {lines[1], "other"});
  EXPECT_THAT(bodies(none), ElementsAre());
  EXPECT_EQ(none->left_out[0].reason, "filter/noise on error");
  EXPECT_EQ(none->left_out[0].records, 2u);
}

TEST(Filter, WhatOnlyPassesIsTheSameBatch) {
  const auto rest = filtered(R"({logs: {log_record: ['body == "x"']}})", {"y"});
  EXPECT_TRUE(rest->left_out.empty());
  EXPECT_EQ(rest->memory_bytes(), 2u + sizeof(rest->records[0]));
}

TEST(Filter, RefusesWithPlaceAndSuggestion) {
  EXPECT_THAT(refused_filter(R"({logs: {log_record: ['IsMatsch(body, "x")']}})"),
              HasSubstr("f.yaml:1:21: filter/noise: logs: 'log_record': condition"));
  EXPECT_THAT(refused_filter(R"({logs: {log_record: ['bdy == "x"']}})"), HasSubstr("did you mean 'body'?"));
  EXPECT_THAT(refused_filter("{error_mode: maybe}"), HasSubstr("'error_mode' must be ignore, silent or propagate"));
  EXPECT_THAT(refused_filter("{log_condition: [x]}"), HasSubstr("did you mean 'log_conditions'?"));
  EXPECT_THAT(refused_filter("{logs: {include: {match_type: strict, bodies: [a]}, log_record: ['body == \"x\"']}}"),
              HasSubstr("cannot be used together"));
  EXPECT_THAT(refused_filter("{traces: {span: [x]}}"), HasSubstr("not supported yet"));
}

// The whole way: operators in the receiver, then the processor, then a sink.
using FilteredPipelineTest = CollectorTest;

TEST_F(FilteredPipelineTest, OperatorsAndFilterChangeWhatArrivesAndNothingElse) {
  TestSink sink(true);
  auto text =
      config(sink, {.receivers = {{"s1", receiver("s1", log_path(),
                                                  "    operators:\n"
                                                  "      - {type: filter, id: noise, expr: 'body contains \"DROP\"'}\n"
                                                  "      - {type: regex_parser, regex: '^(?P<level>[A-Z]+) '}\n")}}});
  text.replace(text.find("[memory_limiter]"), 16, "[memory_limiter, filter]");
  text.replace(text.find("processors: {"), 13,
               R"(processors: {filter: {log_conditions: ['log.attributes["level"] == "DEBUG"']}, )");
  append(log_path(), "INFO one\nDROP me\nDEBUG two\nplain\n");
  start(text);
  ASSERT_TRUE(eventually([&] { return sink.count() == 2; }));
  const auto records = sink.records();
  EXPECT_EQ(records[0].body, "INFO one");
  EXPECT_EQ(records[0].attributes.at("level"), "INFO");
  EXPECT_EQ(records[0].offset, 0u);
  EXPECT_EQ(records[1].body, "plain");
  EXPECT_EQ(records[1].attributes.count("level"), 0u);
  EXPECT_EQ(records[1].offset, 27u);
  EXPECT_TRUE(eventually([&] {
    return metric("onecollector_source_acknowledged_offset_bytes", "source_id", "s1") == 33;
  })) << "what was left out is done with";
}

TEST_F(FilteredPipelineTest, WhereAllIsLeftOutReadingGoesOn) {
  TestSink sink(false);
  auto text = config(
      sink, {.receivers = {{"s1", receiver("s1", log_path(), "    operators: [{type: filter, expr: 'true'}]\n")}},
             .remembers = false});
  append_lines(log_path(), 0, 100);
  start(text);
  EXPECT_TRUE(eventually([&] {
    return metric("onecollector_source_acknowledged_offset_bytes", "source_id", "s1") ==
           std::filesystem::file_size(log_path());
  }));
  EXPECT_EQ(sink.count(), 0u);
}

}  // namespace
}  // namespace oc::collector
