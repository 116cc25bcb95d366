#include <gmock/gmock.h>

#include "collector/collector_harness.h"
#include "collector/receivers/journald/config.h"
#include "collector/receivers/journald/journal_checkpoint.h"
#include "collector/receivers/journald/journal_entry.h"
#include "collector/receivers/journald/test_journal.h"

namespace oc::collector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JournaldTest : public CollectorTest {
 protected:
  void SetUp() override {
    if (!TestJournal::can_be_made()) GTEST_SKIP() << TestJournal::kWriter << " is not installed";
    std::filesystem::create_directories(journals_);
  }
  std::string journald(const TestSink& sink, const std::string& more = {}, const std::string& start = "beginning",
                       const std::string& service = {}) {
    auto text = config(sink, {.receivers = {{"s1", fmt::format("  file_log/s1:\n    directory: {}\n    start_at: {}\n"
                                                               "    storage: file_storage\n"
                                                               "    resource: {{source_id: s1}}\n{}",
                                                               journals_, start, more)}}});
    for (auto at = text.find("file_log/s1"); at != std::string::npos; at = text.find("file_log/s1"))
      text.replace(at, 11, "journald/s1");
    if (!service.empty()) text.replace(text.find("service:\n"), 9, "service:\n" + service);
    return text;
  }
  static constexpr const char* kMessages = "    operators: [{type: move, from: body.MESSAGE, to: body}]\n";

  Result<std::shared_ptr<const JournaldConfig>> parsed(const std::string& yaml) {
    OC_TRY_ASSIGN(const auto value, parse_config_text(yaml, "test.yaml"));
    OC_TRY_ASSIGN(auto read, parse_journald_config({"journald", ""}, value));
    return std::static_pointer_cast<const JournaldConfig>(read);
  }
  // The messages that a receiver with these keys sees.
  std::vector<std::string> seen(const std::string& keys) {
    const auto config = parsed(fmt::format("directory: {}\n{}", journals_, keys));
    EXPECT_TRUE(config) << config.error().text();
    auto journal = (*config)->open();
    EXPECT_TRUE(journal) << journal.error().text();
    std::vector<std::string> messages;
    EXPECT_TRUE(journal->seek_head());
    while (*journal->next()) messages.push_back(journal->field("MESSAGE"));
    return messages;
  }
  std::string refusal(const std::string& yaml) {
    const auto config = parsed(yaml);
    return config ? "taken" : config.error().message;
  }

  const std::string journals_ = folder_ + "/journal";
};

