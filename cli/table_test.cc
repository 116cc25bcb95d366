#include "cli/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::cli {
namespace {

using ::testing::HasSubstr;

Table two_columns() {
  Table table({"SOURCE", "STATE"}, {"STATE"});
  table.add({{"/var/log/nginx/access.log"}, {"verified", Tone::kGood}});
  return table;
}

TEST(Table, KeepsEveryCharacterWhereThereIsNoTerminal) {
  EXPECT_EQ(two_columns().render({}),
            "SOURCE                     STATE\n"
            "/var/log/nginx/access.log  verified\n");
}

TEST(Table, ShortensTheFlexibleColumnInItsMiddleToFitTheTerminal) {
  EXPECT_EQ(two_columns().render({.width = 25}),
            "SOURCE           STATE\n"
            "/var/lo…ess.log  verified\n");
}

TEST(Table, PaintsOnlyWhenTheTerminalHasColour) {
  EXPECT_THAT(two_columns().render({.is_terminal = true, .colour = true}), HasSubstr("\x1b[32mverified\x1b[0m"));
  EXPECT_THAT(two_columns().render({.is_terminal = true}), ::testing::Not(HasSubstr("\x1b[")));
}

TEST(Table, ShowsControlCharactersOfAPathAsQuestionMarks) {
  Table table({"SOURCE"});
  table.add({{"/var/log/\x1b[2Jx\n.log"}});
  EXPECT_EQ(table.render({}), "SOURCE\n/var/log/?[2Jx?.log\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({"A", "B"});
  table.add({{"äöü"}, {"x"}});
  EXPECT_EQ(table.render({}), "A    B\näöü  x\n");
}

TEST(Numbers, AreWrittenForPeople) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1204), "1,204");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(3'435'973'837), "3.4 GB");
}

}  // namespace
}  // namespace oc::cli
