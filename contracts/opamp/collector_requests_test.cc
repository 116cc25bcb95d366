#include "contracts/opamp/collector_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

using testing::HasSubstr;

constexpr const char* kId = "0b2f6f3e-8a52-4f6e-9d3c-0123456789ab";

TEST(CollectorRequests, ADryRunTravelsWithItsConfig) {
  const CollectorRequest sent{kId, CollectorAction::kDryRun, "receivers: {}\n", {"file_log/a"}, 500, 2000};
  const auto received = collector_request_from_json(to_json(sent));
  ASSERT_TRUE(received) << received.error().text();
  EXPECT_EQ(received->request_id, kId);
  EXPECT_EQ(received->action, CollectorAction::kDryRun);
  EXPECT_EQ(received->config, "receivers: {}\n");
  EXPECT_EQ(received->receivers, std::vector<std::string>{"file_log/a"});
  EXPECT_EQ(received->max_records, 500u);
  EXPECT_EQ(received->timeout_ms, 2000u);
}

TEST(CollectorRequests, EveryActionHasAName) {
  for (const auto action : {CollectorAction::kDryRun, CollectorAction::kStart, CollectorAction::kStop,
                            CollectorAction::kRestart, CollectorAction::kReload})
    EXPECT_EQ(collector_request_from_json(to_json(CollectorRequest{kId, action}))->action, action);
}

TEST(CollectorRequests, WhatIsWrongIsNamed) {
  auto unknown = to_json(CollectorRequest{kId});
  unknown["action"] = "explode";
  EXPECT_THAT(collector_request_from_json(unknown).error().message, HasSubstr("action"));
  auto endless = to_json(CollectorRequest{kId});
  endless["timeout_ms"] = 3'600'000;
  EXPECT_THAT(collector_request_from_json(endless).error().message, HasSubstr("timeout_ms"));
  auto nameless = to_json(CollectorAnswer{"7"});
  EXPECT_THAT(collector_answer_from_json(nameless).error().message, HasSubstr("request_id"));
}

TEST(CollectorRequests, AnAnswerCarriesAnErrorOrAResult) {
  CollectorAnswer sent{kId, "", false, Json{{"ok", true}}};
  const auto received = collector_answer_from_json(to_json(sent));
  ASSERT_TRUE(received);
  EXPECT_TRUE(received->error.empty());
  EXPECT_TRUE(received->result["ok"].get<bool>());
  auto without = to_json(sent);
  without.erase("result");
  EXPECT_FALSE(collector_answer_from_json(without));
}

}  // namespace
}  // namespace oc::contracts
