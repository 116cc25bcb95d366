// Sinks that fail, refuse, hang and come back: what is not delivered is kept, what is refused is told.
#include <atomic>

#include "collector/collector_harness.h"
#include "collector/exporters/otlp_http/batch_queue.h"

namespace oc::collector {
namespace {

using SinkTest = CollectorTest;

TEST_F(SinkTest, KeepsEverythingWhileTheSinkIsDown) {
  TestSink sink(false);
  sink.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  append_lines(log_path(), 0, 100);
  start(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false}));
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_last_error").has_value(); }));
  EXPECT_EQ(sink.count(), 0u);
  sink.answer_with(nullptr);
  expect_all(sink, 100);
  EXPECT_TRUE(eventually([&] { return !metric("onecollector_source_last_error").has_value(); }));
  EXPECT_EQ(metric("otelcol_exporter_sent_log_records"), 100);
}

TEST_F(SinkTest, WaitsForASinkThatIsNotThereYet) {
  append_lines(log_path(), 0, 10);
  auto text = config(TestSink(false), {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false});
  start(text);  // that sink is gone
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_last_error").has_value(); }));
  TestSink sink(false);
  ASSERT_TRUE(reload(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false})));
  expect_all(sink, 10);
}

TEST_F(SinkTest, LeavesOutTheOneRecordThatTheSinkRefusesAndSaysWhy) {
  TestSink sink(true);
  sink.answer_with([](const auto& records) -> std::optional<http::Response> {
    for (const auto& record : records)
      if (record.body == "poison") return http::Response::error(400, "no poison here");
    return std::nullopt;
  });
  append_lines(log_path(), 0, 70);
  append(log_path(), "poison\n");
  append_lines(log_path(), 70, 100);
  start(config(sink));
  expect_all(sink, 100);
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_dropped_records_total") == 1; }));
  EXPECT_EQ(metric("onecollector_source_acknowledged_records_total"), 100);
  EXPECT_EQ(metric("onecollector_source_acknowledged_offset_bytes"),
            static_cast<double>(std::filesystem::file_size(log_path())));
  const auto kept = read_file(folder_ + "/storage/dead_letters.jsonl");
  ASSERT_TRUE(kept);
  EXPECT_NE(kept->find(R"("body":"poison")"), std::string::npos);
  EXPECT_NE(kept->find("no poison here"), std::string::npos);
}

TEST_F(SinkTest, HoldsNoMoreThanItsLimitWhileTheSinkIsDown) {
  TestSink sink(true);
  sink.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  const std::size_t size = 2 * BatchQueue::kMaxHeldBytes;
  append(log_path(), [&] {
    std::string text;
    while (text.size() < size) text += std::string(1000, 'x') + "\n";
    return text;
  }());
  start(config(sink));
  ASSERT_TRUE(
      eventually([&] { return metric("onecollector_source_read_bytes_total") >= BatchQueue::kMaxHeldBytes * 0.9; }));
  ASSERT_TRUE(eventually([&] { return sink.requests() > 20; }));
  EXPECT_LE(metric("onecollector_source_read_bytes_total"), BatchQueue::kMaxHeldBytes + kBlockBytes);
  sink.answer_with(nullptr);
  EXPECT_TRUE(eventually([&] { return sink.held("s1").covers({0, std::filesystem::file_size(log_path())}); }));
}

TEST_F(SinkTest, AFileThatNeverEndsDoesNotHoldUpTheOthers) {
  TestSink sink(true);
  append(log_path("big.log"), [] {
    std::string text;
    for (int i = 0; i < 400'000; ++i) text += "a line of the big file, which takes the sink a while to take\n";
    return text;
  }());
  append_lines(log_path("small.log"), 0, 1);
  std::atomic<bool> small_was_early = false;
  sink.answer_with([&](const auto& records) -> std::optional<http::Response> {
    for (const auto& record : records)
      if (record.source_id == "small")
        small_was_early = metric("onecollector_source_acknowledged_records_total", "source_id", "big") < 400'000;
    return std::nullopt;
  });
  start(config(sink, {.receivers = {{"big", receiver("big", log_path("big.log"))},
                                    {"small", receiver("small", log_path("small.log"))}}}));
  ASSERT_TRUE(eventually([&] { return sink.held("small").bytes() > 0; }));
  EXPECT_TRUE(small_was_early);
  sink.answer_with(nullptr);
}

TEST_F(SinkTest, StopsInTimeThoughTheSinkHangs) {
  std::atomic<bool> released = false, asked = false;  // outlive the sink, whose handlers read them
  TestSink sink(true);
  sink.answer_with([&](const auto&) -> std::optional<http::Response> {
    asked = true;
    while (!released) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return http::Response::error(503, "late");
  });
  append_lines(log_path(), 0, 10);
  start(config(sink));
  ASSERT_TRUE(eventually([&] { return asked.load(); }));
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  released = true;
}

}  // namespace
}  // namespace oc::collector
