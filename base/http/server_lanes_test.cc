// What happens while handlers run: lanes, full queues, hang-ups and the end of the server.
#include <future>
#include <semaphore>
#include <thread>

#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "base/http/client.h"
#include "base/http/raw_connection.h"
#include "base/http/test_server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;

Router hello_router() {
  Router router;
  router.get("/hello", [](const Request&) { return Response::text("hello"); });
  return router;
}

// Handlers that wait until the test lets them go.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::counting_semaphore<1000> entered{0};
  Handler handler() {
    return [this](const Request&) {
      entered.release();
      open.wait();
      return Response::text("late");
    };
  }
};

TEST(Server, ABusyWorkLaneDoesNotDelayTheAdminLane) {
  Gate gate;
  Router router;
  router.get("/slow", gate.handler());
  router.health("/healthz", [](const Request&) { return Response::text("ok"); });
  auto options = open_options();
  options.work_threads = 2;
  const auto server = start(std::move(router), options);
  std::vector<std::unique_ptr<RawConnection>> waiting;
  for (int i = 0; i < 10; ++i) {
    waiting.push_back(std::make_unique<RawConnection>(server->port()));
    waiting.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  gate.entered.acquire();
  gate.entered.acquire();
  EXPECT_EQ(Client().get(url(*server, "/healthz"))->body, "ok");
  gate.opened.set_value();
  for (auto& connection : waiting) EXPECT_THAT(connection->read_until("late"), HasSubstr("200 OK"));
}

TEST(Server, QueriesWithThreadsOfTheirOwnDoNotDelayTheWorkLane) {
  Gate gate;
  Router router;
  router.get("/query", gate.handler(), Lane::kQuery);
  router.post("/push", [](const Request&) { return Response::text("stored"); });
  auto options = open_options();
  options.work_threads = 1;
  options.query_threads = 2;
  const auto server = start(std::move(router), options);
  std::vector<std::unique_ptr<RawConnection>> waiting;
  for (int i = 0; i < 10; ++i) {
    waiting.push_back(std::make_unique<RawConnection>(server->port()));
    waiting.back()->send("GET /query HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  gate.entered.acquire();
  gate.entered.acquire();
  EXPECT_EQ(Client().post(url(*server, "/push"), "line", "text/plain")->body, "stored");
  gate.opened.set_value();
  for (auto& connection : waiting) EXPECT_THAT(connection->read_until("late"), HasSubstr("200 OK"));
}

TEST(Server, AFullQueueIsAnswered503WithRetryAfter) {
  Gate gate;
  Router router;
  router.get("/slow", gate.handler());
  auto options = open_options();
  options.work_threads = 1;
  options.max_queued_requests = 1;
  options.metrics = std::make_shared<MetricRegistry>();
  const auto server = start(std::move(router), options);
  RawConnection first(server->port()), second(server->port()), third(server->port());
  first.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.entered.acquire();
  // Of the next two one waits in the queue, the other is refused.
  second.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  third.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  pollfd answers[] = {{second.fd(), POLLIN, 0}, {third.fd(), POLLIN, 0}};
  ASSERT_EQ(::poll(answers, 2, 20'000), 1);
  auto& refused = answers[0].revents != 0 ? second : third;
  auto& queued = answers[0].revents != 0 ? third : second;
  EXPECT_THAT(refused.read_until("\r\n\r\n"), testing::AllOf(HasSubstr("503"), HasSubstr("Retry-After: 1")));
  EXPECT_THAT(options.metrics->prometheus_text(),
              HasSubstr("onecollector_http_refused_total{reason=\"queue_full\"} 1"));
  gate.opened.set_value();
  EXPECT_THAT(queued.read_until("late"), HasSubstr("200 OK"));
}

TEST(Server, AHangUpCancelsTheRequest) {
  std::promise<bool> cancelled;
  std::binary_semaphore entered{0};
  Router router;
  router.get("/wait", [&](const Request& request) {
    std::binary_semaphore stopped{0};
    const std::stop_callback on_stop(request.cancelled, [&] { stopped.release(); });
    entered.release();
    cancelled.set_value(stopped.try_acquire_for(std::chrono::seconds(20)));
    return Response{};
  });
  const auto server = start(std::move(router));
  RawConnection connection(server->port());
  connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.acquire();
  connection.close();
  EXPECT_TRUE(cancelled.get_future().get());
}

TEST(Server, StoppingCancelsRunningRequestsAndStillAnswersThem) {
  std::binary_semaphore entered{0};
  Router router;
  router.get("/wait", [&](const Request& request) {
    std::binary_semaphore stopped{0};
    const std::stop_callback on_stop(request.cancelled, [&] { stopped.release(); });
    entered.release();
    return Response::text(stopped.try_acquire_for(std::chrono::seconds(20)) ? "cancelled" : "forgotten");
  });
  const auto server = start(std::move(router));
  RawConnection connection(server->port()), idle(server->port());
  connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.acquire();
  server->stop();
  server->stop();
  EXPECT_THAT(connection.read_to_end(), testing::EndsWith("cancelled"));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(Client().get(url(*server, "/wait")));
}

TEST(Server, ATakenPortNamesItsOwner) {
  const auto first = start(hello_router());
  auto options = open_options();
  options.port = first->port();
  const auto second = Server::listen(options, hello_router());
  ASSERT_FALSE(second);
  EXPECT_FALSE(second.error().retryable());
  EXPECT_EQ(second.error().message, "127.0.0.1:" + std::to_string(first->port()) + " is taken by base_test (pid " +
                                        std::to_string(::getpid()) + ")");
  EXPECT_EQ(second.error().next_step,
            "stop it, or choose another port: --port-offset N or listen.* in onecollector.yaml");
}

TEST(Server, TheSamePortCanBeUsedAgainAtOnce) {
  auto options = open_options();
  {
    const auto first = start(hello_router());
    options.port = first->port();
    RawConnection connection(first->port());
    connection.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.read_until("hello");
  }
  const auto second = start(hello_router(), options);
  EXPECT_EQ(Client().get(url(*second, "/hello"))->body, "hello");
}

TEST(Server, AnAddressThatIsNoneIsAnError) {
  auto options = open_options();
  options.address = "nonsense";
  EXPECT_FALSE(Server::listen(options, hello_router()));
}

}  // namespace
}  // namespace oc::http
