// Reloads, sinks that fail, and processes that are killed: nothing lost, nothing doubled.
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/process.h"
#include "collector/collector.h"
#include "collector/collector_harness.h"
#include "collector/exporters/otlp_http/batch_queue.h"

namespace oc::collector {
namespace {

class ServiceTest : public CollectorTest {
 protected:
  // Writes numbered lines into `paths` in turn until the object goes.
  class Writer {
   public:
    Writer(ServiceTest& test, std::vector<std::string> paths)
        : thread_([this, &test, paths = std::move(paths)](const std::stop_token& stopping) {
            while (!stopping.stop_requested()) {
              const int from = written_.load();
              test.append_lines(paths[static_cast<std::size_t>(from / 50) % paths.size()], from, from + 50);
              written_ += 50;
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
          }) {}
    int finish() {
      thread_.request_stop();
      thread_.join();
      return written_;
    }
    int written() const { return written_; }

   private:
    std::atomic<int> written_{0};
    std::jthread thread_;
  };

  void expect_all(const TestSink& sink, int count) {
    EXPECT_TRUE(eventually([&] { return sink.count() >= static_cast<std::size_t>(count); })) << sink.count() << " of " << count;
    EXPECT_EQ(sorted(sink.bodies()), sorted(lines(0, count)));
  }
};

TEST_F(ServiceTest, KeepsEverythingWhileTheSinkIsDown) {
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

TEST_F(ServiceTest, WaitsForASinkThatIsNotThereYet) {
  append_lines(log_path(), 0, 10);
  auto text = config(TestSink(false), {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false});
  start(text);  // that sink is gone
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_last_error").has_value(); }));
  TestSink sink(false);
  ASSERT_TRUE(reload(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false})));
  expect_all(sink, 10);
}

TEST_F(ServiceTest, LeavesOutTheOneRecordThatTheSinkRefusesAndSaysWhy) {
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
  EXPECT_EQ(metric("onecollector_source_acknowledged_offset_bytes"), static_cast<double>(std::filesystem::file_size(log_path())));
  const auto kept = read_file(folder_ + "/storage/dead_letters.jsonl");
  ASSERT_TRUE(kept);
  EXPECT_NE(kept->find(R"("body":"poison")"), std::string::npos);
  EXPECT_NE(kept->find("no poison here"), std::string::npos);
}

TEST_F(ServiceTest, HoldsNoMoreThanItsLimitWhileTheSinkIsDown) {
  TestSink sink(true);
  sink.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  const std::size_t size = 3 * BatchQueue::kMaxHeldBytes;
  append(log_path(), [&] {
    std::string text;
    while (text.size() < size) text += std::string(1000, 'x') + "\n";
    return text;
  }());
  start(config(sink));
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_read_bytes_total") >= BatchQueue::kMaxHeldBytes * 0.9; }));
  ASSERT_TRUE(eventually([&] { return sink.requests() > 20; }));
  EXPECT_LE(metric("onecollector_source_read_bytes_total"), BatchQueue::kMaxHeldBytes + kBlockBytes);
  sink.answer_with(nullptr);
  EXPECT_TRUE(eventually([&] { return sink.held("s1").covers({0, std::filesystem::file_size(log_path())}); }));
}

TEST_F(ServiceTest, AnInvalidConfigChangesNothing) {
  TestSink sink(true);
  append_lines(log_path(), 0, 10);
  start(config(sink));
  ASSERT_TRUE(eventually([&] { return sink.count() == 10; }));
  const auto before = service_->graph().receivers.begin()->second.part;
  EXPECT_FALSE(reload("receivers: {file_log: {include: [}"));
  EXPECT_FALSE(reload("service: {pipelines: {logs: {receivers: [x], exporters: [y]}}}"));
  EXPECT_EQ(metric("onecollector_config_reloads_total", "result", "failure"), 2);
  EXPECT_EQ(service_->graph().receivers.begin()->second.part, before);
  append_lines(log_path(), 10, 20);
  expect_all(sink, 20);
}

TEST_F(ServiceTest, AConfigThatCannotStartChangesNothing) {
  TestSink sink(true);
  append_lines(log_path(), 0, 10);
  start(config(sink));
  auto text = config(sink);
  text.replace(text.find(folder_ + "/storage"), (folder_ + "/storage").size(), config_file_ + "/impossible");
  EXPECT_FALSE(reload(text));
  append_lines(log_path(), 10, 20);
  expect_all(sink, 20);
}

TEST_F(ServiceTest, AConfigIsAppliedWhenItsHashIsSeen) {
  TestSink sink(true);
  const auto first = config(sink), second = config(sink) + "# changed\n";
  start(first);
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(first)), 1);
  ASSERT_TRUE(reload(second));
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(second)), 1);
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(first)), std::nullopt);
  EXPECT_EQ(metric("onecollector_config_info", "generation", "2"), 1);
}

