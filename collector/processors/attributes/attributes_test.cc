#include "collector/processors/attributes/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector_harness.h"
#include "collector/record/json_value.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;
using ::testing::HasSubstr;

class AttributesTest : public ::testing::Test {
 protected:
  AttributesTest() {
    auto stream = std::make_shared<LogStream>();
    otlp::append_string_attribute(stream->resource_attributes, 1, "svc", "shop");
    otlp::append_string_attribute(stream->resource_attributes, 1, "gone", "x");
    batch_->stream = stream;
    batch_->records = {{"line", 0}};
    batch_->range = {0, 5};
    batch_->listener = std::make_shared<Nobody>();
    batch_->fields.resize(1);
    batch_->fields[0].attributes =
        *parse_json_value(R"({"user":"alice","n":7.9,"num":"42","ok":true,"path":"/user/17/list/9"})", {}, arena_);
  }
  static LogBatchPtr process(const ProcessorFactory& factory, const std::string& yaml, const LogBatchPtr& batch) {
    MetricRegistry metrics;
    SharedServices shared;
    const auto config = factory.parse({factory.type, ""}, *parse_config_text(yaml, "f.yaml"));
    if (!config) {
      ADD_FAILURE() << config.error().text();
      return batch;
    }
    return factory.make({factory.type, ""}, *config, {metrics, system_clock(), shared})->process(batch);
  }
  std::string after(const std::string& actions) const {
    const auto changed = process(attributes_factory(), "{" + actions + "}", batch_);
    return otlp::to_json(changed->fields[0].attributes);
  }

  Arena arena_;
  const std::shared_ptr<LogBatch> batch_ = std::make_shared<LogBatch>();
};

TEST_F(AttributesTest, MayBeMeantForTheRecordsOfALibrary) {
  auto stream = std::make_shared<LogStream>(*batch_->stream);
  stream->scope = otlp::encode_scope_name("http.client");
  batch_->stream = stream;
  const auto meant = [&](const std::string& match) {
    const auto changed = process(attributes_factory(),
                                 "{include: {" + match + "}, actions: [{key: hit, value: 1, action: insert}]}", batch_);
    return changed->fields[0].attributes.find("hit") != nullptr;
  };
  EXPECT_TRUE(meant("match_type: strict, libraries: [{name: http.client}]"));
  EXPECT_FALSE(meant("match_type: strict, libraries: [{name: http}]"));
  EXPECT_TRUE(meant("match_type: regexp, libraries: [{name: '^http', version: ''}]"));
  EXPECT_FALSE(meant("match_type: strict, libraries: [{name: http.client, version: '1.0'}]"));
  EXPECT_FALSE(meant("match_type: regexp, libraries: [{name: http}, {name: other}]")) << "all of them, as there";
}

TEST_F(AttributesTest, PutsTakesAndChanges) {
  EXPECT_THAT(after("actions: [{key: env, value: prod, action: insert}, {key: user, value: x, action: insert}]"),
              ::testing::AllOf(HasSubstr(R"("env":"prod")"), HasSubstr(R"("user":"alice")")));
  EXPECT_THAT(after("actions: [{key: user, value: 5, action: UPSERT}, {key: no, value: 1, action: update}]"),
              ::testing::AllOf(HasSubstr(R"("user":5)"), ::testing::Not(HasSubstr("\"no\""))));
  EXPECT_THAT(after("actions: [{key: b, from_attribute: user, action: insert}, {key: user, action: delete}]"),
              ::testing::AllOf(HasSubstr(R"("b":"alice")"), ::testing::Not(HasSubstr("\"user\""))));
  EXPECT_EQ(after("actions: [{pattern: '^(user|path|ok|num)$', action: delete}]"), R"({"n":7.9})");
  EXPECT_THAT(after("actions: [{key: path, pattern: '^/user/(?P<uid>\\d+)', action: extract}]"),
              HasSubstr(R"("uid":"17")"));
  EXPECT_THAT(after("actions: [{key: n, converted_type: int, action: convert}, {key: num, converted_type: int, action: "
                    "convert}, {key: ok, converted_type: string, action: convert}]"),
              HasSubstr(R"("n":7,"num":42,"ok":"true")"));
}

