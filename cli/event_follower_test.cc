#include "cli/event_follower.h"

#include <semaphore>

#include <gmock/gmock.h>

#include "base/http/event_stream.h"
#include "base/http/test_server.h"
#include "cli/events.h"

namespace oc::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Sends one event after `after`, then is silent.
class OneEvent final : public http::BodyStream {
 public:
  explicit OneEvent(std::int64_t seq) : pieces_{http::event_stream_comment("hello"), event(seq)} {}
  void on_open(std::function<void()>) override {}
  std::optional<std::string> next() override { return sent_ < pieces_.size() ? pieces_[sent_++] : ""; }
  std::string heartbeat() const override { return ": \n\n"; }

 private:
  static std::string event(std::int64_t seq) {
    return http::to_event_stream({std::to_string(seq), "a", fmt::format(R"({{"seq":{},"type":"a"}})", seq)});
  }
  const std::vector<std::string> pieces_;
  std::size_t sent_ = 0;
};

class EventFollowerTest : public testing::Test {
 protected:
  void serve(std::uint16_t port = 0) {
    http::Router router;
    router.get("/api/v1/events", [this](const http::Request& request) {
      std::lock_guard lock(mutex_);
      asked_.push_back(request.parameter("after").value_or("-") + " " + request.parameter("types").value_or("-"));
      http::Response response;
      response.stream = std::make_shared<OneEvent>(static_cast<std::int64_t>(asked_.size()) * 10);
      return response;
    });
    auto options = http::open_options();
    options.port = port;
    server_ = http::start(std::move(router), options);
    client_.server = http::url(*server_, "");
  }
  EventFollower::Callbacks callbacks() {
    return {[this](const Json& event) {
              std::lock_guard lock(mutex_);
              seqs_.push_back(event.value("seq", 0));
              came_.release();
            },
            [this](const std::string& what) {
              std::lock_guard lock(mutex_);
              notes_ += what + "\n";
            },
            [this](const Error&) { came_.release(); }};
  }
  bool wait() { return came_.try_acquire_for(std::chrono::seconds(20)); }

  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::vector<int> seqs_;
  std::string notes_;
  std::counting_semaphore<> came_{0};
  ClientOptions client_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(EventFollowerTest, ARestartOfTheServerIsToldAndFollowedAfterTheLastEvent) {
  serve();
  EventFollower follower(client_, std::nullopt, "&types=a", callbacks());
  ASSERT_TRUE(wait());
  const auto port = server_->port();
  server_.reset();
  serve(port);
  ASSERT_TRUE(wait());
  EXPECT_EQ(follower.stop(), std::nullopt);
  EXPECT_THAT(asked_, ElementsAre("- a", "10 a"));
  EXPECT_THAT(seqs_, ElementsAre(10, 20));
  EXPECT_THAT(notes_, HasSubstr("connecting again, after event 10\nconnected again\n"));
}

TEST_F(EventFollowerTest, NobodyThereFromTheBeginningIsAnError) {
  client_.server = "http://127.0.0.1:1";
  EventFollower follower(client_, 7, "", callbacks());
  ASSERT_TRUE(wait());
  EXPECT_THAT(follower.stop()->next_step, HasSubstr("onecollector up"));
}

TEST_F(EventFollowerTest, ARefusalIsAnErrorInTheServersWords) {
  http::Router router;
  router.get("/api/v1/events", [](const http::Request&) { return http::Response::error(400, "no such type", "list"); });
  server_ = http::start(std::move(router));
  client_.server = http::url(*server_, "");
  EventFollower follower(client_, 7, "", callbacks());
  ASSERT_TRUE(wait());
  EXPECT_EQ(follower.stop()->text(), "no such type (list)");
}

TEST_F(EventFollowerTest, ASilentStreamIsStoppedAtOnce) {
  serve();
  EventFollower follower(client_, std::nullopt, "", callbacks());
  ASSERT_TRUE(wait());
  EXPECT_EQ(follower.stop(), std::nullopt);
  EXPECT_EQ(follower.stop(), std::nullopt);
}

TEST(EventLine, SaysWhenWhatAndWhere) {
  const Json event = {{"seq", 7},
                      {"at", "2026-11-23T02:11:09.150Z"},
                      {"type", "log_source_registered"},
                      {"subject", "9f2c"},
                      {"data", {{"change", "new"}, {"source_id", "9f2c"}, {"log_path", "/var/log/x"}, {"n", 1}}}};
  EXPECT_EQ(event_line(event, {}), "2026-11-23T02:11:09.150Z  log_source_registered      /var/log/x  change=new n=1");
}

}  // namespace
}  // namespace oc::cli
