#include "cli/proposed_logs.h"

#include <vector>

#include <gmock/gmock.h>

#include "contracts/config/config.h"

namespace oc::cli {
namespace {

using testing::HasSubstr;

Json agents(const std::vector<Json>& logs) {
  return Json::array({Json{{"host_name", "web-1"}, {"connected", true}, {"proposed_logs", logs}}});
}

Json log(const std::string& path) { return {{"path", path}, {"process", "java"}, {"pid", 17}}; }

TEST(ProposedLogs, AreShownWithWhoWritesThemAndWhatWouldAllowThem) {
  const auto text = proposed_logs_section(agents({log("/srv/a.log"), log("/srv/b.log")}), {});
  EXPECT_THAT(text, HasSubstr("2 more logs are written by processes of web-1"));
  EXPECT_THAT(text, HasSubstr("/srv/a.log  java (17)\n"));
  EXPECT_THAT(text, HasSubstr("/srv/b.log  java (17)\n"));
  EXPECT_THAT(text, HasSubstr(R"(  discovery: {processes: {allow: ["/srv/a.log", "/srv/b.log"]}})"));
}

TEST(ProposedLogs, TheLineOfConfigurationMeansThePathWhateverIsInIt) {
  const auto text = proposed_logs_section(agents({log("/srv/[a] \"${HOME}\" *.log")}), {});
  const auto line = text.substr(text.find("  discovery:"));
  const auto config = contracts::parse_config(line, "onecollector.yaml", 0);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->processes.allow, std::vector<std::string>{R"(/srv/\[a] "${HOME}" \*.log)"});
}

TEST(ProposedLogs, ManyAreCutShortAndNoneAreNoSection) {
  std::vector<Json> many;
  for (int i = 10; i < 22; ++i) many.push_back(log("/srv/" + std::to_string(i) + ".log"));
  EXPECT_THAT(proposed_logs_section(agents(many), {}), HasSubstr("and 2 more, see"));
  EXPECT_EQ(proposed_logs_section(agents({}), {}), "");
  EXPECT_EQ(proposed_logs_section(Json::array(), {}), "");
}

TEST(ProposedLogs, ThoseOfAnAgentThatIsGoneAreNotShown) {
  auto gone = agents({log("/srv/a.log")});
  gone[0]["connected"] = false;
  EXPECT_EQ(proposed_logs_section(gone, {}), "");
}

}  // namespace
}  // namespace oc::cli
