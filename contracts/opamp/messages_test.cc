#include "contracts/opamp/messages.h"

#include <functional>

#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "contracts/opamp/instance_uid.h"

namespace oc::contracts::opamp {
namespace {

const std::string kUid = "0123456789abcdef";

AgentToServer full_report() {
  AgentToServer message;
  message.instance_uid = kUid;
  message.sequence_num = 1ull << 40;
  message.description = AgentDescription{.identifying = {{"service.name", "onecollector-agent"}, {"empty", ""}},
                                         .non_identifying = {{"host.name", "h"}}};
  message.capabilities = kReportsStatus | kAcceptsRemoteConfig | kReportsHeartbeat;
  message.health = ComponentHealth{.healthy = true, .start_time_ns = 5, .status = "ok", .status_time_ns = 6};
  message.health->components["logs"].last_error = "refused";
  message.health->components["logs"].components["file_log/a"] = ComponentHealth{.healthy = true};
  message.effective_config = ConfigMap{{"", ConfigFile{.body = std::string("a: \0b", 5), .content_type = "text/yaml"}}};
  message.remote_config_status =
      RemoteConfigStatus{.last_hash = "h1", .state = RemoteConfigState::kFailed, .error = "why"};
  message.disconnect = true;
  message.flags = 1;
  message.custom_capabilities = std::vector<std::string>{"io.onecollector.sources.v1"};
  message.custom_message = CustomMessage{.capability = "c", .type = "t", .data = std::string("\xff\x00", 2)};
  return message;
}

ServerToAgent full_offer() {
  ServerToAgent message;
  message.instance_uid = kUid;
  message.error = ErrorResponse{.type = 2, .message = "later"};
  message.remote_config =
      RemoteConfig{.files = {{"", {.body = "receivers:", .content_type = "text/yaml"}}, {"b", {}}}, .hash = "h2"};
  message.flags = kReportFullState;
  message.capabilities = kAcceptsStatus | kOffersRemoteConfig;
  message.custom_capabilities = std::vector<std::string>{};
  message.custom_message = CustomMessage{};
  return message;
}

TEST(Opamp, EveryFieldGoesBothWays) {
  EXPECT_EQ(decode_agent_to_server(encode(full_report())), full_report());
  EXPECT_EQ(decode_server_to_agent(encode(full_offer())), full_offer());
}

TEST(Opamp, WhatIsAbsentStaysAbsent) {
  AgentToServer message;
  message.instance_uid = kUid;
  EXPECT_EQ(decode_agent_to_server(encode(message)), message);
  message.description = AgentDescription{};
  message.health = ComponentHealth{};
  message.effective_config = ConfigMap{};
  EXPECT_EQ(decode_agent_to_server(encode(message)), message);
}

TEST(Opamp, WritesTheBytesOfTheSpec) {
  AgentToServer message;
  message.instance_uid = kUid;
  message.sequence_num = 3;
  message.disconnect = true;
  // header 0; field 1, 16 bytes; field 2, varint 3; field 9, an empty message
  EXPECT_EQ(encode(message), std::string("\0\x0a\x10", 3) + kUid + std::string("\x10\x03\x4a\x00", 4));
}

TEST(Opamp, TheWebSocketHeaderMustBeZero) {
  const auto bytes = encode(full_report());
  EXPECT_FALSE(decode_agent_to_server("").has_value());
  EXPECT_EQ(decode_agent_to_server("\x01" + bytes.substr(1)).error().message,
            "AgentToServer: the header is not 0, the only one OpAMP knows");
  EXPECT_FALSE(decode_agent_to_server(bytes.substr(1)).has_value());
}

TEST(Opamp, EveryTruncationIsRefusedOrReadAsLess) {
  const auto bytes = encode(full_report());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = decode_agent_to_server(bytes.substr(0, length));
    EXPECT_TRUE(!decoded || *decoded != full_report()) << length;
  }
}

std::string with_uid(const std::function<void(protozero::pbf_writer&)>& write) {
  std::string bytes(1, '\0');
  protozero::pbf_writer writer(bytes);
  writer.add_bytes(1, kUid);
  write(writer);
  return bytes;
}

TEST(Opamp, UnknownFieldsAndOtherWireTypesAreSkipped) {
  const auto bytes = with_uid([](auto& writer) {
    writer.add_string(2, "a sequence number is a varint");
    writer.add_uint64(3, 7);
    writer.add_fixed32(10, 1);
    writer.add_string(5000, "later");
    writer.add_uint64(4, kReportsStatus);
  });
  AgentToServer expected;
  expected.instance_uid = kUid;
  expected.capabilities = kReportsStatus;
  EXPECT_EQ(decode_agent_to_server(bytes), expected);
}

TEST(Opamp, ScalarAttributesBecomeText) {
  const auto bytes = with_uid([](auto& writer) {
    protozero::pbf_writer description(writer, 3);
    const auto attribute = [&](const char* key, const auto& write) {
      protozero::pbf_writer pair(description, 2);
      pair.add_string(1, key);
      protozero::pbf_writer any(pair, 2);
      write(any);
    };
    attribute("bool", [](auto& any) { any.add_bool(2, true); });
    attribute("int", [](auto& any) { any.add_int64(3, -5); });
    attribute("double", [](auto& any) { any.add_double(4, 0.5); });
    attribute("list", [](auto& any) { any.add_message(5, std::string()); });
  });
  const auto decoded = decode_agent_to_server(bytes);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->description->non_identifying,
            (std::map<std::string, std::string>{{"bool", "true"}, {"double", "0.5"}, {"int", "-5"}, {"list", ""}}));
}