TEST_F(JournaldTest, EntriesArriveOnceWhateverIsBetweenThemAndTheirRangesJoin) {
  TestSink sink(true);
  TestJournal journal(journals_);
  for (int i = 0; i < 50; ++i)
    journal.say(i % 2 == 0 ? "shop.service" : "other.service", fmt::format("line {}", i / 2));
  start(journald(sink, std::string("    units: [shop]\n") + kMessages));
  for (int i = 50; i < 5'000; ++i)
    journal.say(i % 2 == 0 ? "shop.service" : "other.service", fmt::format("line {}", i / 2));
  expect_all(sink, 2'500);
  EXPECT_EQ(sink.held("s1").ranges().size(), 1u);
  EXPECT_EQ(sink.held("s1").ranges()[0].start, 0u);
  EXPECT_TRUE(eventually([&] {
    return metric("onecollector_source_acknowledged_offset_bytes", "source_id", "s1") ==
           sink.held("s1").ranges()[0].end;
  }));
}

// A container's line as Docker's log driver writes it: its unit is Docker's.
std::string line_of_container(int number) {
  return fmt::format("_SYSTEMD_UNIT=docker.service\nPRIORITY=6\nCONTAINER_ID_FULL=5f\nMESSAGE=of it {}", number);
}

TEST_F(JournaldTest, EntriesWithAFieldThatAnotherSourceHasAreNotReadAndLeaveNoHoles) {
  TestSink sink(true);
  TestJournal journal(journals_);
  constexpr int kTurns = 3;  // more of them than are passed over in one
  for (int i = 0; i < kTurns * 10'000; ++i) {
    if (i % 10'000 == 0) journal.say("docker.service", fmt::format("line {}", i / 10'000));
    journal.add(line_of_container(i));
  }
  journal.say("docker.service", fmt::format("line {}", kTurns));
  start(journald(
      sink,
      std::string("    matches: [{_SYSTEMD_UNIT: docker.service}]\n    without: [CONTAINER_ID_FULL]\n") + kMessages));
  expect_all(sink, kTurns + 1);
  EXPECT_EQ(sink.held("s1").ranges().size(), 1u);
  journal.add(line_of_container(0));
  journal.say("docker.service", fmt::format("line {}", kTurns + 1));
  expect_all(sink, kTurns + 2);
}

TEST_F(JournaldTest, ARestartAmongEntriesOfOthersGoesOnWhereItWas) {
  TestSink sink(false);  // it would show what is sent twice
  TestJournal journal(journals_);
  const auto keys = std::string("    without: [CONTAINER_ID_FULL]\n    start_offset: 2\n") + kMessages;
  for (int i = 0; i < 100; ++i) journal.add(line_of_container(i));
  start(journald(sink, keys));
  journal.say("docker.service", "line 0");
  expect_all(sink, 1);
  for (int i = 0; i < 100; ++i) journal.add(line_of_container(i));
  stop();
  for (int i = 0; i < 100; ++i) journal.add(line_of_container(i));
  journal.say("docker.service", "line 1");
  start(journald(sink, keys));
  expect_all(sink, 2);
}

TEST_F(JournaldTest, ARestartGoesOnWhereItWas) {
  TestSink sink(false);  // it would show what is sent twice
  TestJournal journal(journals_);
  for (int i = 0; i < 100; ++i) journal.say("shop.service", fmt::format("line {}", i));
  start(journald(sink, kMessages));
  expect_all(sink, 100);
  stop();
  for (int i = 100; i < 200; ++i) journal.say("shop.service", fmt::format("line {}", i));
  start(journald(sink, kMessages));
  expect_all(sink, 200);
}

TEST_F(JournaldTest, StartsAtTheEndUnlessToldOtherwiseOrAtAnEntry) {
  TestSink sink(true);
  TestJournal journal(journals_);
  for (int i = 0; i < 10; ++i) journal.say("shop.service", fmt::format("old {}", i));
  ASSERT_TRUE(eventually([&] { return seen("").size() == 10; }));
  start(journald(sink, kMessages, "end"));
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_read_bytes_total", "source_id", "s1") == 0.0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  journal.say("shop.service", "new");
  ASSERT_TRUE(eventually([&] { return sink.count() == 1; }));
  EXPECT_THAT(sink.bodies(), ElementsAre("new"));
  stop();
  std::filesystem::remove_all(folder_ + "/storage");
  TestSink other(true);
  start(journald(other, std::string(kMessages) + "    start_offset: 9\n", "end"));
  ASSERT_TRUE(eventually([&] { return other.count() == 3; }));
  EXPECT_THAT(other.bodies(), ElementsAre("old 8", "old 9", "new"));
  EXPECT_EQ(other.held("s1").ranges()[0].start, 9u);
}

TEST_F(JournaldTest, AJournalThatIsNotThereYetIsWaitedFor) {
  TestSink sink(true);
  std::filesystem::remove_all(journals_);
  start(journald(sink, kMessages));
  EXPECT_TRUE(eventually([&] { return metric("onecollector_source_last_error", "source_id", "s1") == 1.0; }));
  std::filesystem::create_directories(journals_);
  TestJournal journal(journals_);
  for (int i = 0; i < 3; ++i) journal.say("shop.service", fmt::format("line {}", i));
  expect_all(sink, 3);
}

TEST_F(JournaldTest, SeveralFilesAreOneJournalEachInItsOrder) {
  TestSink sink(true);
  TestJournal one(journals_, "system"), other(journals_, "user-1000");
  for (int i = 0; i < 100; ++i) (i % 2 == 0 ? one : other).say("shop.service", fmt::format("line {}", i));
  ASSERT_TRUE(eventually([&] { return seen("").size() == 100; })) << "two writers: one may be late";
  start(journald(sink, kMessages));
  expect_all(sink, 100);
}

TEST_F(JournaldTest, ManyUnitsNeedFewDescriptors) {
  TestSink sink(true);
  TestJournal journal(journals_);
  constexpr int kUnits = 60;
  ConfigParts parts;
  for (int unit = 0; unit < kUnits; ++unit)
    parts.receivers[fmt::format("s{}", unit)] = fmt::format(
        "  file_log/s{0}:\n    directory: {1}\n    start_at: beginning\n    storage: file_storage\n"
        "    matches: [{{_SYSTEMD_UNIT: u{0}.service}}]\n    resource: {{source_id: s{0}}}\n{2}",
        unit, journals_, kMessages);
  auto text = config(sink, parts);
  for (auto at = text.find("file_log/"); at != std::string::npos; at = text.find("file_log/"))
    text.replace(at, 9, "journald/");
  const auto say = [&](int from, int to) {
    for (int i = from; i < to; ++i) journal.say(fmt::format("u{}.service", i % kUnits), fmt::format("line {}", i));
  };
  say(0, 300);
  start(text);
  expect_all(sink, 300);
  say(300, 900);
  expect_all(sink, 900);
  std::size_t open = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    open += std::filesystem::read_symlink(entry.path(), gone).string().ends_with("system.journal") ? 1 : 0;
  }
  EXPECT_LE(open, 20u);
}

