// Operators that join records: what is joined, what is given back, and that batches make no difference.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/operators/operator_chain.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTraces = "[{type: recombine, combine_field: body, is_first_entry: 'body matches \"^[0-9]\"'}]";
constexpr const char* kContainer = "[{type: container, add_metadata_from_filepath: false}]";

class JoiningTest : public ::testing::Test {
 protected:
  void use(const std::string& yaml) {
    auto chain = OperatorChain::parse(*parse_config_text(yaml, "f.yaml"), "file_log/x");
    ASSERT_TRUE(chain) << chain.error().text();
    chain_ = *chain;
  }
  void write(const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
      offsets_.push_back(size_);
      lines_.push_back(std::make_unique<std::string>(line));
      size_ += line.size() + 1;
    }
  }
  // What a receiver does that stands at `from` and sees the file's first `lines` lines.
  OperatorChain::Done read(std::size_t from, std::size_t lines, const std::vector<std::uint64_t>& ends = {}) {
    auto batch = std::make_shared<LogBatch>();
    batch->stream = stream_;
    batch->range = {from, lines < offsets_.size() ? offsets_[lines] : size_};
    for (std::size_t i = 0; i < lines; ++i)
      if (offsets_[i] >= from) batch->records.push_back({*lines_[i], offsets_[i]});
    auto done = chain_->run(batch, ends);
    EXPECT_LE(done.parts.size(), 1u);
    if (!done.parts.empty()) batches_.push_back(done.parts[0]);
    return done;
  }
  // offset:body of all that came out.
  std::vector<std::string> got() const {
    std::vector<std::string> all;
    for (const auto& batch : batches_)
      for (std::size_t i = 0; i < batch->records.size(); ++i)
        all.push_back(
            std::to_string(batch->records[i].offset) + ":" +
            (batch->fields.empty() ? std::string(batch->records[i].body) : std::string(batch->fields[i].body.text())));
    return all;
  }

  std::shared_ptr<const OperatorChain> chain_;
  std::shared_ptr<LogStream> stream_ = std::make_shared<LogStream>();
  std::vector<std::unique_ptr<std::string>> lines_;
  std::vector<std::size_t> offsets_;
  std::size_t size_ = 0;
  std::vector<LogBatchPtr> batches_;
};

TEST_F(JoiningTest, AnOpenGroupIsGivenBackAndReadAgainWithWhatFollows) {
  use(kTraces);
  write({"1 boom", " at a"});
  EXPECT_EQ(read(0, 2).taken_until, 0u);
  EXPECT_THAT(batches_, IsEmpty());
  write({" at b", "2 next"});
  const auto done = read(0, 4);
  EXPECT_EQ(done.taken_until, offsets_[3]);
  EXPECT_EQ(done.records, 1u);
  EXPECT_THAT(got(), ElementsAre("0:1 boom\n at a\n at b"));
  EXPECT_EQ(batches_[0]->range.end, offsets_[3]);
}

TEST_F(JoiningTest, NothingIsJoinedAcrossAnEnd) {
  use(kTraces);
  write({"1 boom", " at a", " at b"});
  EXPECT_EQ(read(0, 3, {offsets_[2], size_}).taken_until, size_);
  EXPECT_THAT(got(), ElementsAre("0:1 boom\n at a", "13: at b"));
}

TEST_F(JoiningTest, PartsOfTwoStreamsDoNotMix) {
  use(kContainer);
  write({"2024-04-13T07:59:37.1Z stdout P out one,", "2024-04-13T07:59:37.2Z stderr P err one,",
         "2024-04-13T07:59:37.3Z stdout F out two", "2024-04-13T07:59:37.4Z stderr F err two"});
  read(0, 4);
  EXPECT_THAT(got(), ElementsAre("0:out one,out two", "41:err one,err two"));
  EXPECT_EQ(otlp::to_json(batches_[0]->fields[0].attributes), R"({"log.iostream":"stdout","logtag":"P"})");
  EXPECT_EQ(batches_[0]->fields[0].time_ns, 1'712'995'177'100'000'000);
}

TEST_F(JoiningTest, WhatReachesIntoAnOpenGroupWaitsForIt) {
  use(kContainer);
  write({"2024-04-13T07:59:37.0Z stdout F whole", "2024-04-13T07:59:37.1Z stdout P out,",
         "2024-04-13T07:59:37.2Z stderr P err,", "2024-04-13T07:59:37.3Z stdout F end"});
  EXPECT_EQ(read(0, 4).taken_until, offsets_[1])
      << "the line of stdout that is complete ends behind stderr's first part";
  EXPECT_THAT(got(), ElementsAre("0:whole"));
}

TEST_F(JoiningTest, ALineOfNoContainerInterrupts) {
  use(kContainer);
  write({"2024-04-13T07:59:37.1Z stdout P one,", "panic: runtime", "2024-04-13T07:59:37.3Z stdout F two"});
  read(0, 3);
  std::vector<std::string> bodies = got();
  EXPECT_THAT(bodies, ElementsAre("0:one,", "37:panic: runtime", "52:two"));
}

