// Reloads by difference: nothing lost, nothing doubled, nothing stopped that did not change.
#include <atomic>
#include <random>

#include "base/http/client.h"
#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

using ReloadTest = CollectorTest;

TEST_F(ReloadTest, AnInvalidConfigChangesNothing) {
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

TEST_F(ReloadTest, AConfigThatCannotStartChangesNothing) {
  TestSink sink(true);
  append_lines(log_path(), 0, 10);
  start(config(sink));
  auto text = config(sink);
  text.replace(text.find(folder_ + "/storage"), (folder_ + "/storage").size(), config_file_ + "/impossible");
  EXPECT_FALSE(reload(text));
  append_lines(log_path(), 10, 20);
  expect_all(sink, 20);
}

TEST_F(ReloadTest, AConfigIsAppliedWhenItsHashIsSeen) {
  TestSink sink(true);
  const auto first = config(sink), second = config(sink) + "# changed\n";
  start(first);
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(first)), 1);
  ASSERT_TRUE(reload(second));
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(second)), 1);
  EXPECT_EQ(metric("onecollector_config_info", "hash", stable_hash(first)), std::nullopt);
  EXPECT_EQ(metric("onecollector_config_info", "generation", "2"), 1);
}

TEST_F(ReloadTest, AnExtensionThatNeedsItsPredecessorsPortReplacesIt) {
  TestSink sink(true);
  const auto port = [] {
    http::Router none;
    return (*http::Server::listen({}, std::move(none)))->port();
  }();
  const auto with_path = [&](const std::string& path) {
    auto text = config(sink);
    text.replace(text.find("extensions: {file"), std::string("extensions: {").size(),
                 fmt::format("extensions: {{health_check: {{endpoint: '127.0.0.1:{}', path: {}}}, ", port, path));
    text.replace(text.find("extensions: [file"), std::string("extensions: [").size(), "extensions: [health_check, ");
    return text;
  };
  start(with_path("/one"));
  const auto status = [&](const std::string& path) {
    return http::Client().get(fmt::format("http://127.0.0.1:{}{}", port, path))->status;
  };
  EXPECT_EQ(status("/one"), 200);
  ASSERT_TRUE(reload(with_path("/two")));
  EXPECT_EQ(status("/one"), 404);
  EXPECT_EQ(status("/two"), 200);
}

TEST_F(ReloadTest, AReloadLeavesUnchangedPartsAlone) {
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

TEST_F(ReloadTest, ASourceThatChangesItsPathGoesOnWhereItWas) {
  TestSink sink(false);
  append_lines(log_path(), 0, 10);
  start(config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false}));
  ASSERT_TRUE(eventually([&] { return sink.count() == 10; }));
  std::filesystem::rename(log_path(), log_path("renamed.log"));
  ASSERT_TRUE(
      reload(config(sink, {.receivers = {{"s1", receiver("s1", log_path("renamed.log"))}}, .remembers = false})));
  append_lines(log_path("renamed.log"), 10, 20);
  expect_all(sink, 20);
}

TEST_F(ReloadTest, ASourceThatIsRemovedAndAddedAgainGoesOnWhereItWas) {
  TestSink sink(false);
  ConfigParts both{.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}},
                   .remembers = false};
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

TEST_F(ReloadTest, ReloadsUnderLoadLoseAndDoubleNothing) {
  TestSink sink(false);
  std::mt19937 random(1);
  ConfigParts parts{.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}},
                    .remembers = false};
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

TEST_F(ReloadTest, ReloadsWhileTheSinkFailsLoseNothingAndDoubleNothingWhereItRemembers) {
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

}  // namespace
}  // namespace oc::collector