TEST_F(ServiceTest, AReloadLeavesUnchangedPartsAlone) {
  TestSink sink(true);
  ConfigParts parts{.receivers = {{"s1", receiver("s1", log_path())}}};
  start(config(sink, parts));
  const auto before = service_->graph();
  parts.receivers["s2"] = receiver("s2", log_path("other.log"));
  ASSERT_TRUE(reload(config(sink, parts)));
  const auto& after = service_->graph();
  EXPECT_EQ(after.receivers.at({"file_log", "s1"}).part, before.receivers.at({"file_log", "s1"}).part);
  EXPECT_EQ(after.exporters.begin()->second.part, before.exporters.begin()->second.part);
  EXPECT_EQ(after.processors.begin()->second.part, before.processors.begin()->second.part);
  EXPECT_EQ(after.first_storage(), before.first_storage());
}

TEST_F(ServiceTest, ASourceThatChangesItsPathGoesOnWhereItWas) {
  TestSink sink(false);
  append_lines(log_path(), 0, 10);
  start(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false}));
  ASSERT_TRUE(eventually([&] { return sink.count() == 10; }));
  std::filesystem::create_hard_link(log_path(), log_path("alias.log"));
  ASSERT_TRUE(reload(config(sink, {.receivers = {{"s1", receiver("s1", log_path("alias.log"))}}, .remembers = false})));
  append_lines(log_path(), 10, 20);
  expect_all(sink, 20);
}

TEST_F(ServiceTest, ASourceThatIsRemovedAndAddedAgainGoesOnWhereItWas) {
  TestSink sink(false);
  ConfigParts both{.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}}, .remembers = false};
  ConfigParts one{.receivers = {{"s2", receiver("s2", log_path("2.log"))}}, .remembers = false};
  append_lines(log_path(), 0, 10);
  start(config(sink, both));
  ASSERT_TRUE(eventually([&] { return sink.count() == 10; }));
  ASSERT_TRUE(reload(config(sink, one)));
  append_lines(log_path(), 10, 20);
  // Its metrics go when it is forgotten.
  ASSERT_TRUE(eventually([&] { return !metric("onecollector_source_read_bytes_total", "source_id", "s1"); }));
  EXPECT_EQ(sink.count(), 10u);
  ASSERT_TRUE(reload(config(sink, both)));
  expect_all(sink, 20);
}

TEST_F(ServiceTest, ReloadsUnderLoadLoseAndDoubleNothing) {
  TestSink sink(false);
  std::mt19937 random(1);
  ConfigParts parts{.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}}, .remembers = false};
  start(config(sink, parts));
  Writer writer(*this, {log_path(), log_path("2.log")});
  for (int round = 0; round < 40; ++round) {
    parts.receivers["s2"] = receiver("s2", log_path("2.log"), round % 3 == 0 ? "    attributes: {round: yes}\n" : "");
    parts.exporter_more = fmt::format("    timeout: {}s\n", 10 + round % 4);  // another exporter
    if (round % 5 == 4) parts.receivers.erase("s2");
    ASSERT_TRUE(reload(config(sink, parts)));
    if (round % 7 == 6) EXPECT_FALSE(reload("not: [a config"));
    const int target = writer.written() + 200;
    ASSERT_TRUE(eventually([&] { return writer.written() >= target; }));
  }
  parts.receivers["s2"] = receiver("s2", log_path("2.log"));
  ASSERT_TRUE(reload(config(sink, parts)));
  expect_all(sink, writer.finish());
}