TEST_F(JournaldTest, WhatAConfigThatIsTakenBackLeftOutIsReadAgain) {
  TestSink sink(true);
  TestJournal journal(journals_);
  for (int i = 0; i < 5; ++i) journal.say("shop.service", fmt::format("line {}", i));
  const std::string drop =
      "    operators: [{type: filter, expr: 'body.MESSAGE != \"line 1\"'}, {type: move, from: body.MESSAGE, to: "
      "body}]\n";
  start(journald(sink, kMessages));
  expect_all(sink, 5);
  ASSERT_TRUE(reload(journald(sink, drop)));
  const auto bad = stable_hash(journald(sink, drop));
  for (int i = 5; i < 10; ++i) journal.say("shop.service", fmt::format("line {}", i == 7 ? 1 : i));
  ASSERT_TRUE(eventually([&] { return sink.count() >= 6; }));
  ASSERT_TRUE(reload(journald(sink, kMessages, "beginning", fmt::format("  reread: [{}]\n", bad))));
  EXPECT_TRUE(eventually([&] { return sink.count() == 10; })) << sink.count();
}

TEST_F(JournaldTest, KeysChooseEntriesAsJournalctlDoes) {
  TestJournal journal(journals_);
  journal.say("shop.service", "hello");
  journal.say("shop.service", "broken", 3);
  journal.say("shop.service", "detail", 7);
  journal.add("_PID=1\nUNIT=shop.service\nPRIORITY=6\nMESSAGE=Started shop.service");
  journal.add("_TRANSPORT=kernel\nPRIORITY=4\nMESSAGE=oom");
  journal.add("SYSLOG_IDENTIFIER=cron\nPRIORITY=6\n_SYSTEMD_UNIT=cron.service\nMESSAGE=job");
  journal.add("_SYSTEMD_UNIT=cron.service\nMESSAGE=no priority");
  ASSERT_TRUE(eventually([&] { return seen("priority: debug").size() == 7; })) << "all, also what has no priority";
  EXPECT_THAT(seen("units: [shop]"), ElementsAre("hello", "broken", "Started shop.service"));
  EXPECT_THAT(seen("units: [shop.service]\npriority: err"), ElementsAre("broken"));
  EXPECT_THAT(seen("priority: 3..4"), ElementsAre("broken", "oom"));
  EXPECT_THAT(seen("dmesg: true"), ElementsAre("oom"));
  EXPECT_THAT(seen("identifiers: [cron]"), ElementsAre("job"));
  EXPECT_THAT(seen("priority: debug\nmatches: [{_SYSTEMD_UNIT: shop.service, PRIORITY: '7'}, {_TRANSPORT: kernel}]"),
              ElementsAre("detail", "oom"));
}

