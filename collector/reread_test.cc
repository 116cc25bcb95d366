// A policy that was bad is taken back: what was read under it is read again, nothing is lost and nothing is doubled.
#include <csignal>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>

#include "base/process.h"
#include "collector/collector_harness.h"
#include "collector/test_filter.h"

namespace oc::collector {
namespace {

constexpr const char* kEverything = "line";

class RereadTest : public CollectorTest {
 protected:
  RereadTest() { EXPECT_TRUE(components_.processors.add(test_filter_factory())); }

  // The config with a filter; empty: it drops nothing. `reread` are the hashes of configs that are taken back.
  std::string filtered(const TestSink& sink, const std::string& drop, const std::vector<std::string>& reread = {},
                       const ConfigParts& parts = {}) const {
    auto text = config(sink, parts.receivers.empty() ? ConfigParts{.receivers = {{"s1", receiver("s1", log_path())}},
                                                                   .exporter_more = parts.exporter_more,
                                                                   .remembers = parts.remembers}
                                                     : parts);
    const auto put = [&](const std::string& from, const std::string& to) {
      text.replace(text.find(from), from.size(), to);
    };
    put("processors: {", fmt::format("processors: {{test_filter: {{drop: '{}'}}, ", drop.empty() ? "never" : drop));
    put("processors: [memory_limiter]", "processors: [memory_limiter, test_filter]");
    if (!reread.empty()) put("service:\n", fmt::format("service:\n  reread: [{}]\n", fmt::join(reread, ", ")));
    return text;
  }
  std::uint64_t size() const { return std::filesystem::file_size(log_path()); }
  bool settled_up_to(std::uint64_t offset) {
    return eventually(
        [&] { return metric("onecollector_source_acknowledged_offset_bytes") == static_cast<double>(offset); });
  }
  // As a power failure leaves it: what is durable, and nothing that came later.
  void crash() {
    const auto kept = folder_ + "/kept";
    std::filesystem::copy(folder_ + "/storage", kept, std::filesystem::copy_options::recursive);
    stop();
    std::filesystem::remove_all(folder_ + "/storage");
    std::filesystem::rename(kept, folder_ + "/storage");
  }

  TestSink sink_{true};
};

TEST_F(RereadTest, TheSinkIsToldWhatAFilterLeftOutAndTheLedgerSaysWhy) {
  append_lines(log_path(), 0, 20);
  start(filtered(sink_, "line 1"));  // 1 and 10 to 19
  ASSERT_TRUE(settled_up_to(size()));
  EXPECT_EQ(sorted(sink_.bodies()).size(), 9u);
  const auto held = sink_.held("s1"), left_out = sink_.left_out("s1");
  EXPECT_EQ(left_out.bytes(), 7u + 10 * 8);
  EXPECT_EQ(held.bytes() + left_out.bytes(), size()) << "together they are the file";
  EXPECT_EQ(metric("onecollector_source_dropped_records_total", "reason", "test_filter"), 11);
  EXPECT_EQ(metric("onecollector_source_left_out_bytes_total", "reason", "test_filter"), 7 + 10 * 8);
  EXPECT_EQ(metric("onecollector_source_acknowledged_records_total"), 9);
  EXPECT_FALSE(metric("onecollector_source_last_error")) << "a filter is no trouble";
}

TEST_F(RereadTest, TheSinkIsToldThoughEverythingWasLeftOut) {
  append_lines(log_path(), 0, 20);
  start(filtered(sink_, kEverything));
  ASSERT_TRUE(eventually([&] { return sink_.left_out("s1").covers({0, size()}); }));
  EXPECT_EQ(sink_.count(), 0u);
}

TEST_F(RereadTest, EveryOtherLineIsLeftOutWithoutALongerHeaderThanTheSinkReads) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "a\n1\n";
  append(log_path(), text);
  const auto bad = filtered(sink_, "1");
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  EXPECT_EQ(sink_.count(), 10'000u);
  EXPECT_EQ(sink_.left_out("s1").ranges().size(), 10'000u);
  EXPECT_GT(sink_.requests(), 5);
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  EXPECT_TRUE(eventually([&] { return sink_.held("s1").covers({0, size()}); }));
  EXPECT_EQ(sink_.count(), 20'000u);
}

TEST_F(RereadTest, AReloadThatTakesAFilterBackReadsAgainWhatItLeftOut) {
  append_lines(log_path(), 0, 50);
  start(filtered(sink_, ""));
  ASSERT_TRUE(settled_up_to(size()));
  const auto bad = filtered(sink_, "1");
  ASSERT_TRUE(reload(bad));
  append_lines(log_path(), 50, 200);
  ASSERT_TRUE(settled_up_to(size()));
  EXPECT_LT(sink_.count(), 200u);
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  expect_all(sink_, 200);
  append_lines(log_path(), 200, 210);
  expect_all(sink_, 210);
  EXPECT_TRUE(sink_.left_out("s1").ranges().empty());
}

TEST_F(RereadTest, OnlyWhatWasReadUnderTheBadConfigIsReadAgain) {
  TestSink forgetful(false);
  const ConfigParts parts{.remembers = false};
  append_lines(log_path(), 0, 50);
  start(filtered(forgetful, "", {}, parts));
  ASSERT_TRUE(settled_up_to(size()));
  const auto bad = filtered(forgetful, kEverything, {}, parts);
  ASSERT_TRUE(reload(bad));
  append_lines(log_path(), 50, 60);
  ASSERT_TRUE(settled_up_to(size()));
  EXPECT_EQ(forgetful.count(), 50u);
  ASSERT_TRUE(reload(filtered(forgetful, "", {stable_hash(bad)}, parts)));
  expect_all(forgetful, 60);
}

TEST_F(RereadTest, AConfigThatTookOneBackAndIsBadItselfIsTakenBackFromTheSamePlace) {
  append_lines(log_path(), 0, 30);
  const auto bad = filtered(sink_, kEverything);
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  const auto bad_too = filtered(sink_, "1", {stable_hash(bad)});
  ASSERT_TRUE(reload(bad_too));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 18; }));
  ASSERT_TRUE(settled_up_to(size()));
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad_too)})));
  expect_all(sink_, 30);
}

