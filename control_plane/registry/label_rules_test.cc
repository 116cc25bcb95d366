#include "control_plane/registry/label_rules.h"

#include <gmock/gmock.h>

namespace oc::control_plane {
namespace {

using testing::HasSubstr;
using Labels = std::map<std::string, std::string>;

std::string refusal(std::string_view name, std::string_view value) {
  const auto checked = check_label(name, value);
  if (checked) return "";
  EXPECT_FALSE(checked.error().retryable());
  EXPECT_FALSE(checked.error().next_step.empty()) << name << "=" << value;
  return checked.error().message;
}

TEST(LabelRules, WhatNamesAGroupIsTaken) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"team", "payments"},
                                                                                    {"service.name", "checkout-2"},
                                                                                    {"deployment.environment", "prod"},
                                                                                    {"tier", "2"},
                                                                                    {"port", "8080"},
                                                                                    {"version", "1.24.3"},
                                                                                    {"region", "eu-central-1"},
                                                                                    {"commit", "1a2b3c4"},
                                                                                    {"word", "deadbeefcafe"},
                                                                                    {"rack", "10.0.0.1"},
                                                                                    {"ort", "Köln"}})
    EXPECT_EQ(refusal(name, value), "");
}

TEST(LabelRules, NamesThatDifferForEveryRecordAreRefused) {
  for (const auto* name : {"trace_id", "trace.id", "k8s.pod.name", "container_id", "user_id", "service.instance.id"})
    EXPECT_THAT(refusal(name, "x"), HasSubstr("no bounded set of values")) << name;
  for (const auto* name : {"source_id", "host.name"})
    EXPECT_THAT(refusal(name, "x"), HasSubstr("set by the platform")) << name;
}

TEST(LabelRules, ValuesThatDifferForEveryRecordAreRefused) {
  EXPECT_THAT(refusal("pod", "web-0b2f6f3e-8a52-4f6e-9d3c-0123456789ab"), HasSubstr("a UUID"));
  EXPECT_THAT(refusal("id", "3f9ac07be211"), HasSubstr("hex"));
  EXPECT_THAT(refusal("id", "app-3f9ac07be211d4"), HasSubstr("hex"));
  for (const auto* value : {"12345", "1795399869120", "1795399869.120", "-99999"})
    EXPECT_THAT(refusal("n", value), HasSubstr("a number")) << value;
  for (const auto* value : {"2026-11-23T02:11:09Z", "2026-11-23", "2026/11/23", "02:11:09"})
    EXPECT_THAT(refusal("t", value), HasSubstr("a time")) << value;
  for (const auto* value : {"10.0.0.1:5432", "[::1]:80"})
    EXPECT_THAT(refusal("peer", value), HasSubstr("address with a port")) << value;
}

TEST(LabelRules, FormAndLengthAreLimited) {
  for (const auto* name : {"", "1st", "a-b", "a b", "_x"}) EXPECT_THAT(refusal(name, "x"), HasSubstr("not usable"));
  EXPECT_NE(refusal(std::string(kMaxLabelNameBytes + 1, 'a'), "x"), "");
  EXPECT_EQ(refusal("a", std::string(kMaxLabelValueBytes, 'x')), "");
  EXPECT_THAT(refusal("a", std::string(kMaxLabelValueBytes + 1, 'x')), HasSubstr("129 bytes"));
  EXPECT_THAT(refusal("a", ""), HasSubstr("empty"));
  EXPECT_THAT(refusal("a", "x\ny"), HasSubstr("no text"));
  EXPECT_THAT(refusal("a", "\xff"), HasSubstr("no text"));
}

TEST(LabelRules, AChangeIsMadeAsAWholeOrNotAtAll) {
  const Labels before = {{"team", "a"}, {"tier", "1"}};
  EXPECT_EQ(*changed_labels(before, {{{"team", "b"}, {"zone", "z"}}, {"tier"}}),
            (Labels{{"team", "b"}, {"zone", "z"}}));
  EXPECT_FALSE(changed_labels(before, {{{"team", "b"}}, {"unknown"}}));
  EXPECT_FALSE(changed_labels(before, {{{"team", "b"}, {"trace_id", "x"}}, {}}));
}

TEST(LabelRules, ASourceHasSoManyAndALabelSoManyValues) {
  LabelChange many;
  for (std::size_t i = 0; i < kMaxUserLabels; ++i) many.set.emplace("l" + std::to_string(i), "x");
  EXPECT_TRUE(changed_labels({}, many));
  EXPECT_FALSE(changed_labels({{"one", "more"}}, many));
  EXPECT_TRUE(changed_labels({{"one", "less"}}, {many.set, {"one"}}));

  std::vector<std::string> values;
  for (std::size_t i = 0; i < kMaxValuesOfALabel; ++i) values.push_back("v" + std::to_string(i));
  EXPECT_TRUE(check_value_count("team", "v7", values));
  EXPECT_THAT(check_value_count("team", "new", values).error().message, HasSubstr("100 values already"));
  values.pop_back();
  EXPECT_TRUE(check_value_count("team", "new", values));
}

}  // namespace
}  // namespace oc::control_plane
