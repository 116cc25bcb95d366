// How a file is followed, end to end: every line is at the sink once.
#include <fstream>

#include "collector/collector_harness.h"
#include "collector/receivers/file_log/config.h"

namespace oc::collector {
namespace {

class FileLogTest : public CollectorTest {
 protected:
  void expect_lines(const std::vector<std::string>& expected) {
    EXPECT_TRUE(eventually([&] { return sink_.count() >= expected.size(); }))
        << sink_.count() << " of " << expected.size();
    EXPECT_EQ(sorted(sink_.bodies()), sorted(expected));
  }
  // Whether more than expected comes is seen once a later line is there.
  void expect_only(std::vector<std::string> expected, const std::string& path) {
    append(path, "the last line\n");
    expected.push_back("the last line");
    expect_lines(expected);
  }
  bool delivered_up_to(std::uint64_t offset) {
    return eventually(
        [&] { return metric("onecollector_source_acknowledged_offset_bytes") == static_cast<double>(offset); });
  }

  TestSink sink_{true};
};

TEST_F(FileLogTest, DeliversWhatIsThereAndWhatComes) {
  append_lines(log_path(), 0, 10);
  start(config(sink_));
  expect_lines(lines(0, 10));
  append_lines(log_path(), 10, 1000);
  expect_lines(lines(0, 1000));
  const auto last = sink_.records().back();
  EXPECT_EQ(last.source_id, "s1");
  EXPECT_EQ(last.attributes.at("log.file.path"), log_path());
  EXPECT_EQ(last.attributes.at("log.file.name"), "app.log");
  EXPECT_EQ(last.offset, std::filesystem::file_size(log_path()) - std::string("line 999\n").size());
}

TEST_F(FileLogTest, FindsAFileAndItsFolderThatAppearLater) {
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("new/deep/app.log"))}}}));
  std::filesystem::create_directories(folder_ + "/logs/new/deep");
  append_lines(log_path("new/deep/app.log"), 0, 5);
  expect_lines(lines(0, 5));
}

TEST_F(FileLogTest, FollowsPatternsIntoNewFolders) {
  start(config(sink_,
               {.receivers = {{"s1", receiver("s1", log_path("**/*.log"),
                                              "    exclude: ['**/no.log', '" + log_path("**/no.log") + "']\n")}}}));
  append_lines(log_path("a.log"), 0, 5);
  std::filesystem::create_directories(folder_ + "/logs/x/y");
  append_lines(log_path("x/y/b.log"), 5, 10);
  append_lines(log_path("x/y/no.log"), 10, 15);
  expect_only(lines(0, 10), log_path("a.log"));
}

TEST_F(FileLogTest, KeepsIdenticalLinesApartAndLeavesOutEmptyOnes) {
  append(log_path(), "same\n\n  \r\nsame\r\n\tsame \n");
  start(config(sink_));
  expect_lines({"same", "same", "same"});
  const auto size = std::filesystem::file_size(log_path());
  EXPECT_TRUE(eventually([&] { return sink_.held("s1").covers({0, size}); })) << "the ranges join up";
}

TEST_F(FileLogTest, ReplacesBytesThatAreNotUtf8) {
  append(log_path(), "caf\xC3\xA9\nbad \xFF here\n");
  start(config(sink_));
  expect_lines({"caf\xC3\xA9", "bad \uFFFD here"});
}

TEST_F(FileLogTest, FramesNeedTheOperatorThatMakesTextOfThem) {
  const auto refused = [&](const std::string& keys) {
    const auto parsed = parse_config_text("{include: [/a.log], framing: docker_local" + keys + "}", "f.yaml");
    const auto made = parse_file_log_config(ComponentId::parse("file_log/x"), *parsed);
    return made ? std::string() : made.error().text();
  };
  EXPECT_EQ(refused(", operators: [{type: container, format: docker_local}]"), "");
  EXPECT_THAT(refused(""), testing::HasSubstr("first operator"));
  EXPECT_THAT(refused(", operators: [{type: container, format: docker}]"), testing::HasSubstr("first operator"));
  EXPECT_THAT(refused(", operators: [{type: container, format: docker_local, if: 'true'}]"),
              testing::HasSubstr("first operator"));
}

TEST_F(FileLogTest, SplitsLinesThatAreTooLongHoweverLong) {
  append(log_path(), std::string(1'000'000, 'x') + "\nshort\n");
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), "    max_log_size: 300KiB\n")}}}));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 5; })) << sink_.count();
  std::size_t total = 0;
  for (const auto& body : sink_.bodies()) total += body.size();
  EXPECT_EQ(total, 1'000'000u + 5);
}