TEST_F(RereadTest, ItIsDoneOnce) {
  TestSink forgetful(false);
  const ConfigParts parts{.remembers = false};
  const auto bad = filtered(forgetful, "line 1", {}, parts);
  append_lines(log_path(), 0, 10);
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  const auto good = filtered(forgetful, "", {stable_hash(bad)}, parts);
  ASSERT_TRUE(reload(good));
  ASSERT_TRUE(eventually([&] { return forgetful.count() == 9u + 10u; }));
  ASSERT_TRUE(settled_up_to(size()));
  stop();
  start(good);
  append_lines(log_path(), 10, 11);
  ASSERT_TRUE(eventually([&] { return forgetful.count() >= 20; }));
  EXPECT_EQ(forgetful.count(), 20u);
}

TEST_F(RereadTest, AFilterThatIsTakenBackByARestartWasReadUnderToo) {
  append_lines(log_path(), 0, 30);
  const auto bad = filtered(sink_, "1");
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  stop();
  start(filtered(sink_, "", {stable_hash(bad)}));
  expect_all(sink_, 30);
}

TEST_F(RereadTest, ACrashBeforeTheFloorIsDurableLosesNothing) {
  append_lines(log_path(), 0, 30);
  start(filtered(sink_, ""));
  ASSERT_TRUE(settled_up_to(size()));
  stop();
  start(filtered(sink_, ""));
  const auto bad = filtered(sink_, kEverything);
  std::filesystem::copy(folder_ + "/storage", folder_ + "/before", std::filesystem::copy_options::recursive);
  ASSERT_TRUE(reload(bad));
  append_lines(log_path(), 30, 60);
  ASSERT_TRUE(settled_up_to(size()));
  stop();
  std::filesystem::remove_all(folder_ + "/storage");
  std::filesystem::rename(folder_ + "/before", folder_ + "/storage");
  start(filtered(sink_, "", {stable_hash(bad)}));
  expect_all(sink_, 60);
}

TEST_F(RereadTest, ACrashWhileReadingAgainGoesOnReadingAgainUnderALaterConfig) {
  append_lines(log_path(), 0, 30);
  const auto bad = filtered(sink_, kEverything);
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  sink_.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  // The checkpoint that says so is durable, nothing was read yet.
  ASSERT_TRUE(eventually([&] {
    const auto kept = service_->graph().first_storage()->read("file_log/s1/");
    return !kept.empty() && kept[0].second.find("again_until") != std::string::npos;
  }));
  ASSERT_TRUE(service_->graph().first_storage()->flush(std::chrono::seconds(5)));
  crash();
  sink_.answer_with(nullptr);
  start(filtered(sink_, ""));  // it takes nothing back any more
  expect_all(sink_, 30);
}

