// Events, labels, deletion and history over the control plane's own port.
#include <gmock/gmock.h>

#include "base/files.h"
#include "base/http/client.h"
#include "base/http/event_stream.h"
#include "base/temporary_directory.h"
#include "control_plane/control_plane_process.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EventRoutesTest : public testing::Test {
 protected:
  EventRoutesTest() {
    config_.listen.ui.port = 0;
    config_.listen.opamp.port = 0;
    EXPECT_TRUE(ensure_directory(data_.control_plane()));
    start();
  }
  void start() {
    process_.reset();
    auto started = ControlPlaneProcess::start(config_, data_);
    ASSERT_TRUE(started) << started.error().text();
    process_ = std::move(*started);
    base_ = fmt::format("http://127.0.0.1:{}/api/v1", process_->api_port());
  }
  void report(const std::string& id) {
    ASSERT_TRUE(process_->registry().register_source(test_agent_record(), test_source(id)));
  }
  http::Response ask(const std::string& method, const std::string& path, const std::string& body = "") {
    auto response = client_.send(base_ + path, {.method = method, .target = {}, .headers = {}, .body = body});
    EXPECT_TRUE(response) << response.error().text();
    return response.value_or(http::Response{});
  }
  Json get(const std::string& path) {
    const auto response = ask("GET", path);
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json(response.body).value_or(Json());
  }
  // The subjects of the first events of a stream; `on_event` runs after each.
  std::vector<std::string> follow(
      const std::string& parameters, std::size_t wanted, http::Headers headers = {},
      const std::function<void()>& on_start = [] {}) {
    std::vector<std::string> subjects;
    bool started = false;
    http::EventStreamReader reader;
    const auto take = [&](const http::ServerSentEvent& sent) {
      const auto event = parse_json(sent.data);
      EXPECT_EQ(sent.id, std::to_string((*event)["seq"].get<int>()));
      EXPECT_EQ(sent.type, (*event)["type"].get<std::string>());
      subjects.push_back((*event)["subject"].get<std::string>());
    };
    const auto response =
        http::Client().stream(base_ + "/events?follow=true" + parameters, std::move(headers), [&](auto piece) {
          if (!std::exchange(started, true)) on_start();
          return reader.feed(piece, take) && subjects.size() < wanted;
        });
    EXPECT_TRUE(response) << response.error().text();
    EXPECT_EQ(response ? response->status : 0, 200);
    return subjects;
  }

  TemporaryDirectory folder_;
  contracts::Config config_;
  contracts::DataDirectory data_{folder_.path()};
  std::unique_ptr<ControlPlaneProcess> process_;
  std::string base_;
  http::Client client_;
};

TEST_F(EventRoutesTest, PagesWalkTheJournal) {
  EXPECT_EQ(get("/events").dump(), R"({"events":[],"next":0,"newest":0})");
  report("s1");
  report("s2");
  const auto first = get("/events?limit=3");
  EXPECT_EQ(first["events"].size(), 3u);
  EXPECT_EQ(first["next"], 3);
  EXPECT_EQ(first["newest"], 4);
  EXPECT_EQ(get("/events?after=3")["events"][0]["subject"], "s2");
  EXPECT_EQ(get("/events?after=100")["newest"], 4) << "whatever is asked for";
  const auto of_type = get("/events?types=log_source_registered,log_source_removed");
  EXPECT_EQ(of_type["events"].size(), 2u);
  EXPECT_EQ(of_type["next"], 4) << "what did not fit the types is behind us, too";
}

TEST_F(EventRoutesTest, AStreamBeginsWithWhatIsToComeOrAfterAnEvent) {
  report("before");
  EXPECT_THAT(follow("&types=log_source_registered", 2, {},
                     [this] {
                       report("s1");
                       report("s2");
                     }),
              ElementsAre("s1", "s2"));
  EXPECT_THAT(follow("&after=2&types=new_log_source_discovered", 2), ElementsAre("s1", "s2"));
  EXPECT_THAT(follow("&after=0&types=new_log_source_discovered", 1, {{"Last-Event-ID", "4"}}), ElementsAre("s2"));
}

TEST_F(EventRoutesTest, AStreamHoldsNeitherThreadNorStop) {
  std::jthread follower([url = base_] {
    (void)http::Client().stream(url + "/events?follow=true&after=0", {}, [](auto) { return true; });
  });
  report("s1");
  EXPECT_EQ(get("/events")["newest"], 2);
  start();  // ends the stream; what was told is still there
  follower.join();
  EXPECT_THAT(follow("&after=1", 1), ElementsAre("s1"));
}

TEST_F(EventRoutesTest, WrongRequestsAreToldWhatIsWrong) {
  for (const auto* path : {"/events?after=x", "/events?follow=maybe", "/events?types=nonsense", "/events?limit=0",
                           "/events?follow=true&after=-1", "/sources?type=paper"}) {
    const auto response = ask("GET", path);
    EXPECT_EQ(response.status, 400) << path;
    EXPECT_FALSE((*parse_json(response.body))["next_step"].get<std::string>().empty()) << path;
  }
}

TEST_F(EventRoutesTest, LabelsAreSetRemovedAndRefused) {
  report("s1");
  const auto set = ask("PATCH", "/sources/s1/labels", R"({"labels":{"team":"payments","tier":"1"}})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ((*parse_json(set.body))["labels"]["team"], "payments");
  EXPECT_EQ(ask("PATCH", "/sources/app/labels", R"({"labels":{"tier":null}})").status, 200);
  EXPECT_EQ(get("/sources/s1")["user_labels"].dump(), R"({"team":"payments"})");
  for (const auto* body : {"", "[]", "{}", R"({"labels":[]})", R"({"labels":{"a":1}})", R"({"labels":{},"x":1})",
                           R"({"labels":{"request_id":"x"}})", R"({"labels":{"unknown":null}})"}) {
    const auto response = ask("PATCH", "/sources/s1/labels", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_FALSE((*parse_json(response.body))["next_step"].get<std::string>().empty()) << body;
  }
  EXPECT_EQ(ask("PATCH", "/sources/unknown/labels", R"({"labels":{"team":"x"}})").status, 404);
  EXPECT_EQ(get("/sources/s1")["user_labels"].dump(), R"({"team":"payments"})");
}

TEST_F(EventRoutesTest, HistorySaysWhoDidWhatAlsoAfterDeletion) {
  report("s1");
  ask("PATCH", "/sources/s1/labels", R"({"labels":{"team":"payments"}})");
  EXPECT_EQ(ask("DELETE", "/sources/s1").status, 200);
  EXPECT_EQ(ask("GET", "/sources/s1").status, 404);
  EXPECT_EQ(ask("DELETE", "/sources/s1").status, 404);
  const auto history = get("/sources/s1/history")["history"];
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0]["change"], "deleted");
  EXPECT_THAT(history[1]["author"].get<std::string>(), HasSubstr("user "));
  EXPECT_EQ(history[1]["detail"]["team"]["to"], "payments");
  EXPECT_EQ(history[2]["author"], "agent agent-1");
  EXPECT_EQ(ask("GET", "/sources/unknown/history").status, 404);
}

TEST_F(EventRoutesTest, PublishedEventsAreCounted) {
  report("s1");
  const auto text = client_.get(fmt::format("http://127.0.0.1:{}/metrics", process_->api_port()))->body;
  EXPECT_THAT(text, HasSubstr("onecollector_events_published_total{type=\"log_source_registered\"} 1"));
}

}  // namespace
}  // namespace oc::control_plane
