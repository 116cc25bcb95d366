#include "collector/dry_run/dry_run.h"

#include "collector/collector_harness.h"
#include "collector/receivers/file_log/newest_records.h"
#include "collector/test_filter.h"

namespace oc::collector {
namespace {

class DryRunTest : public CollectorTest {
 protected:
  DryRunTest() { EXPECT_TRUE(components_.processors.add(test_filter_factory())); }

  DryRunReport try_config(const std::string& yaml, DryRunOptions options = {}) {
    write_config(yaml);
    return dry_run({config_file_}, components_, options);
  }
  std::string filtered(std::string text, const std::string& drop) const {
    const auto put = [&](const std::string& from, const std::string& to) {
      text.replace(text.find(from), from.size(), to);
    };
    put("processors: {", fmt::format("processors: {{test_filter: {{drop: '{}'}}, ", drop));
    put("processors: [memory_limiter]", "processors: [memory_limiter, test_filter]");
    return text;
  }
  NewestRecords newest(std::uint64_t lines, std::uint64_t max_bytes = 1 << 20) const {
    FileLogConfig config;
    config.include.push_back(*Glob::parse(log_path("*.log")));
    config.source_id = "s1";
    return newest_records(config, lines, max_bytes);
  }

  TestSink sink_{true};  // for its address; nothing may come to it
};

TEST_F(DryRunTest, ReadsTheNewestRecordsAndLeavesNoTrace) {
  append_lines(log_path(), 0, 5000);
  append(log_path(), "unfinished");
  const auto report = try_config(config(sink_));
  EXPECT_TRUE(report.ok());
  EXPECT_FALSE(report.sampled);
  ASSERT_EQ(report.sources.size(), 1u);
  EXPECT_EQ(report.sources[0].source_id, "s1");
  EXPECT_EQ(report.sources[0].receiver, "file_log/s1");
  EXPECT_EQ(report.sources[0].read_records, 1000u);
  EXPECT_EQ(report.sources[0].emitted_records, 1000u);
  ASSERT_EQ(report.exporters.size(), 1u);
  EXPECT_EQ(report.exporters[0].id, "otlp_http");
  EXPECT_EQ(report.exporters[0].records, 1000u);
  EXPECT_EQ(sink_.requests(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/storage"));
}

TEST_F(DryRunTest, ReadsTheNewestFramesOfDockersDriverLocal) {
  const std::string entry = "\x0a\x06stdout\x1a\x05hello";
  const std::string length{0, 0, 0, static_cast<char>(entry.size())};
  for (int i = 0; i < 1500; ++i) append(log_path(), length + entry + length);
  const auto report = try_config(
      config(sink_, {.receivers = {{"s1", receiver("s1", log_path(),
                                                   "    framing: docker_local\n"
                                                   "    operators: [{type: container, format: docker_local,\n"
                                                   "                 add_metadata_from_filepath: false}]\n")}}}));
  EXPECT_TRUE(report.ok());
  ASSERT_EQ(report.sources.size(), 1u);
  EXPECT_EQ(report.sources[0].read_records, 1000u);
  EXPECT_EQ(report.sources[0].emitted_records, 1000u);
}

TEST_F(DryRunTest, SpreadsTheRecordsOverTheSources) {
  ConfigParts parts;
  for (int i = 0; i < 10; ++i) {
    const auto id = fmt::format("s{}", i);
    append_lines(log_path(id + ".log"), 0, i == 3 ? 7 : 500);
    parts.receivers[id] = receiver(id, log_path(id + ".log"));
  }
  const auto report = try_config(config(sink_, parts), {.records = 200});
  ASSERT_EQ(report.sources.size(), 10u);
  for (const auto& source : report.sources) EXPECT_EQ(source.read_records, source.source_id == "s3" ? 7u : 20u);
}

TEST_F(DryRunTest, OnlyTheReceiversThatAreNamedAreRun) {
  ConfigParts parts;
  for (const auto* id : {"s1", "s2", "s3"}) {
    append_lines(log_path(std::string(id) + ".log"), 0, 10);
    parts.receivers[id] = receiver(id, log_path(std::string(id) + ".log"));
  }
  const auto report = try_config(config(sink_, parts), {.receivers = {"file_log/s2"}});
  EXPECT_TRUE(report.ok());
  ASSERT_EQ(report.sources.size(), 1u);
  EXPECT_EQ(report.sources[0].source_id, "s2");
  EXPECT_EQ(report.exporters[0].records, 10u);
  const auto unknown = try_config(config(sink_, parts), {.receivers = {"file_log/s4"}});
  EXPECT_FALSE(unknown.accepted);
  EXPECT_NE(unknown.errors.at(0).message.find("file_log/s4"), std::string::npos);
}

TEST_F(DryRunTest, SaysWhatAFilterLeavesOutAndWhy) {
  append_lines(log_path(), 0, 20);
  const auto report = try_config(filtered(config(sink_), "line 1"));
  ASSERT_EQ(report.sources.size(), 1u);
  EXPECT_EQ(report.sources[0].read_records, 20u);
  EXPECT_EQ(report.sources[0].emitted_records, 9u);
  EXPECT_EQ(report.sources[0].dropped, (std::map<std::string, std::uint64_t>{{"test_filter", 11}}));
  EXPECT_EQ(report.exporters[0].records, 9u);
}

TEST_F(DryRunTest, ARecordThatIsJoinedOfTheLastLinesDoesNotWaitForMore) {
  append(log_path(), "1 boom\n  at a\n2 boom\n  at b\n");
  const auto traces =
      "    operators: [{type: recombine, combine_field: body, is_first_entry: 'body startsWith \"1\" or "
      "body startsWith \"2\"', force_flush_period: 1h}]\n";
  const auto report = try_config(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), traces)}}}));
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.sources[0].emitted_records, 2u);
}

