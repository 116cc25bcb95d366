#include "contracts/opamp/proposed_log.h"

#include <gtest/gtest.h>

namespace oc::contracts {
namespace {

TEST(ProposedLog, ReadsBackWhatItWrote) {
  const ProposedLog log{.path = "/srv/app/a b.log", .process = "java", .pid = 17};
  EXPECT_EQ(*proposed_log_from_json(to_json(log)), log);
}

TEST(ProposedLog, EachMemberMustBeThereAndOfItsType) {
  const Json whole = to_json(ProposedLog{.path = "/a", .process = "b", .pid = 1});
  for (const auto& [name, value] : whole.items()) {
    Json damaged = whole;
    damaged[name] = Json::array();
    EXPECT_NE(proposed_log_from_json(damaged).error().message.find(name), std::string::npos);
    damaged.erase(name);
    EXPECT_FALSE(proposed_log_from_json(damaged)) << name;
  }
}

TEST(ProposedLog, ARelativePathIsRefused) {
  EXPECT_FALSE(proposed_log_from_json(to_json(ProposedLog{.path = "a.log", .process = "b", .pid = 1})));
}

}  // namespace
}  // namespace oc::contracts
