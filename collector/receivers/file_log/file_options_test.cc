// Keys that change what is read of a file, or what its records carry.
#include <filesystem>

#include "collector/collector_harness.h"
#include "collector/exporters/otlp_http/request.h"
#include "collector/pipeline/feature_gates.h"
#include "collector/receivers/file_log/config.h"

namespace oc::collector {
namespace {

std::string zipped(const std::string& text) { return *compress(text, Compression::kGzip); }

class FileOptionsTest : public CollectorTest {
 protected:
  void start_with(const std::string& keys) {
    start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), keys)}}}));
  }
  void expect_bodies(const std::vector<std::string>& expected) {
    EXPECT_TRUE(eventually([&] { return sink_.bodies() == expected; })) << testing::PrintToString(sink_.bodies());
  }
  std::vector<std::string> attribute(const std::string& key) {
    std::vector<std::string> values;
    for (const auto& record : sink_.records()) values.push_back(record.attributes.at(key));
    return values;
  }

  TestSink sink_{true};
};

TEST_F(FileOptionsTest, RecordsAreNumberedAcrossEmptyLinesAndRestarts) {
  append(log_path(), "one\n\nthree\n");
  start_with("    include_file_record_number: true\n");
  expect_bodies({"one", "three"});
  stop();
  append(log_path(), "four\n\n");
  start_with("    include_file_record_number: true\n");
  expect_bodies({"one", "three", "four"});
  append(log_path(), "six\n");
  expect_bodies({"one", "three", "four", "six"});
  EXPECT_EQ(attribute("log.file.record_number"), (std::vector<std::string>{"1", "3", "4", "6"}));
}

TEST_F(FileOptionsTest, AReloadMayTurnNumbersAndTheHeaderOffAndOn) {
  const std::string numbered = "    include_file_record_number: true\n";
  append(log_path(), "one\n");
  start_with(numbered);
  expect_bodies({"one"});
  const auto reload_with = [&](const std::string& keys) {
    ASSERT_TRUE(reload(config(sink_, {.receivers = {{"s1", receiver("s1", log_path(), keys)}}})));
  };
  reload_with("");
  append(log_path(), "two\n");
  expect_bodies({"one", "two"});
  reload_with(numbered);
  append(log_path(), "three\n");
  expect_bodies({"one", "two", "three"});
  EXPECT_EQ(sink_.records().back().attributes.at("log.file.record_number"), "3");
  reload_with("    header: {pattern: '^o', metadata_operators: [{type: add, field: attributes.h, value: x}]}\n");
  append(log_path(), "four\n");
  expect_bodies({"one", "two", "three", "four"});
  EXPECT_EQ(sink_.records().back().attributes.at("h"), "x");
  reload_with("");
  append(log_path(), "five\n");
  expect_bodies({"one", "two", "three", "four", "five"});
  EXPECT_FALSE(sink_.records().back().attributes.contains("h"));
}

TEST_F(FileOptionsTest, AttributesMayDependOnTheRecord) {
  append(log_path(), "a\nb\n");
  start_with("    attributes: {place: 'pre-EXPR(body + \"(!\")-EXPR(body)'}\n");
  expect_bodies({"a", "b"});
  EXPECT_EQ(attribute("place"), (std::vector<std::string>{"pre-a(!-a", "pre-b(!-b"}));
}

TEST_F(FileOptionsTest, WithoutAnEncodingWhatIsThereIsOneRecord) {
  append(log_path(), "  two\nlines, and a rest");
  start_with("    encoding: nop\n");
  ASSERT_TRUE(eventually([&] { return sink_.count() == 1; }));
  EXPECT_EQ(sink_.bodies()[0], "ICB0d28KbGluZXMsIGFuZCBhIHJlc3Q=") << "bytes are shown as base64";
}

TEST_F(FileOptionsTest, ACutThatIsIgnoredIsReadOnWhereItWas) {
  append(log_path(), "0123456789abcdef\nline 2\n");
  start_with("    fingerprint_size: 16\n    on_truncate: ignore\n");
  expect_bodies({"0123456789abcdef", "line 2"});
  std::filesystem::resize_file(log_path(), 17);
  append(log_path(), "short\n");
  append(log_path(), "x and more\nend\n");
  expect_bodies({"0123456789abcdef", "line 2", "and more", "end"});
}

TEST_F(FileOptionsTest, OfACutFileOnlyWhatIsNewMayBeRead) {
  append(log_path(), "0123456789abcdef\nline 2\nline 3\n");
  start_with("    fingerprint_size: 16\n    on_truncate: read_new\n");
  expect_bodies({"0123456789abcdef", "line 2", "line 3"});
  std::filesystem::resize_file(log_path(), 24);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  append(log_path(), "new\n");
  expect_bodies({"0123456789abcdef", "line 2", "line 3", "new"});
}

TEST_F(FileOptionsTest, AFileIsDeletedOnceItIsDelivered) {
  ASSERT_TRUE(set_feature_gates({std::string(kFileDeletionGate)}));
  append(log_path(), "one\nunfinished");
  sink_.answer_with([](const auto&) { return http::Response::error(503, "not now"); });
  start_with("    delete_after_read: true\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(800));
  EXPECT_TRUE(std::filesystem::exists(log_path())) << "nothing was delivered";
  sink_.answer_with({});
  expect_bodies({"one", "unfinished"});
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(log_path()); }));
  append(log_path(), "another file\n");
  expect_bodies({"one", "unfinished", "another file"});
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(log_path()); }));
  ASSERT_TRUE(set_feature_gates({"-" + std::string(kFileDeletionGate)}));
}

