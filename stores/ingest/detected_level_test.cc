#include "stores/ingest/detected_level.h"

#include <gtest/gtest.h>

#include "stores/ingest/json_level.h"

namespace oc::stores {
namespace {

struct LevelCase {
  std::string_view line, level;
};

TEST(DetectedLevel, ALineSaysItInAField) {
  for (const auto& [line, level] : std::initializer_list<LevelCase>{
           {R"({"level":"WARNING","msg":"error"})", "warn"},
           {R"({"log":{"level":"debug"}})", "debug"},
           {R"({"a":{"b":{"level":"dbg"}}})", "unknown"},  // too deep
           {R"({"severity":"Critical","msg":"x"})", "critical"},
           {R"({"level":3,"msg":"fatal error"})", "fatal"},  // no text: the line's words count
           {R"({"level":"notice","msg":"an error"})", "error"},
           {"lvl=err msg=x", "error"},
           {"severity=info level=warn", "warn"},  // level comes first in Loki's list
           {"LEVEL=DBG", "debug"},
           {"a=b SeverityText=FATAL", "fatal"},
           {"level=9 msg=\"all good\"", "unknown"},
           {R"(a==b severity="err\u006fr")", "unknown"},     // a damaged pair ends the search …
           {R"(severity="warn" a==b level=debug)", "warn"},  // … what was found before it counts
           {R"(a = "x" level=[dbg])", "unknown"},
           {R"({"\u006cevel":"wrn"})", "warn"},
       })
    EXPECT_EQ(level_in_line(line), level) << line;
}

TEST(DetectedLevel, ALineSaysItInAWord) {
  for (const auto& [line, level] : std::initializer_list<LevelCase>{{"INFO started", "info"},
                                                                    {"[Warning] low disk", "warn"},
                                                                    {"2026-01-01 ERROR: it failed, fatal", "error"},
                                                                    {"no error here", "error"},
                                                                    {"misc:error terrors errors", "unknown"},
                                                                    {"(trace) warn", "trace"},
                                                                    {"info2 warn", "warn"},
                                                                    {"err", "error"},
                                                                    {"\x1b[31mERROR\x1b[0m", "unknown"},
                                                                    {"", "unknown"}})
    EXPECT_EQ(level_in_line(line), level) << line;
}

TEST(DetectedLevel, NamesAreLookedUpInLokisOrder) {
  LevelHints hints;
  for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"loud", "x"}, {"Level", ""}, {"Severity", "b"}, {"level", "a"}, {"lvl", "c"}, {"level", "d"}})
    hints.note(name, value);
  EXPECT_EQ(hints.level_or(""), "a");
  EXPECT_EQ(normalized_level("INFORMATION"), "info");
  EXPECT_EQ(normalized_level("verbose"), "verbose");
}

TEST(DetectedLevel, ANameCountsBeforeANumberAndThatBeforeTheLine) {
  LevelHints front, behind;
  EXPECT_EQ(front.level_or("an error"), "error");
  front.note("severity_number", "5");
  EXPECT_EQ(front.level_or("an error"), "debug");
  behind.note("severity_number", "13");
  front.note(behind);
  EXPECT_EQ(front.level_or("an error"), "debug");
  behind.note("lvl", "TRC");
  front.note(behind);
  EXPECT_EQ(front.level_or("an error"), "trace");
}

TEST(DetectedLevel, SeverityNumbersHaveFourEach) {
  for (const auto& [number, level] : std::initializer_list<LevelCase>{{"0", "unknown"},
                                                                      {"1", "trace"},
                                                                      {"9", "info"},
                                                                      {"12", "info"},
                                                                      {"13", "warn"},
                                                                      {"24", "fatal"},
                                                                      {"25", "unknown"}})
    EXPECT_EQ(level_of_severity_number(number), level) << number;
}

TEST(DetectedLevel, SeverityNumbersAreReadAsGoReadsThem) {
  for (const auto& [number, level] : std::initializer_list<LevelCase>{{"17", "error"},
                                                                      {"+9", "info"},
                                                                      {"-3", "trace"},
                                                                      {"x", "info"},
                                                                      {"17x", "info"},
                                                                      {" 17", "info"},
                                                                      {"+-17", "info"},
                                                                      {"99999999999999999999", "info"}})
    EXPECT_EQ(level_of_severity_number(number), level) << number;
}

TEST(DetectedLevel, DamagedJsonIsReadAsFarAsItGoes) {
  constexpr std::string_view kNames[] = {"level"};
  EXPECT_EQ(json_string_field(R"({"a":[1,{"level":"x"}],"level":"info")", kNames), "info");
  EXPECT_EQ(json_string_field(R"({"a":"\"level\"", "level" : "w\"x")", kNames), R"(w\"x)");
  EXPECT_EQ(json_string_field(R"({"a" "level":"info"})", kNames), "");
  EXPECT_EQ(json_string_field(R"({"a":{"b":)", kNames), "");
  EXPECT_EQ(json_string_field(R"({"a":{"level":"info"})", kNames), "info");
  EXPECT_EQ(json_string_field(R"({"a":{"level":"info")", kNames), "");  // an object that does not end
  EXPECT_EQ(json_string_field(R"({"a":{"level":"info","b":"}")", kNames), "");
  EXPECT_EQ(json_string_field(R"({"a":"x","lev\u0065l":"info"})", kNames), "info");
  EXPECT_EQ(json_string_field(R"({"a\q":"x","level":"info"})", kNames), "");
  EXPECT_EQ(json_string_field(R"({"a":nul,"level":"info"})", kNames), "");  // no value of JSON
  EXPECT_EQ(json_string_field(R"({"a":-1.5e3,"b":null,"level":"info"})", kNames), "info");
}

}  // namespace
}  // namespace oc::stores
