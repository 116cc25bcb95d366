#include "agent/discovery/log_path_hints.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

std::string pattern_of(std::string_view variable) { return log_pattern_of_variable(variable).value_or("nothing"); }

TEST(LogPathHints, AFileIsItselfAFolderIsItsLogs) {
  EXPECT_EQ(pattern_of("LOG_FILE=/app/out.txt"), "/app/out.txt");
  EXPECT_EQ(pattern_of("LOG_DIR=/app/logs/"), "/app/logs/*.log");
  EXPECT_EQ(pattern_of("LOG_PATH=/app/logs"), "/app/logs/*.log");
  EXPECT_EQ(pattern_of("LOG_PATH=/app/logs/a.log"), "/app/logs/a.log");
  EXPECT_EQ(pattern_of("LOGGING_FILE_NAME=/srv/spring.log"), "/srv/spring.log");
  EXPECT_EQ(pattern_of("LOGGING_FILE_PATH=/srv/logs"), "/srv/logs/*.log");
  EXPECT_EQ(pattern_of("LOG_FILE=/a/../b//c.log"), "/b/c.log");
}

TEST(LogPathHints, WhatNamesNoPlaceIsNoHint) {
  for (const auto* variable : {"PASSWORD=/app/logs/a.log", "LOG_FILE", "LOG_FILE=", "LOG_FILE=stdout", "LOG_FILE=a.log",
                               "LOG_DIR=/", "LOG_FILE=/", "LOG_FILE=/a/*.log", "LOG_FILE=/a/{b,c}", "log_file=/a.log",
                               "LOG_FILE=/a\nb.log", "XLOG_FILE=/a.log", ""})
    EXPECT_EQ(pattern_of(variable), "nothing") << variable;
}

}  // namespace
}  // namespace oc::agent