TEST_F(DryRunTest, ARefusedConfigSaysWhere) {
  auto text = config(sink_);
  text.replace(text.find("start_at"), 8, "start_on");
  const auto report = try_config(text);
  EXPECT_FALSE(report.accepted);
  ASSERT_EQ(report.errors.size(), 1u);
  EXPECT_EQ(report.errors[0].component, "file_log/s1");
  EXPECT_TRUE(report.errors[0].place.starts_with(config_file_ + ":")) << report.errors[0].place;
  EXPECT_NE(report.errors[0].message.find("start_on"), std::string::npos);
  EXPECT_EQ(report.errors[0].message.find(config_file_), std::string::npos);
}

TEST_F(DryRunTest, IdleAndMissingFilesAreNoFailure) {
  append(log_path("empty.log"), "");
  const auto report = try_config(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("empty.log"))},
                                                              {"s2", receiver("s2", log_path("missing.log"))}}}));
  EXPECT_TRUE(report.ok());
  ASSERT_EQ(report.sources.size(), 2u);
  EXPECT_EQ(report.sources[0].read_records, 0u);
}

TEST_F(DryRunTest, OfManySourcesSomeAreLookedAtThoseWithRecordsFirst) {
  ConfigParts parts;
  for (int i = 0; i < 1000; ++i) {
    const auto id = fmt::format("s{}", i);
    parts.receivers[id] = receiver(id, log_path(id + ".log"));
  }
  append_lines(log_path("s777.log"), 0, 10);
  const auto report = try_config(config(sink_, parts), {.timeout = std::chrono::minutes(2)});
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(report.sampled);
  EXPECT_EQ(report.known_sources, 1000u);
  EXPECT_EQ(report.sources.size(), 200u);
  std::uint64_t read = 0;
  for (const auto& source : report.sources) read += source.read_records;
  EXPECT_EQ(read, 5u) << "what falls to one of 200 sources";
}

TEST_F(DryRunTest, ARunThatIsNotThroughInTimeIsNotOk) {
  append_lines(log_path(), 0, 10);
  const auto report = try_config(config(sink_), {.timeout = std::chrono::milliseconds(0)});
  EXPECT_TRUE(report.accepted);
  EXPECT_FALSE(report.ok());
  ASSERT_EQ(report.errors.size(), 1u);
  EXPECT_NE(report.errors[0].message.find("after 0 ms"), std::string::npos) << report.errors[0].message;
}

TEST_F(DryRunTest, AnExporterInTwoPipelinesGetsWhatBothSend) {
  append_lines(log_path(), 0, 10);
  auto text = config(sink_);
  const std::string pipelines = "pipelines: {logs: {";
  const auto at = text.find(pipelines);
  text.replace(at, std::string("pipelines: {").size(),
               "pipelines: {logs/2: {receivers: [file_log/s1], exporters: [otlp_http]}, ");
  const auto report = try_config(text);
  EXPECT_EQ(report.exporters[0].records, 20u);
  EXPECT_EQ(report.sources[0].emitted_records, 10u);
}

TEST_F(DryRunTest, TheReportIsJson) {
  append_lines(log_path(), 0, 3);
  const auto json = to_json(try_config(filtered(config(sink_), "line 2")));
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["errors"], Json::array());
  EXPECT_EQ(json["sources"][0]["dropped"]["test_filter"], 1);
  EXPECT_EQ(json["exporters"], Json::parse(R"([{"id":"otlp_http","records":2}])"));
  EXPECT_TRUE(json["seconds"].is_number());
}

TEST_F(DryRunTest, TheNewestRecordsAreWholeLines) {
  append(log_path(), "one\ntwo\nthree\nfour");
  const auto two = newest(2);
  EXPECT_EQ(two.start, 4u);
  EXPECT_EQ(two.end, 14u);
  EXPECT_EQ(newest(100).start, 0u);
  EXPECT_EQ(newest(100, 10).start, 4u) << "what ends within ten bytes";
}

TEST_F(DryRunTest, RecordsAreThereUntilTheirFileIsDeletedReplacedOrTruncated) {
  append_lines(log_path(), 0, 10);
  const auto found = newest(5);
  EXPECT_TRUE(still_there(found));
  append_lines(log_path(), 10, 20);
  EXPECT_TRUE(still_there(found));
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  EXPECT_FALSE(still_there(found));
  append_lines(log_path(), 0, 10);
  EXPECT_FALSE(still_there(found)) << "another file";
  const auto of_new = newest(5);
  std::filesystem::resize_file(log_path(), 5);
  EXPECT_FALSE(still_there(of_new));
}

TEST_F(DryRunTest, OfSeveralFilesTheOneWrittenToLastIsRead) {
  append_lines(log_path("old.log"), 0, 10);
  append_lines(log_path("new.log"), 0, 10);
  std::filesystem::last_write_time(log_path("old.log"),
                                   std::filesystem::last_write_time(log_path("new.log")) - std::chrono::hours(1));
  const auto found = newest(5);
  ASSERT_EQ(found.checkpoints.size(), 2u);
  EXPECT_EQ(found.checkpoints[0].path, log_path("new.log"));
  EXPECT_EQ(found.checkpoints[0].file_id, found.file_id);
  EXPECT_EQ(found.checkpoints[1].offset, std::filesystem::file_size(log_path("old.log")));
}

}  // namespace
}  // namespace oc::collector