TEST_F(JoiningTest, WhatIsLeftOutLaterNamesAllItsLines) {
  use("- {type: recombine, combine_field: body, is_last_entry: 'body endsWith \";\"'}\n"
      "- {type: filter, expr: 'body contains \"noise\"'}\n");
  write({"keep", "this;", "noise", "and more;"});
  const auto done = read(0, 4);
  EXPECT_EQ(done.taken_until, size_);
  EXPECT_THAT(got(), ElementsAre("0:keep\nthis;"));
  EXPECT_THAT(batches_[0]->left_out[0].ranges, ElementsAre(contracts::ByteRange{offsets_[2], size_}));
  EXPECT_EQ(batches_[0]->left_out[0].records, 2u);
}

TEST_F(JoiningTest, DockersPiecesAreJoinedByRecombineAfterContainer) {
  use("- {type: container, format: docker, add_metadata_from_filepath: false}\n"
      "- {type: recombine, combine_field: body, combine_with: '', is_last_entry: 'body endsWith \"\\n\"',\n"
      "   source_identifier: 'attributes[\"log.iostream\"]'}\n");
  write({R"({"log":"a long ","stream":"stdout","time":"2024-03-30T08:31:20.1Z"})",
         R"({"log":"other\n","stream":"stderr","time":"2024-03-30T08:31:20.2Z"})",
         R"({"log":"line\n","stream":"stdout","time":"2024-03-30T08:31:20.3Z"})"});
  read(0, 3);
  EXPECT_THAT(got(), ElementsAre("0:a long line\n", HasSubstr(":other\n")));
}

TEST_F(JoiningTest, PartsOfDockersDriverLocalAreJoinedByStream) {
  use("[{type: container, format: docker_local, add_metadata_from_filepath: false}]");
  const auto entry = [](const std::string& stream, const std::string& text, const std::string& rest = {}) {
    return "\x0a\x06" + stream + "\x10\x05\x1a" + static_cast<char>(text.size()) + text + rest;
  };
  const std::string part("\x20\x01\x2a\x00", 4), last("\x20\x01\x2a\x02\x08\x01", 6);
  write({entry("stdout", "a long ", part), entry("stderr", "other"), entry("stdout", "line", last),
         entry("stdout", "caf\xc3\xa9 \xff"), "no entry \xff"});
  read(0, 5);
  EXPECT_THAT(got(), ElementsAre("0:a long line", HasSubstr(":other"), HasSubstr(":caf\xc3\xa9 \uFFFD"),
                                 HasSubstr(":no entry \uFFFD")));
  EXPECT_EQ(batches_[0]->fields[1].time_ns, 5);
}

// The promise that delivery ranges rest on.
TEST_F(JoiningTest, HoweverTheFileIsReadTheSameComesOut) {
  use("- {type: container, add_metadata_from_filepath: false}\n"
      "- {type: recombine, combine_field: body, is_first_entry: 'body matches \"^[0-9]\"',\n"
      "   source_identifier: 'attributes[\"log.iostream\"]', max_batch_size: 7}\n");
  std::mt19937 random(7);
  const auto below = [&](unsigned most) { return std::uniform_int_distribution<unsigned>(0, most - 1)(random); };
  std::vector<std::string> lines;
  for (int i = 0; i < 400; ++i)
    lines.push_back("2024-04-13T07:59:37.1Z " + std::string(below(3) == 0 ? "stderr" : "stdout") +
                    (below(4) == 0 ? " P " : " F ") + (below(3) == 0 ? std::to_string(i) : "at " + std::to_string(i)));
  write(lines);
  read(0, lines.size(), {size_});
  const auto whole = got();
  for (int round = 0; round < 20; ++round) {
    batches_.clear();
    std::size_t from = 0;
    for (std::size_t seen = 1 + below(9); seen < lines.size(); seen += 1 + below(9))
      from = read(from, seen).taken_until;
    EXPECT_EQ(read(from, lines.size(), {size_}).taken_until, size_);
    ASSERT_EQ(got(), whole) << "round " << round;
  }
}

TEST(Recombine, RefusesWhatSaysNothing) {
  const auto refused = [](const std::string& yaml) {
    const auto chain = OperatorChain::parse(*parse_config_text(yaml, "f.yaml"), "file_log/x");
    return chain ? std::string("accepted") : chain.error().text();
  };
  EXPECT_THAT(refused("[{type: recombine, combine_field: body}]"), HasSubstr("must be set"));
  EXPECT_THAT(refused("[{type: recombine, is_first_entry: 'true'}]"), HasSubstr("'combine_field' is missing"));
  EXPECT_THAT(refused("[{type: recombine, combine_field: body, is_first_entry: 'true', is_last_entry: 'true'}]"),
              HasSubstr("only one of"));
  EXPECT_THAT(refused("[{type: container, format: podman}]"), HasSubstr("docker, docker_local, crio or containerd"));
}

}  // namespace
}  // namespace oc::collector