TEST_F(RereadTest, ABatchFromBeforeThatComesToItsEndLateDoesNotStandForWhatIsReadAgain) {
  std::atomic<bool> released = false, asked = false;
  TestSink sink(true);
  append_lines(log_path(), 0, 30);
  sink.answer_with([&](const auto&) -> std::optional<http::Response> {
    asked = true;
    return released ? std::nullopt : std::optional(http::Response::error(503, "not now"));
  });
  const auto bad = filtered(sink, "1");
  start(bad);
  ASSERT_TRUE(eventually([&] { return asked.load(); }));
  ASSERT_TRUE(reload(filtered(sink, "", {stable_hash(bad)})));  // the same exporter still has the bad batch
  released = true;
  expect_all(sink, 30);
  sink.answer_with(nullptr);
}

TEST_F(RereadTest, WhatASinkRefusesForGoodUnderABadExporterIsReadAgain) {
  append_lines(log_path(), 0, 10);
  start(filtered(sink_, ""));
  ASSERT_TRUE(settled_up_to(size()));
  sink_.answer_with([](const auto& records) -> std::optional<http::Response> {
    if (records.empty()) return std::nullopt;
    return http::Response::error(400, "no tenant");
  });
  const auto bad = filtered(sink_, "", {}, {.exporter_more = "    headers: {X-Tenant: nobody}\n"});
  ASSERT_TRUE(reload(bad));
  append_lines(log_path(), 10, 40);
  ASSERT_TRUE(settled_up_to(size()));
  EXPECT_EQ(metric("onecollector_source_dropped_records_total"), 30);
  EXPECT_TRUE(sink_.left_out("s1").bytes() > 0) << "the sink knows that they are left out";
  sink_.answer_with(nullptr);
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  expect_all(sink_, 40);
}

TEST_F(RereadTest, ASinkThatRefusesEverythingLeavesItToTheFloors) {
  sink_.answer_with([](const auto&) { return http::Response::error(400, "go away"); });
  append_lines(log_path(), 0, 20);
  const auto bad = filtered(sink_, "", {}, {.exporter_more = "    headers: {X-Tenant: nobody}\n"});
  start(bad);
  ASSERT_TRUE(settled_up_to(size()));
  sink_.answer_with(nullptr);
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  expect_all(sink_, 20);
}

TEST_F(RereadTest, SinksThatAreBusyResetOrHangLoseNothing) {
  std::atomic<int> round = 0;
  TestSink sink(true);
  sink.answer_with([&](const auto&) -> std::optional<http::Response> {
    switch (++round % 3) {
      case 0:
        return http::Response::error(429, "slowly");
      case 1:
        return http::Response::error(503, "not now");
      default:
        std::this_thread::sleep_for(std::chrono::milliseconds(150));  // longer than the exporter waits
        return http::Response::error(500, "late");
    }
  });
  append_lines(log_path(), 0, 20);
  const auto bad = filtered(sink, "1", {}, {.exporter_more = "    timeout: 50ms\n"});
  start(bad);
  ASSERT_TRUE(eventually([&] { return round >= 6; }));
  ASSERT_TRUE(reload(filtered(sink, "", {stable_hash(bad)})));
  sink.answer_with(nullptr);
  expect_all(sink, 20);
}

TEST_F(RereadTest, ARotatedFileIsReadAgainBeforeItsSuccessor) {
  const auto bad = filtered(sink_, kEverything);
  start(bad);
  append_lines(log_path(), 0, 20);
  ASSERT_TRUE(settled_up_to(size()));
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  append_lines(log_path(), 20, 40);
  ASSERT_TRUE(settled_up_to(size()));
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  expect_all(sink_, 40);
}

TEST_F(RereadTest, UnfinishedLinesAreCutTheSameWayWhenTheyAreReadAgain) {
  const auto bad = filtered(sink_, "unfini");
  start(bad);
  append(log_path(), "unfini");
  ASSERT_TRUE(settled_up_to(6));
  append(log_path(), "shed\n");
  ASSERT_TRUE(settled_up_to(11));
  EXPECT_EQ(sink_.bodies(), (std::vector<std::string>{"shed"}));
  ASSERT_TRUE(reload(filtered(sink_, "", {stable_hash(bad)})));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 2; }));
  EXPECT_EQ(sink_.bodies(), (std::vector<std::string>{"shed", "unfini"}));
}

