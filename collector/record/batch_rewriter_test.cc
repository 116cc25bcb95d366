#include "collector/record/batch_rewriter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/record/field_path.h"
#include "collector/record/resource_parts.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;
using contracts::ByteRange;
using ::testing::ElementsAre;

struct Settled final : DeliveryListener {
  std::vector<std::uint64_t> records;
  std::vector<LeftOut> lost;
  std::vector<LogBatchPtr> returned;
  void on_settled(const LogBatch& batch, std::uint64_t, std::string_view) override {
    records.push_back(batch.records.size());
    for (auto& part : batch.lost()) lost.push_back(part);
  }
  void on_returned(LogBatchPtr batch) override { returned.push_back(std::move(batch)); }
  void on_trouble(std::string_view) override {}
};

class BatchRewriterTest : public ::testing::Test {
 protected:
  BatchRewriterTest() {
    auto stream = std::make_shared<LogStream>();
    otlp::append_string_attribute(stream->resource_attributes, 1, "svc", "shop");
    otlp::append_string_attribute(stream->record_attributes, 6, "log.file.name", "a.log");
    batch_->stream = stream;
    batch_->range = {0, 50};
    batch_->listener = listener_;
    // "zero\n one\n\n two\n …": each of ten bytes, with what stands between it and the next.
    for (std::uint64_t i = 0; i < 5; ++i) batch_->records.push_back({kBodies[i], i * 10});
  }
  static constexpr std::string_view kBodies[] = {"zero", "one", "two", "three", "four"};

  // Leaves out, or changes, the records with these numbers.
  std::shared_ptr<LogBatch> rewrite(const LogBatchPtr& batch, const std::vector<std::size_t>& without,
                                    const std::vector<std::size_t>& changed = {}) {
    const auto arena = std::make_shared<Arena>();
    const BatchReader reader(*batch, *arena);
    BatchRewriter rewriter(reader, arena, nullptr);
    for (std::size_t i = 0; i < reader.size(); ++i) {
      auto record = reader.record(i);
      if (std::ranges::find(changed, i) != changed.end()) field_.set(record, Value::of(true), *arena);
      if (std::ranges::find(without, i) != without.end()) {
        rewriter.leave_out(i, "filter/x");
      } else {
        rewriter.keep(i, record);
      }
    }
    auto rest = LogBatch::derive(batch);
    rewriter.finish(*rest);
    return rest;
  }
  static std::vector<std::string> bodies(const LogBatch& batch) {
    std::vector<std::string> all;
    for (const auto& record : batch.records) all.emplace_back(record.body);
    return all;
  }

  const FieldPath field_ = *FieldPath::parse("attributes.seen");
  const std::shared_ptr<Settled> listener_ = std::make_shared<Settled>();
  const std::shared_ptr<LogBatch> batch_ = std::make_shared<LogBatch>();
};

TEST_F(BatchRewriterTest, WhatIsLeftOutHasItsRangesAndCount) {
  const auto rest = rewrite(batch_, {1, 2, 4});
  EXPECT_THAT(bodies(*rest), ElementsAre("zero", "three"));
  ASSERT_EQ(rest->left_out.size(), 1u);
  EXPECT_EQ(rest->left_out[0].reason, "filter/x");
  EXPECT_EQ(rest->left_out[0].records, 3u);
  EXPECT_THAT(rest->left_out[0].ranges, ElementsAre(ByteRange{10, 30}, ByteRange{40, 50}));
  EXPECT_EQ(rest->range, batch_->range);
  EXPECT_TRUE(rest->fields.empty()) << "lines that only pass stay views of the file";
}

TEST_F(BatchRewriterTest, ASecondOneKnowsWhereARecordEndsBesideWhatIsGone) {
  const auto rest = rewrite(rewrite(batch_, {1, 2}), {0});
  ASSERT_EQ(rest->left_out.size(), 2u);
  EXPECT_THAT(rest->left_out[1].ranges, ElementsAre(ByteRange{0, 10})) << "not up to the next record at 30";
}

TEST_F(BatchRewriterTest, TheListenerHearsWhatWasLeftOutOnceTheRestIsSettled) {
  const auto all = rewrite(batch_, {0, 1, 2, 3, 4});
  EXPECT_TRUE(all->records.empty());
  all->settle();
  ASSERT_EQ(listener_->lost.size(), 1u);
  EXPECT_EQ(listener_->lost[0].records, 5u);
  EXPECT_THAT(listener_->records, ElementsAre(5u)) << "the batch that was read";
}

TEST_F(BatchRewriterTest, OneChangedRecordGivesEachItsFields) {
  const auto rest = rewrite(batch_, {0}, {2});
  ASSERT_EQ(rest->fields.size(), 4u);
  EXPECT_EQ(otlp::to_json(rest->fields[0].attributes), R"({"log.file.name":"a.log"})");
  EXPECT_EQ(rest->fields[0].body.text(), "one");
  EXPECT_EQ(otlp::to_json(rest->fields[1].attributes), R"({"log.file.name":"a.log","seen":true})");
  EXPECT_GT(rest->memory_bytes(), batch_->memory_bytes());
}

TEST_F(BatchRewriterTest, LinesThatAreNotUtf8BecomeSo) {
  batch_->valid_utf8 = false;
  batch_->records[0].body = "z\xff";
  const auto rest = rewrite(batch_, {}, {0});
  EXPECT_EQ(rest->fields[0].body.text(), "z\xEF\xBF\xBD");
  EXPECT_TRUE(rest->valid_utf8);
}

TEST_F(BatchRewriterTest, DifferentResourcesGoOnAsPartsOfTheirOwn) {
  Arena arena;
  std::vector<LogOrigin> origins(5, {Value::empty_map(), {}});
  for (auto& origin : origins) origin.resource.set("svc", Value::of("a"), arena);
  origins[1].resource = origins[2].resource = Value::empty_map();
  batch_->left_out.push_back({"op", 1, {{25, 30}}});
  const auto parts = resource_parts(batch_, origins);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(bodies(*parts[1]), ElementsAre("one", "two"));
  EXPECT_EQ(parts[1]->range, (ByteRange{10, 30}));
  EXPECT_THAT(parts[1]->left_out[0].ranges, ElementsAre(ByteRange{25, 30}));
  EXPECT_EQ(parts[0]->stream, parts[2]->stream) << "the same resource";
  EXPECT_EQ(parts[1]->stream->resource_attributes, "");
  parts[2]->settle(1, "refused");
  parts[0]->settle();
  EXPECT_TRUE(listener_->records.empty());
  parts[1]->settle();
  EXPECT_THAT(listener_->records, ElementsAre(5u));
  EXPECT_EQ(listener_->lost[0].reason, "refused");
}

TEST_F(BatchRewriterTest, ScopesAreParts) {
  std::vector<LogOrigin> origins(5, {Value::empty_map(), "com.a"});
  origins[4].scope_name = {};
  const auto parts = resource_parts(batch_, origins);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0]->stream->scope,
            "\n\x05"
            "com.a");
  EXPECT_EQ(parts[1]->stream->scope, "");
}

TEST_F(BatchRewriterTest, OneResourceForAllStaysOneBatch) {
  const auto parts = resource_parts(batch_, std::vector<LogOrigin>(5, {Value::empty_map(), {}}));
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0], batch_);
}

}  // namespace
}  // namespace oc::collector
