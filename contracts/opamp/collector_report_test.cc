#include "contracts/opamp/collector_report.h"

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

CollectorReport example() {
  return {{{.source_id = "s1",
            .read_bytes = 10,
            .emitted = 2,
            .acknowledged = 1,
            .acknowledged_offset = 5,
            .dropped = {{"too old", 3}},
            .last_error = "refused",
            .left_out_bytes = {{"too old", 300}}}},
          {{"filter/noise", 7}}};
}

TEST(CollectorReport, ReadsBackWhatItWrote) {
  const auto report = collector_report_from_json(to_json(example()));
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(*report, example());
}

TEST(CollectorReport, AnOlderAgentsReportIsRead) {
  Json older = to_json(example());
  older["sources"][0].erase("left_out_bytes");
  older.erase("left_out");
  const auto report = collector_report_from_json(older);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_TRUE(report->sources[0].left_out_bytes.empty());
  EXPECT_TRUE(report->left_out.empty());
}

TEST(CollectorReport, AMissingOrMistypedFieldIsAnErrorThatNamesIt) {
  const Json good = to_json(example());
  for (const auto& [field, value] : good["sources"][0].items()) {
    Json missing = good, mistyped = good;
    missing["sources"][0].erase(field);
    mistyped["sources"][0][field] = Json::array();
    if (field == "left_out_bytes") missing = mistyped;  // agents of before do not tell it
    for (const auto& bad : {missing, mistyped}) {
      const auto report = collector_report_from_json(bad);
      ASSERT_FALSE(report) << field;
      EXPECT_NE(report.error().message.find(field), std::string::npos) << report.error().message;
    }
  }
  EXPECT_FALSE(collector_report_from_json(Json::array()));
  Json mistyped = good;
  mistyped["left_out"] = 7;
  EXPECT_FALSE(collector_report_from_json(mistyped));
}

}  // namespace
}  // namespace oc::contracts