TEST_F(ServiceTest, ReloadsWhileTheSinkFailsLoseNothingAndDoubleNothingWhereItRemembers) {
  TestSink sink(true);
  std::atomic<int> asked = 0;
  sink.answer_with([&](const auto&) -> std::optional<http::Response> {
    if (++asked % 4 == 0) return std::nullopt;
    return http::Response::error(asked % 2 ? 503 : 429, "busy");
  });
  ConfigParts parts{.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}}};
  start(config(sink, parts));
  Writer writer(*this, {log_path(), log_path("2.log")});
  for (int round = 0; round < 8; ++round) {
    parts.exporter_more = fmt::format("    timeout: {}s\n", 10 + round);
    ASSERT_TRUE(reload(config(sink, parts)));
    const int target = writer.written() + 200;
    ASSERT_TRUE(eventually([&] { return writer.written() >= target; }));
  }
  const int written = writer.finish();
  sink.answer_with(nullptr);
  expect_all(sink, written);
}

TEST_F(ServiceTest, AFileThatNeverEndsDoesNotHoldUpTheOthers) {
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
      if (record.source_id == "small") small_was_early = metric("onecollector_source_acknowledged_records_total", "source_id", "big") < 400'000;
    return std::nullopt;
  });
  start(config(sink, {.receivers = {{"big", receiver("big", log_path("big.log"))}, {"small", receiver("small", log_path("small.log"))}}}));
  ASSERT_TRUE(eventually([&] { return sink.held("small").bytes() > 0; }));
  EXPECT_TRUE(small_was_early);
  sink.answer_with(nullptr);
}

TEST_F(ServiceTest, StopsInTimeThoughTheSinkHangs) {
  TestSink sink(true);
  std::atomic<bool> released = false, asked = false;
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

// Not a test by itself: the program of the process that the next test kills.
TEST(CollectorProcess, DISABLED_Runs) {
  SignalWait signals;
  const auto ended = run_collector({std::getenv("ONECOLLECTOR_TEST_CONFIG")}, signals);
  if (!ended) std::fprintf(stderr, "%s\n", ended.error().text().c_str());
}

pid_t start_process(const std::string& config_file) {
  const std::string variable = "ONECOLLECTOR_TEST_CONFIG=" + config_file;
  const char* arguments[] = {"collector_test", "--gtest_also_run_disabled_tests", "--gtest_filter=CollectorProcess.DISABLED_Runs", "--gtest_brief=1", nullptr};
  std::vector<char*> variables;
  for (char** entry = environ; *entry; ++entry) variables.push_back(*entry);
  variables.push_back(const_cast<char*>(variable.c_str()));
  variables.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int log = ::open((config_file + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::execve("/proc/self/exe", const_cast<char**>(arguments), variables.data());
    ::_exit(127);
  }
  return pid;
}

TEST_F(ServiceTest, KillsAtAnyMomentLoseAndDoubleNothing) {
  TestSink sink(true);
  std::mt19937 random(3);
  write_config(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}}}));
  Writer writer(*this, {log_path(), log_path("2.log")});
  for (int kill = 0; kill < 5; ++kill) {
    const pid_t pid = start_process(config_file_);
    const auto progress = sink.count() + 100 + random() % 1000;
    EXPECT_TRUE(eventually([&] { return sink.count() >= progress; })) << *read_file(config_file_ + ".log");
    std::filesystem::rename(log_path(), log_path(fmt::format("app.log.{}", kill)));  // rotation about the moment
    ::kill(pid, SIGKILL);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  }
  const int written = writer.finish();
  const pid_t pid = start_process(config_file_);
  expect_all(sink, written);
  ::kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << *read_file(config_file_ + ".log");
}

}  // namespace
}  // namespace oc::collector
