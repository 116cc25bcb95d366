#include "contracts/opamp/custom_messages.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

constexpr const char* kTestId = "0b2f6f3e-8a52-4f6e-9d3c-0123456789ab";

model::DiscoveredLogSource source(const std::string& id) {
  return {.source_id = id, .log_path = "/var/log/" + id + ".log", .metadata = {{"service_name", id}, {"device", "1"}}};
}

template <typename Message>
Result<Message> through_text(const Message& message) {
  const auto json = parse_json(to_json(message).dump());
  if (!json) return std::unexpected(json.error());
  return from_json<Message>(*json);
}

TEST(CustomMessages, SnapshotAndDeltaGoBothWays) {
  const std::vector sources = {source("a"), source("b")};
  const auto snapshot = through_text(SourcesSnapshot{.sequence = 7, .sources = sources, .set_hash = set_hash(sources)});
  ASSERT_TRUE(snapshot.has_value()) << snapshot.error().text();
  EXPECT_EQ(snapshot->sequence, 7u);
  EXPECT_EQ(snapshot->sources, sources);
  EXPECT_EQ(snapshot->set_hash, set_hash(snapshot->sources));

  const auto delta =
      through_text(SourcesDelta{.sequence = 8, .upserted = {source("c")}, .removed = {"a"}, .set_hash = "h"});
  ASSERT_TRUE(delta.has_value()) << delta.error().text();
  EXPECT_EQ(delta->upserted, std::vector{source("c")});
  EXPECT_EQ(delta->removed, std::vector<std::string>{"a"});
}

TEST(CustomMessages, TheSmallOnesGoBothWays) {
  EXPECT_EQ(through_text(SourcesHeartbeat{.sequence = 3, .set_hash = "h"})->set_hash, "h");
  EXPECT_EQ(through_text(SourcesAck{.sequence = 3})->sequence, 3u);
  EXPECT_EQ(through_text(SourcesResync{.reason = "a gap"})->reason, "a gap");
  EXPECT_EQ(through_text(ProbeWrite{.test_id = kTestId})->test_id, kTestId);
  const auto written = through_text(ProbeWritten{.test_id = kTestId, .written_at_ns = 42, .error = "disk full"});
  EXPECT_EQ(written->written_at_ns, 42);
  EXPECT_EQ(written->error, "disk full");
}

TEST(CustomMessages, TheLedgerKeepsAllItsNumbers) {
  const auto ledger = through_text(SourcesLedger{
      .files = {{.source_id = "a", .size_bytes = 10, .start_offset = 2, .last_newline_end = 9, .observed_at_ns = 5}}});
  ASSERT_TRUE(ledger.has_value()) << ledger.error().text();
  const auto& entry = ledger->files.at(0);
  EXPECT_EQ(entry.source_id, "a");
  EXPECT_EQ(entry.size_bytes, 10u);
  EXPECT_EQ(entry.start_offset, 2u);
  EXPECT_EQ(entry.last_newline_end, 9u);
  EXPECT_EQ(entry.observed_at_ns, 5);
}

TEST(CustomMessages, ErrorsNameTheMember) {
  auto json = to_json(SourcesSnapshot{.sources = {source("a"), source("b")}});
  json["sources"][1]["source_id"] = "a b";
  EXPECT_EQ(from_json<SourcesSnapshot>(json).error().message,
            "sources[1]: source_id: expected 1 to 128 of A-Z a-z 0-9 _ . : -");
  json = to_json(SourcesSnapshot{.sources = {source("a")}});
  json["sources"][0]["log_path"] = "relative.log";
  EXPECT_EQ(from_json<SourcesSnapshot>(json).error().message, "sources[0]: log_path: expected an absolute path");
  json["sources"][0].erase("log_path");
  EXPECT_EQ(from_json<SourcesSnapshot>(json).error().message, "sources[0]: log_path: is missing");
  EXPECT_EQ(from_json<SourcesDelta>(*parse_json(R"({"sequence":1,"upserted":[],"removed":[""],"set_hash":""})"))
                .error()
                .message,
            "removed[0]: expected 1 to 128 of A-Z a-z 0-9 _ . : -");
  EXPECT_EQ(from_json<ProbeWrite>(*parse_json(R"({"test_id":"x"})")).error().message, "test_id: expected a UUID");
  EXPECT_EQ(from_json<SourcesAck>(*parse_json(R"({"sequence":-1})")).error().message,
            "sequence: expected a whole number from 0 to 18446744073709551615");
  EXPECT_EQ(from_json<SourcesLedger>(*parse_json(R"({"files":{}})")).error().message, "files: expected an array");
}

TEST(SetHash, DependsOnTheSourcesAndNotOnTheirOrder) {
  std::vector sources = {source("a"), source("b"), source("c")};
  const auto hash = set_hash(sources);
  std::ranges::reverse(sources);
  EXPECT_EQ(set_hash(sources), hash);
  sources[0].metadata["service_name"] = "other";
  EXPECT_NE(set_hash(sources), hash);
  sources.pop_back();
  EXPECT_NE(set_hash(sources), hash);
}

TEST(SetHash, IsTheSameOnBothSidesOfTheWire) {
  auto with_odd_path = source("a");
  with_odd_path.log_path = "/var/log/\xff";
  with_odd_path.discovered_at_ns = 1'795'399'869'120'456'789;
  const std::vector sent = {with_odd_path};
  const auto received = through_text(SourcesSnapshot{.sources = sent});
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(set_hash(received->sources), set_hash(sent));
}

// Stored and sent: a change of the canonical form breaks agents of another version, and must be meant.
TEST(SetHash, IsStableAcrossVersions) {
  EXPECT_EQ(set_hash({}), "e3b0c44298fc1c149afbf4c8996fb924");
  EXPECT_EQ(set_hash({source("a")}), "07bb0881bc1a837537e1812dc3304ba2");
}

TEST(ProbeLine, HoldsTheTimeAndTheTestId) {
  EXPECT_EQ(probe_line(kTestId, 1'795'399'869'120'000'000),
            std::string("2026-11-23T02:11:09.120Z INFO onecollector-probe test_id=") + kTestId);
}

}  // namespace
}  // namespace oc::contracts