ComponentHealth nested(int levels) {
  ComponentHealth health;
  if (levels > 1) health.components["x"] = nested(levels - 1);
  return health;
}

TEST(Opamp, HealthHasADepthAndASize) {
  AgentToServer message;
  message.instance_uid = kUid;
  message.health = nested(8);
  EXPECT_EQ(decode_agent_to_server(encode(message)), message);
  message.health = nested(9);
  EXPECT_EQ(decode_agent_to_server(encode(message)).error().message,
            "AgentToServer: health nested deeper than 8 levels");

  message.health = ComponentHealth{};
  for (int i = 0; i < 10'001; ++i) message.health->components[std::to_string(i)];
  EXPECT_EQ(decode_agent_to_server(encode(message)).error().message,
            "AgentToServer: more than 10000 health components");
}

TEST(Opamp, TextMustBeUtf8AndUidsHave16Bytes) {
  auto message = full_report();
  message.health->status = "\xff";
  EXPECT_EQ(decode_agent_to_server(encode(message)).error().message, "AgentToServer: health.status is not UTF-8");
  message = full_report();
  message.instance_uid = "short";
  EXPECT_EQ(decode_agent_to_server(encode(message)).error().message, "AgentToServer: instance_uid is not 16 bytes");
  ServerToAgent error;
  error.error = ErrorResponse{.type = 1, .message = "not readable"};
  EXPECT_EQ(decode_server_to_agent(encode(error)), error);
}

TEST(InstanceUid, IsAUuidInText) {
  const std::string uid("\x01\x93\x5b\xc8\x00\x00\x70\x00\x80\x00\x00\x00\x00\x00\x00\xff", 16);
  EXPECT_EQ(uuid_from_uid(uid), "01935bc8-0000-7000-8000-0000000000ff");
  EXPECT_EQ(uid_from_uuid("01935BC8-0000-7000-8000-0000000000FF"), uid);
  for (const char* bad : {"", "01935bc8-0000-7000-8000-0000000000f", "01935bc8-0000-7000-8000-0000000000fg",
                          "01935bc8a0000-7000-8000-0000000000ff", "01935bc800000-7000-8000-0000000000ff"}) {
    EXPECT_FALSE(uid_from_uuid(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace oc::contracts::opamp