TEST_F(FileLogTest, SendsAnUnfinishedLineAfterAWhileAndItsRestAsARecordOfItsOwn) {
  append(log_path(), "whole\nunfini");
  start(config(sink_));
  expect_lines({"whole", "unfini"});
  append(log_path(), "shed\nnext\n");
  expect_lines({"whole", "unfini", "shed", "next"});
}

TEST_F(FileLogTest, CutsAnUnfinishedLineTheSameWayAfterARestart) {
  append(log_path(), "whole\nunfini");
  sink_.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  start(config(sink_));
  // The cut is durable and the record on its way, but the sink never took it.
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_emitted_records_total") == 2; }));
  stop();
  append(log_path(), "shed\n");
  sink_.answer_with(nullptr);
  start(config(sink_));
  expect_lines({"whole", "unfini", "shed"});
}

constexpr const char* kJoinsTraces =
    "    operators: [{type: recombine, combine_field: body, force_flush_period: 300ms,\n"
    "                 is_first_entry: 'body matches \"^[0-9]\"'}]\n";

TEST_F(FileLogTest, JoinsARecordThatIsWrittenInPieces) {
  append(log_path(), "1 boom\n  at a\n");
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), kJoinsTraces)}}}));
  append(log_path(), "  at b\n2 ne");
  append(log_path(), "xt\n3 last\n");
  expect_lines({"1 boom\nat a\nat b", "2 next", "3 last"});
  append(log_path(), "4 after a pause\n");
  expect_lines({"1 boom\nat a\nat b", "2 next", "3 last", "4 after a pause"});
  EXPECT_TRUE(delivered_up_to(std::filesystem::file_size(log_path())));
}

TEST_F(FileLogTest, EndsAGroupTheSameWayAfterARestart) {
  append(log_path(), "1 boom\n  at a\n");
  sink_.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  const auto traces = config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), kJoinsTraces)}}});
  start(traces);
  // Its end is durable and the record on its way, but the sink never took it.
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_emitted_records_total") == 1; }));
  stop();
  append(log_path(), "  at b\n2 next\n");
  sink_.answer_with(nullptr);
  start(traces);
  expect_lines({"1 boom\nat a", "at b", "2 next"});
}

TEST_F(FileLogTest, JoinsWhatIsLongerThanIsReadAtOnceAndEndsWhatIsTooLong) {
  std::string long_record = "1 boom", endless = "2 boom";
  for (int i = 0; i < 900; ++i) long_record += "\n" + std::string(600, 'x');
  append(log_path(), long_record + "\n3 next\n");
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), kJoinsTraces)}}}));
  expect_lines({long_record, "3 next"});
  for (int i = 0; i < 900; ++i) endless += "\n" + std::string(6'000, 'y');
  append(log_path(), endless + "\n4 next\n");
  ASSERT_TRUE(delivered_up_to(std::filesystem::file_size(log_path())));
  std::size_t bytes = 0;
  for (const auto& body : sink_.bodies()) bytes += body.starts_with('2') || body.starts_with('y') ? body.size() + 1 : 0;
  EXPECT_EQ(bytes, endless.size() + 1) << "in several records, nothing lost";
}

TEST_F(FileLogTest, GoesOnAfterARenameWithBothFiles) {
  append_lines(log_path(), 0, 100);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 100; }));
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  append_lines(log_path("app.log.1"), 100, 200);  // the writer still has it open
  append_lines(log_path(), 200, 300);
  expect_lines(lines(0, 300));
  append_lines(log_path("app.log.1"), 300, 310);
  expect_only(([] { return lines(0, 310); })(), log_path());
}

TEST_F(FileLogTest, ReadsARotatedFileOnceWhereThePatternMatchesItsNewNameToo) {
  append_lines(log_path(), 0, 100);
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("app.log*"))}}}));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 100; }));
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  append_lines(log_path(), 100, 200);
  expect_only(lines(0, 200), log_path());
}

TEST_F(FileLogTest, GoesOnAfterCopyTruncate) {
  append_lines(log_path(), 0, 100);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 100; }));
  std::filesystem::copy(log_path(), log_path("app.log.1"));
  std::filesystem::resize_file(log_path(), 0);
  append_lines(log_path(), 100, 120);
  expect_only(lines(0, 120), log_path());
}

TEST_F(FileLogTest, ReadsFromTheCopyWhatCopyTruncateTookAway) {
  append_lines(log_path(), 0, 10);
  sink_.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("app.log*"))}}}));
  ASSERT_TRUE(eventually([&] { return metric("onecollector_source_emitted_records_total") == 10; }));
  stop();
  append_lines(log_path(), 10, 100);
  std::filesystem::copy(log_path(), log_path("app.log.1"));
  std::filesystem::resize_file(log_path(), 0);
  append_lines(log_path(), 100, 105);
  sink_.answer_with(nullptr);
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("app.log*"))}}}));
  expect_only(lines(0, 105), log_path());
}

