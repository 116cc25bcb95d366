#include "agent/opamp_client/opamp_client.h"

#include <filesystem>
#include <functional>
#include <mutex>

#include <gtest/gtest.h>

#include "agent/eventually.h"
#include "agent/opamp_client/probe_file.h"
#include "base/files.h"
#include "base/http/server.h"
#include "base/ids.h"
#include "base/temporary_directory.h"
#include "contracts/opamp/instance_uid.h"

namespace oc::agent {
namespace {

using namespace contracts::opamp;

// A control plane that notes what it is told and says what the test wants.
class FakeControlPlane {
 public:
  FakeControlPlane() {
    http::Router router;
    router.websocket("/v1/opamp", [this](const http::Request& request) {
      const std::lock_guard lock(mutex_);
      authorization_ = std::string(request.headers.get("Authorization").value_or(""));
      return std::make_unique<Session>(*this);
    });
    http::Server::Options options;
    options.access = http::AccessPolicy::everyone();
    server_ = *http::Server::listen(options, std::move(router));
  }

  std::string url() const { return "ws://127.0.0.1:" + std::to_string(server_->port()) + "/v1/opamp"; }
  std::vector<AgentToServer> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  std::string authorization() {
    const std::lock_guard lock(mutex_);
    return authorization_;
  }
  // Custom messages of this type, as JSON.
  std::vector<Json> custom(const std::string& type) {
    std::vector<Json> out;
    for (const auto& message : messages())
      if (message.custom_message && message.custom_message->type == type)
        out.push_back(*parse_json(message.custom_message->data));
    return out;
  }
  void send(ServerToAgent message) {
    const std::lock_guard lock(mutex_);
    message.instance_uid = messages_.back().instance_uid;
    if (peer_) peer_->send_binary(encode(message));
  }
  void send_custom(std::string_view capability, const std::string& type, const std::string& data) {
    ServerToAgent message;
    message.custom_message = CustomMessage{std::string(capability), type, data};
    send(message);
  }
  void hang_up() {
    const std::lock_guard lock(mutex_);
    messages_.clear();
    if (peer_) peer_->close("test");
  }

 private:
  // So that nothing is told again only for want of an answer. Called with the lock held.
  void acknowledge(const AgentToServer& message) {
    const auto json = parse_json(message.custom_message->data);
    if (!json->contains("sequence")) return;
    ServerToAgent answer;
    answer.instance_uid = message.instance_uid;
    answer.custom_message = CustomMessage{std::string(contracts::kSourcesCapability), "ack",
                                          Json{{"sequence", (*json)["sequence"]}}.dump()};
    peer_->send_binary(encode(answer));
  }

  struct Session final : http::WebSocketSession {
    explicit Session(FakeControlPlane& owner) : owner_(owner) {}
    void on_open(std::shared_ptr<http::WebSocketPeer> peer) override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.peer_ = std::move(peer);
    }
    void on_message(std::string_view bytes, bool) override {
      auto message = decode_agent_to_server(bytes);
      ASSERT_TRUE(message) << message.error().text();
      const std::lock_guard lock(owner_.mutex_);
      if (message->custom_message) owner_.acknowledge(*message);
      owner_.messages_.push_back(*std::move(message));
    }
    void on_close() override {}
    FakeControlPlane& owner_;
  };

  std::mutex mutex_;
  std::string authorization_;
  std::vector<AgentToServer> messages_;
  std::shared_ptr<http::WebSocketPeer> peer_;
  std::unique_ptr<http::Server> server_;
};

class OpampClientTest : public testing::Test {
 protected:
  void start(std::chrono::milliseconds heartbeat_every = std::chrono::seconds(30)) {
    auto probe = ProbeFile::open(dir_ / "probe.log", agent_id_, system_clock());
    ASSERT_TRUE(probe);
    client_ = OpampClient::start({.url = control_plane_.url(),
                                  .token = "secret",
                                  .agent_id = agent_id_,
                                  .heartbeat_every = heartbeat_every,
                                  .on_remote_config =
                                      [this](RemoteConfig config) {
                                        const std::lock_guard lock(mutex_);
                                        offered_ = config.hash;
                                      }},
                                 *std::move(probe));
    client_->set_description({.identifying = {{"service.name", "onecollector-agent"}}});
    client_->update_sources({source("a")}, {});
  }
  static model::DiscoveredLogSource source(const std::string& id) {
    model::DiscoveredLogSource out;
    out.source_id = id;
    out.log_path = "/var/log/" + id;
    return out;
  }
  bool received(const std::function<bool(const AgentToServer&)>& condition) {
    return eventually([&] { return std::ranges::any_of(control_plane_.messages(), condition); });
  }