TEST_F(RereadTest, RereadNamesHashes) {
  const auto refused = [&](const std::string& value) {
    auto text = config(sink_);
    text.replace(text.find("service:\n"), 9, "service:\n  reread: " + value + "\n");
    write_config(text);
    const auto loaded = load_config_files({config_file_}, process_environment());
    const auto read = read_service_config(*loaded, components_);
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(refused("[0123456789abcdef0123456789abcdef]"), "");
  EXPECT_NE(refused("[latest]").find("'latest' is not the hash of a config"), std::string::npos);
}

std::string parse_running_hash(const std::string& metrics) {
  for (const auto& sample : parse_prometheus_text(metrics))
    if (sample.name == "onecollector_config_info") return sample.labels.at("hash");
  return {};
}

// Not a test by itself: the program of the process that the next test kills.
TEST(RereadProcess, DISABLED_Runs) {
  SignalWait signals;
  auto components = *component_list();
  ASSERT_TRUE(components.processors.add(test_filter_factory()));
  const std::vector<std::string> files = {std::getenv("ONECOLLECTOR_TEST_CONFIG")};
  Service service(components, system_clock());
  ASSERT_TRUE(service.start(*read_service_config(*load_config_files(files, process_environment()), components)));
  while (true) {
    const auto loaded = load_config_files(files, process_environment());
    if (loaded && parse_running_hash(service.metrics().prometheus_text()) == loaded->hash)
      std::fprintf(stderr, "running %s\n", loaded->hash.c_str());
    const auto event = signals.wait(std::chrono::seconds(60));
    if (event == SignalWait::Event::kReload) (void)service.reload(files);
    if (event == SignalWait::Event::kStop) return;
  }
}

class RereadProcessTest : public RereadTest {
 protected:
  ~RereadProcessTest() override { kill(); }
  void run() {
    const std::string variable = "ONECOLLECTOR_TEST_CONFIG=" + config_file_;
    const char* arguments[] = {"collector_test", "--gtest_also_run_disabled_tests",
                               "--gtest_filter=RereadProcess.DISABLED_Runs", "--gtest_brief=1", nullptr};
    std::vector<char*> variables;
    for (char** entry = environ; *entry; ++entry) variables.push_back(*entry);
    variables.push_back(const_cast<char*>(variable.c_str()));
    variables.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int log = ::open((config_file_ + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::execve("/proc/self/exe", const_cast<char**>(arguments), variables.data());
    ::_exit(127);
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // A reload, a kill in the midst of one, or a kill and a start: whichever the dice say.
  void change_to(const std::string& yaml) {
    write_config(yaml);
    const auto way = random_() % 3;
    if (way < 2) ::kill(pid_, SIGHUP);
    if (way > 0) {
      kill();
      run();
    }
    EXPECT_TRUE(eventually([&] {
      return read_file(config_file_ + ".log")->find("running " + stable_hash(yaml)) != std::string::npos;
    })) << *read_file(config_file_ + ".log");
  }
  // Until the collector is done with some more bytes of the file.
  void wait_for_progress() {
    const auto known = [&] { return sink_.held("s1").bytes() + sink_.left_out("s1").bytes(); };
    const auto goal = known() + 200 + random_() % 4000;
    EXPECT_TRUE(eventually([&] { return known() >= goal; })) << *read_file(config_file_ + ".log");
  }

  std::mt19937 random_{7};
  pid_t pid_ = 0;
};

TEST_F(RereadProcessTest, KillsAtAnyMomentOfBadPoliciesAndTheirRollbacksLoseAndDoubleNothing) {
  write_config(filtered(sink_, ""));
  Writer writer(*this, {log_path()});
  run();
  for (int round = 0; round < 8; ++round) {
    wait_for_progress();
    const auto bad = filtered(sink_, round % 2 == 0 ? kEverything : "1") + fmt::format("# {}\n", round);
    change_to(bad);
    wait_for_progress();
    if (round % 3 == 0) {
      kill();
      run();
      wait_for_progress();
    }
    change_to(filtered(sink_, "", {stable_hash(bad)}) + fmt::format("# {}\n", round));
    wait_for_progress();
    if (round % 3 == 1) {
      kill();
      run();
    }
    // What a source change makes of it: nothing is to be taken back any more.
    if (round % 3 == 2) change_to(filtered(sink_, "") + fmt::format("# {}\n", round));
  }
  const int written = writer.finish();
  expect_all(sink_, written);
  EXPECT_TRUE(eventually([&] { return sink_.held("s1").covers({0, size()}); }));
}

}  // namespace
}  // namespace oc::collector