TEST_F(FileLogTest, ReadsTwoFilesOfTheSameContentBoth) {
  append_lines(log_path("a.log"), 0, 50);
  append_lines(log_path("b.log"), 0, 50);
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("*.log"))}}}));
  auto expected = lines(0, 50);
  for (const auto& line : lines(0, 50)) expected.push_back(line);
  expect_lines(expected);
}

TEST_F(FileLogTest, StartsAgainWhenAFileIsDeletedAndMadeAnew) {
  std::vector<std::string> expected;
  start(config(sink_));
  for (int round = 0; round < 20; ++round) {
    append(log_path(), "the same line\nthe same line\n");  // the inode is often used again
    expected.insert(expected.end(), {"the same line", "the same line"});
    ASSERT_TRUE(eventually([&] { return sink_.count() == expected.size(); })) << round;
    std::filesystem::remove(log_path());
  }
  append(log_path(), "the same line\n");
  expected.push_back("the same line");
  expect_lines(expected);
}

TEST_F(FileLogTest, ReadsADeletedFileToItsEndWhileItIsOpen) {
  append_lines(log_path(), 0, 10);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 10; }));
  std::ofstream writer(log_path(), std::ios::app);
  std::filesystem::remove(log_path());
  writer << "line 10\nline 11" << std::flush;  // nobody will end the last line
  expect_lines(lines(0, 12));
}

TEST_F(FileLogTest, GoesOnAfterARestartWhereItWas) {
  append_lines(log_path(), 0, 50);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 50; }));
  stop();
  append_lines(log_path(), 50, 80);
  TestSink other(false);  // without memory: a line that is read again would show
  start(config(other, {.receivers = {{"s1", receiver("s1", log_path())}}, .remembers = false}));
  EXPECT_TRUE(eventually([&] { return other.count() == 30; }));
  append_lines(log_path(), 80, 81);
  EXPECT_TRUE(eventually([&] { return other.count() >= 31; }));
  EXPECT_EQ(other.bodies(), lines(50, 81));
}

TEST_F(FileLogTest, FinishesAFileThatWasRotatedWhileItWasDown) {
  append_lines(log_path(), 0, 50);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 50; }));
  stop();
  append_lines(log_path(), 50, 80);
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  append_lines(log_path(), 80, 100);
  start(config(sink_));
  expect_lines(lines(0, 100));
  EXPECT_EQ(sink_.bodies(), lines(0, 100)) << "the older file first";
}

TEST_F(FileLogTest, AsksTheSinkWhatItHoldsWhenTheCheckpointIsBehind) {
  append_lines(log_path(), 0, 50);
  start(config(sink_));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 50; }));
  std::filesystem::copy(folder_ + "/storage", folder_ + "/early", std::filesystem::copy_options::recursive);
  append_lines(log_path(), 50, 100);
  ASSERT_TRUE(eventually([&] { return sink_.count() == 100; }));
  stop();
  std::filesystem::remove_all(folder_ + "/storage");
  std::filesystem::rename(folder_ + "/early", folder_ + "/storage");
  append_lines(log_path(), 100, 110);
  start(config(sink_));
  expect_lines(lines(0, 110));
  EXPECT_EQ(metric("onecollector_source_emitted_records_total"), 10) << "what the sink holds is not read again";
}

TEST_F(FileLogTest, BeginsAtTheStartOffsetOfFilesThatAreThereAtTheStart) {
  append_lines(log_path(), 0, 10);
  const auto offset = std::filesystem::file_size(log_path());
  append_lines(log_path(), 10, 20);
  start(config(sink_,
               {.receivers = {{"s1", receiver("s1", log_path(), fmt::format("    start_offset: {}\n", offset))}}}));
  expect_lines(lines(10, 20));
}

TEST_F(FileLogTest, StartAtEndLeavesOutWhatIsThereButNotWhatComesLater) {
  append_lines(log_path("old.log"), 0, 10);
  auto text = receiver("s1", log_path("*.log"));
  text.replace(text.find("beginning"), std::string("beginning").size(), "end");
  start(config(sink_, {.receivers = {{"s1", text}}}));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(folder_ + "/storage/storage.ockv"); }));
  // The start is settled when its checkpoint is.
  ASSERT_TRUE(eventually([&] { return !service_->graph().first_storage()->read("file_log/s1/").empty(); }));
  append_lines(log_path("old.log"), 10, 15);
  append_lines(log_path("new.log"), 15, 20);
  expect_lines(lines(10, 20));
}

}  // namespace
}  // namespace oc::collector