  TemporaryDirectory dir_;
  std::string agent_id_ = random_uuid();
  std::mutex mutex_;
  std::string offered_;
  FakeControlPlane control_plane_;
  std::unique_ptr<OpampClient> client_;
};

TEST_F(OpampClientTest, IntroducesItselfWithItsTokenAndCapabilities) {
  start();
  ASSERT_TRUE(received([](const auto& message) { return message.description.has_value(); }));
  const auto first = control_plane_.messages().front();
  EXPECT_EQ(uuid_from_uid(first.instance_uid), agent_id_);
  EXPECT_EQ(first.sequence_num, 1u);
  EXPECT_EQ(first.capabilities & kAcceptsRemoteConfig, kAcceptsRemoteConfig);
  EXPECT_EQ(first.custom_capabilities->size(), 3u);
  EXPECT_EQ(control_plane_.authorization(), "Bearer secret");
}

TEST_F(OpampClientTest, TellsItsSourcesWithTheProbeFirstAsSnapshotThenAsDelta) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  const auto snapshot = control_plane_.custom("snapshot")[0];
  ASSERT_EQ(snapshot["sources"].size(), 2u);
  EXPECT_NE(snapshot.dump().find("onecollector-probe"), std::string::npos);
  client_->update_sources({source("b")}, {"a"});
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("delta").empty(); }));
  EXPECT_EQ(control_plane_.custom("delta")[0]["removed"], Json::array({"a"}));
}

TEST_F(OpampClientTest, NumbersItsMessagesWithoutAGap) {
  start();
  client_->set_health({.healthy = true});
  client_->set_remote_config_status({"h", RemoteConfigState::kApplied, ""});
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  std::uint64_t expected = 0;
  for (const auto& message : control_plane_.messages()) EXPECT_EQ(message.sequence_num, ++expected);
}

TEST_F(OpampClientTest, TellsEverythingAgainWhenAskedTo) {
  start();
  ASSERT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 1; }));
  ServerToAgent ask;
  ask.flags = kReportFullState;
  control_plane_.send(ask);
  EXPECT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 2; }));
  EXPECT_EQ(std::ranges::count_if(control_plane_.messages(), [](const auto& m) { return m.description.has_value(); }),
            2);
}

TEST_F(OpampClientTest, TellsEverythingAgainAfterALostConnection) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  control_plane_.hang_up();
  EXPECT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  EXPECT_TRUE(received([](const auto& message) { return message.description.has_value(); }));
}

TEST_F(OpampClientTest, AResyncBringsASnapshot) {
  start();
  ASSERT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 1; }));
  control_plane_.send_custom(contracts::kSourcesCapability, "resync", R"({"reason":"hash"})");
  EXPECT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 2; }));
}

TEST_F(OpampClientTest, HandsARemoteConfigOver) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.messages().empty(); }));
  ServerToAgent offer;
  offer.remote_config = RemoteConfig{{{"", {"receivers:", "text/yaml"}}}, "hash-1"};
  control_plane_.send(offer);
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return offered_ == "hash-1";
  }));
}

TEST_F(OpampClientTest, WritesAProbeLineAndSaysSoWithItsLedger) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  const auto id = random_uuid();
  control_plane_.send_custom(contracts::kProbeCapability, "write", Json{{"test_id", id}}.dump());
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("written").empty(); }));
  EXPECT_EQ(control_plane_.custom("written")[0]["test_id"], id);
  EXPECT_EQ(control_plane_.custom("written")[0]["error"], "");
  const auto text = *read_file(dir_ / "probe.log");
  EXPECT_NE(text.find(id), std::string::npos);
  EXPECT_TRUE(eventually([&] {
    return std::ranges::any_of(control_plane_.custom("ledger"), [&](const Json& ledger) {
      return ledger["files"][0]["last_newline_end"] == text.size();
    });
  }));
}

TEST_F(OpampClientTest, AProbeThatCannotBeWrittenIsAnsweredWithTheReason) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("snapshot").empty(); }));
  std::filesystem::remove(dir_ / "probe.log");
  std::filesystem::create_directory(dir_ / "probe.log");
  control_plane_.send_custom(contracts::kProbeCapability, "write", Json{{"test_id", random_uuid()}}.dump());
  ASSERT_TRUE(eventually([&] { return !control_plane_.custom("written").empty(); }));
  EXPECT_NE(control_plane_.custom("written")[0]["error"], "");
}

TEST_F(OpampClientTest, EachHeartbeatBearsTheHashOfTheSources) {
  start(std::chrono::milliseconds(20));
  ASSERT_TRUE(eventually([&] { return control_plane_.custom("heartbeat").size() >= 2; }));
  EXPECT_EQ(control_plane_.custom("heartbeat")[0]["set_hash"], control_plane_.custom("snapshot")[0]["set_hash"]);
}

TEST_F(OpampClientTest, BytesThatAreNoMessageLeaveTheConnectionAlive) {
  start();
  ASSERT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 1; }));
  control_plane_.send_custom(contracts::kSourcesCapability, "ack", "not json");
  control_plane_.send_custom(contracts::kSourcesCapability, "ack", "[]");
  control_plane_.send_custom(contracts::kSourcesCapability, "resync", "{}");
  EXPECT_TRUE(eventually([&] { return control_plane_.custom("snapshot").size() == 2; }));
}

TEST_F(OpampClientTest, SaysGoodbyeAtTheEnd) {
  start();
  ASSERT_TRUE(eventually([&] { return !control_plane_.messages().empty(); }));
  client_.reset();
  EXPECT_TRUE(received([](const auto& message) { return message.disconnect; }));
}

}  // namespace
}  // namespace oc::agent