TEST_F(AttributesTest, RefusesKeysThatAnActionDoesNotUse) {
  const auto refused = [](const std::string& action) {
    const auto config =
        attributes_factory().parse({"attributes", ""}, *parse_config_text("actions: [" + action + "]", "f.yaml"));
    return config ? std::string("taken") : config.error().text();
  };
  EXPECT_THAT(refused("{key: x, action: insert, value: 1, from_attribute: y}"), HasSubstr("only one of"));
  EXPECT_THAT(refused("{key: x, action: delete, value: 1}"), HasSubstr("only insert, update and upsert"));
  EXPECT_THAT(refused("{key: x, action: insert, value: 1, converted_type: int}"), HasSubstr("only convert"));
  EXPECT_THAT(refused("{key: x, action: upsert, value: 1, pattern: a}"), HasSubstr("only extract, delete and hash"));
  EXPECT_EQ(refused("{key: x, action: hash, pattern: a}"), "taken");
}

TEST_F(AttributesTest, NumbersOfOtherTypesAreOthersInStrictMatches) {
  constexpr auto kInclude =
      "include: {match_type: strict, attributes: [{key: n, value: %s}]}, actions: [{key: hit, action: insert, value: "
      "1}]";
  const auto with = [&](const std::string& value) {
    return after(std::string(kInclude).replace(std::string(kInclude).find("%s"), 2, value));
  };
  EXPECT_THAT(with("7.9"), HasSubstr("hit"));
  batch_->fields[0].attributes = *parse_json_value(R"({"n":7})", {}, arena_);
  EXPECT_THAT(with("7.0"), HasSubstr("hit"));
  EXPECT_THAT(with("7"), ::testing::Not(HasSubstr("hit"))) << "a number of JSON is a double";
}

TEST_F(AttributesTest, TakesWhatTheRequestSaid) {
  auto stream = std::make_shared<LogStream>(*batch_->stream);
  stream->metadata = {{"x-tenant", "acme"}};
  batch_->stream = stream;
  batch_->fields[0].attributes = Value::empty_map();
  EXPECT_EQ(after("actions: [{key: tenant, from_context: metadata.X-Tenant, action: insert},"
                  " {key: none, from_context: x-other, action: insert}]"),
            R"({"tenant":"acme"})");
}

TEST_F(AttributesTest, OnlyRecordsThatAreMeant) {
  const std::string actions = "actions: [{key: hit, value: true, action: insert}]";
  EXPECT_THAT(after("include: {match_type: strict, attributes: [{key: user, value: alice}]}, " + actions),
              HasSubstr("hit"));
  EXPECT_THAT(after("include: {match_type: regexp, attributes: [{key: user, value: '^b'}]}, " + actions),
              ::testing::Not(HasSubstr("hit")));
  EXPECT_THAT(after("exclude: {match_type: strict, resources: [{key: svc, value: shop}]}, " + actions),
              ::testing::Not(HasSubstr("hit")));
}

TEST_F(AttributesTest, ResourceChangesTheStreamOfItsBatches) {
  const auto changed = process(resource_factory(),
                               "{attributes: [{key: svc, value: other, action: upsert}, {key: gone, action: delete}, "
                               "{key: keep, from_attribute: svc, action: insert}, {key: keep, action: hash}]}",
                               batch_);
  EXPECT_EQ(otlp::to_json(otlp::attributes_from_wire(changed->stream->resource_attributes, arena_)),
            R"({"keep":"d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa","svc":"other"})");
  EXPECT_EQ(changed->records.size(), 1u);
}

TEST_F(AttributesTest, RefusesWithThePlace) {
  const auto refused = [](const std::string& yaml) {
    const auto config = attributes_factory().parse({"attributes", ""}, *parse_config_text(yaml, "f.yaml"));
    return config ? "accepted" : config.error().text();
  };
  EXPECT_THAT(refused("{}"), HasSubstr("attributes: 'actions' must be a list"));
  EXPECT_THAT(refused("{actions: [{key: a, pattern: x, action: extract}]}"), HasSubstr("must have named groups"));
  EXPECT_THAT(refused("{actions: [{key: a, action: insrt}]}"), HasSubstr("f.yaml:1:29: attributes: 'action' must be"));
  EXPECT_THAT(refused("{actions: [{key: a, action: insert}]}"),
              HasSubstr("'value', 'from_attribute' or 'from_context' is missing"));
}

}  // namespace
}  // namespace oc::collector