TEST_F(JournaldTest, TheBodyIsTheMapOfAnEntrysFields) {
  TestJournal journal(journals_);
  journal.add("MESSAGE=hello\nPRIORITY=6\nTAG=a\nTAG=b");
  journal.add_binary("PRIORITY=6", "MESSAGE", std::string("\xff") + "a");
  ASSERT_TRUE(eventually([&] { return seen("").size() == 2; }));
  auto opened = Journal::open(journals_);
  ASSERT_TRUE(opened && opened->seek_head() && *opened->next());
  Arena arena;
  const auto none = contracts::otlp::Value::empty_map();
  const auto text = entry_fields(*opened, "c", none, false, arena);
  EXPECT_EQ(text.time_ns, 1'764'000'000'000'000'000);
  EXPECT_THAT(to_json(text.body), HasSubstr(R"("MESSAGE":"hello")"));
  EXPECT_THAT(to_json(text.body), HasSubstr(R"("__CURSOR":"c")"));
  EXPECT_EQ(text.body.find("TAG")->items().size(), 2u);
  ASSERT_TRUE(*opened->next());
  EXPECT_EQ(to_json(*entry_fields(*opened, "c", none, false, arena).body.find("MESSAGE")), "[255,97]");
  EXPECT_EQ(entry_fields(*opened, "c", none, true, arena).body.find("MESSAGE")->text(),
            "\xef\xbf\xbd"
            "a");
}

TEST_F(JournaldTest, WrongKeysAreRefusedWithTheirPlace) {
  EXPECT_THAT(refusal("priority: loud"), HasSubstr("test.yaml:1:11: journald: 'priority' must be a priority"));
  EXPECT_THAT(refusal("units: ['sh*']"), HasSubstr("patterns as 'sh*' are not supported yet"));
  EXPECT_THAT(refusal("{directory: /a, files: [/b]}"), HasSubstr("cannot both be given"));
  EXPECT_THAT(refusal("matches: [a]"), HasSubstr("'matches' must be a list of maps"));
  EXPECT_THAT(refusal("operators: [{type: recombine, combine_field: body, is_first_entry: 'true'}]"),
              HasSubstr("cannot join records"));
  EXPECT_THAT(refusal("grep: x"), HasSubstr("'grep' is not supported yet"));
  EXPECT_THAT(refusal("unit: x"), HasSubstr("unknown key 'unit'"));
}

TEST(JournalPlace, IsReadFromACursor) {
  const std::string sequence = "8fe0b549f9964adf970a1f0d714259cf";
  const auto place = JournalPlace::of_cursor("s=" + sequence + ";i=1f;b=00;m=0;t=4fd05c3623db1;x=6f");
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, (JournalPlace{sequence, 31}));
  EXPECT_EQ(JournalPlace::of_cursor(place->cursor()), place);
  for (const char* wrong : {"", "s=1;i=1", "i=1", "s=8fe0b549f9964adf970a1f0d714259cf;i=xyz"})
    EXPECT_FALSE(JournalPlace::of_cursor(wrong)) << wrong;
}

TEST(JournalCheckpoint, IsReadAsItWasWritten) {
  const JournalCheckpoint checkpoint{{"s=a;i=1", {{"a", 2}}}, {{"hash", {"", {}}}, {"other", {"s=a;i=1", {{"a", 2}}}}}};
  const auto read = decode_journal_checkpoint(encode_checkpoint(checkpoint));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, checkpoint);
  for (const char* wrong : {"", "[]", "{}", R"({"cursor":1,"ends":{}})", R"({"cursor":"","ends":{"a":"b"}})",
                            R"({"cursor":"","ends":{},"floors":[[1]]})"})
    EXPECT_FALSE(decode_journal_checkpoint(wrong)) << wrong;
}

}  // namespace
}  // namespace oc::collector