TEST_F(FileOptionsTest, AHeaderSaysSomethingAboutAllRecords) {
  const std::string keys =
      "    include_file_record_number: true\n"
      "    header:\n      pattern: '^#'\n      metadata_operators:\n"
      "        - {type: regex_parser, regex: '^#(?P<key>\\w+)=(?P<value>.*)'}\n"
      "        - {type: add, field: attributes.seen, value: 'EXPR(attributes.value)'}\n"
      "        - {type: retain, fields: [attributes.seen]}\n";
  append(log_path(), "#name=first\n#place=here\n");
  start_with(keys);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(sink_.count(), 0u) << "it may go on";
  append(log_path(), "one\n#no header any more\n");
  expect_bodies({"one", "#no header any more"});
  stop();
  append(log_path(), "three\n");
  start_with(keys);
  expect_bodies({"one", "#no header any more", "three"});
  EXPECT_EQ(attribute("log.file.record_number"), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(attribute("seen"), (std::vector<std::string>{"here", "here", "here"}));
  EXPECT_TRUE(eventually([&] { return sink_.left_out("s1").covers({0, 24}); })) << "the sink knows of its lines";
}

TEST_F(FileOptionsTest, AGzipFileIsReadAndReadOnWhereItGrows) {
  append(log_path(), zipped("one\ntwo\n"));
  start_with("    compression: gzip\n");
  expect_bodies({"one", "two"});
  append(log_path(), zipped("three\n" + std::string(2'000'000, 'x') + "\n"));
  append(log_path(), zipped("last\n"));
  ASSERT_TRUE(eventually([&] { return sink_.count() > 3 && sink_.bodies().back() == "last"; }));
  EXPECT_EQ(sink_.bodies()[2], "three");
  stop();
  append(log_path(), zipped("after a restart\n"));
  const auto before = sink_.count();
  start_with("    compression: gzip\n");
  ASSERT_TRUE(eventually([&] { return sink_.count() > before; }));
  EXPECT_EQ(sink_.count(), before + 1) << "nothing comes twice";
  EXPECT_EQ(sink_.bodies().back(), "after a restart");
}

TEST_F(FileOptionsTest, ADamagedGzipFileIsReadUpToTheDamage) {
  auto bytes = zipped(std::string("one\ntwo\n"));
  append(log_path(), bytes + bytes.substr(0, 5) + "no gzip at all");
  start_with("    compression: auto\n");
  expect_bodies({"one", "two"});
}

// As logrotate's `compress` does it: also while the collector is down.
TEST_F(FileOptionsTest, WhatIsCompressedAfterItWasReadIsNotReadAgain) {
  const std::map<std::string, std::string> receivers{
      {"s1", receiver("s1", log_path("app.log*"), "    compression: auto\n")}};
  const std::string content = "one\ntwo\n";
  append(log_path(), content);
  start(config(sink_, {.receivers = receivers}));
  expect_bodies({"one", "two"});
  const auto compress = [&](const std::string& name, const std::string& text) {
    append(log_path(name + ".gz"), zipped(text));
    std::filesystem::remove(log_path(name));
  };
  std::filesystem::rename(log_path(), log_path("app.log.1"));
  compress("app.log.1", content);
  append(log_path(), "three\n");
  expect_bodies({"one", "two", "three"});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(sink_.count(), 3u);
  stop();
  append(log_path(), "four\n");
  std::filesystem::rename(log_path(), log_path("app.log.2"));
  compress("app.log.2", "three\nfour\n");
  append(log_path(), "five\n");
  start(config(sink_, {.receivers = receivers}));
  ASSERT_TRUE(eventually([&] { return sink_.count() >= 5; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(sorted(sink_.bodies()), (std::vector<std::string>{"five", "four", "one", "three", "two"}));
}

TEST_F(FileOptionsTest, OfEachGroupTheFirstFilesAreRead) {
  append(log_path("web.2.log"), "w2\n");
  append(log_path("web.10.log"), "w10\n");
  append(log_path("web.x.log"), "no number\n");
  append(log_path("db.7.log"), "d7\n");
  append(log_path("other"), "no match\n");
  start(config(sink_, {.receivers = {{"s1", receiver("s1", log_path("*"),
                                                     "    ordering_criteria:\n"
                                                     "      regex: '\\.(?P<n>[^./]+)\\.log'\n"
                                                     "      group_by: '/([a-z]+)\\.'\n"
                                                     "      sort_by: [{sort_type: numeric, regex_key: n}]\n")}}}));
  ASSERT_TRUE(eventually([&] { return sink_.count() == 2; }));
  EXPECT_EQ(sorted(sink_.bodies()), (std::vector<std::string>{"d7", "w10"}));
  append(log_path("web.11.log"), "w11\n");
  append(log_path("web.9.log"), "w9\n");
  append(log_path("web.10.log"), "w10, the end\n");
  ASSERT_TRUE(eventually([&] { return sink_.count() == 4; }));
  EXPECT_EQ(sorted(sink_.bodies()), (std::vector<std::string>{"d7", "w10", "w10, the end", "w11"}));
}

TEST_F(FileOptionsTest, DeletingNeedsItsGate) {
  const auto parsed = parse_config_text("{include: [/a.log], start_at: beginning, delete_after_read: true}", "f.yaml");
  const auto made = parse_file_log_config(ComponentId::parse("file_log/x"), *parsed);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text(), testing::HasSubstr("--feature-gates=filelog.allowFileDeletion"));
}

}  // namespace
}  // namespace oc::collector
