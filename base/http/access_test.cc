#include "base/http/access.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/http/client.h"
#include "base/http/raw_connection.h"
#include "base/http/server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;

constexpr uid_t kStranger = 65534;

Request from(std::optional<std::uint32_t> uid, Headers headers = {}) {
  return {.headers = std::move(headers), .peer = {.address = "127.0.0.1", .port = 1, .uid = uid}};
}

AccessPolicy policy() { return {.token = "s3cret"}; }

TEST(AccessPolicy, RootOurUserAndNamedUsersAreLetIn) {
  EXPECT_TRUE(policy().allows(from(0)));
  EXPECT_TRUE(policy().allows(from(::geteuid())));
  EXPECT_FALSE(policy().allows(from(kStranger)));
  EXPECT_FALSE(policy().allows(from(std::nullopt)));
  auto with_user = policy();
  with_user.uids = {kStranger};
  EXPECT_TRUE(with_user.allows(from(kStranger)));
  EXPECT_TRUE(AccessPolicy::everyone().allows(from(std::nullopt)));
}

TEST(AccessPolicy, MembersOfTheGroupAreLetIn) {
  auto with_group = policy();
  with_group.group = "nogroup";  // the primary group of nobody on Debian
  EXPECT_TRUE(with_group.allows(from(kStranger)));
  with_group.group = "no-such-group";
  EXPECT_FALSE(with_group.allows(from(kStranger)));
}

TEST(AccessPolicy, TheTokenLetsAnybodyIn) {
  EXPECT_TRUE(policy().allows(from(std::nullopt, {{"Authorization", "Bearer s3cret"}})));
  EXPECT_TRUE(policy().allows(from(kStranger, {{"Authorization", "basic YW55OnMzY3JldA=="}})));  // any:s3cret
  for (const char* wrong : {"Bearer s3cre", "Bearer s3crets", "Bearer ", "Bearer", "Basic s3cret",
                            "Basic YW55OnMzY3JldA", "Basic !!!!", "s3cret", "Digest s3cret"})
    EXPECT_FALSE(policy().allows(from(kStranger, {{"Authorization", wrong}}))) << wrong;
}

TEST(AccessPolicy, AnEmptyTokenMatchesNothing) {
  EXPECT_FALSE(AccessPolicy{}.allows(from(kStranger, {{"Authorization", "Bearer "}})));
}

TEST(AccessPolicy, AForeignWebPageDoesNotBorrowItsUsersRights) {
  EXPECT_TRUE(policy().allows(from(0, {{"Host", "localhost:8080"}, {"Origin", "http://localhost:8080"}})));
  EXPECT_TRUE(policy().allows(from(0, {{"Host", "[::1]:8080"}})));
  EXPECT_FALSE(policy().allows(from(0, {{"Host", "127.0.0.1:8080"}, {"Origin", "http://evil.example"}})));
  EXPECT_FALSE(policy().allows(from(0, {{"Host", "127.0.0.1:8080"}, {"Origin", "null"}})));
  EXPECT_FALSE(policy().allows(from(0, {{"Host", "evil.example:8080"}})));
  EXPECT_TRUE(policy().allows(from(0, {{"Host", "evil.example"}, {"Authorization", "Bearer s3cret"}})));
}

class AccessTest : public testing::TestWithParam<std::string> {
 protected:
  static std::unique_ptr<Server> start(const std::string& address) {
    Server::Options options;
    options.address = address;
    options.access = policy();
    options.access.group.clear();
    Router router;
    router.get("/", [](const Request&) { return Response::text("in"); });
    router.health("/healthz", [](const Request&) { return Response::text("well"); });
    auto server = Server::listen(options, std::move(router));
    return server ? std::move(*server) : nullptr;
  }
  // The status that a process of that user gets; no allocation between fork and exec matters here: it is a small test
  // program whose other threads only wait.
  static int status_as(uid_t uid, const std::string& url, const Headers& headers = {}) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      if (::setgid(uid) != 0 || ::setuid(uid) != 0) ::_exit(1);
      Client client({.headers = headers});
      const auto response = client.get(url);
      ::_exit(response ? response->status / 10 : 2);  // exit codes are bytes
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WEXITSTATUS(status) * 10;
  }
};

TEST_P(AccessTest, AnotherUserIsRefusedWithoutTheTokenAndLetInWithIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const auto [listen, reach] = GetParam() == "v6"       ? std::pair("::1", "[::1]")
                               : GetParam() == "mapped" ? std::pair("::", "127.0.0.1")
                                                        : std::pair("127.0.0.1", "127.0.0.1");
  const auto server = start(listen);
  if (!server && GetParam() != "v4") GTEST_SKIP() << "no IPv6 here";
  ASSERT_TRUE(server);
  const auto url = std::string("http://") + reach + ":" + std::to_string(server->port());
  EXPECT_EQ(Client().get(url + "/")->body, "in");
  EXPECT_EQ(status_as(kStranger, url + "/"), 400);
  EXPECT_EQ(status_as(kStranger, url + "/nowhere"), 400);
  EXPECT_EQ(status_as(kStranger, url + "/", {{"Authorization", "Bearer s3cret"}}), 200);
  EXPECT_EQ(status_as(kStranger, url + "/", {{"Authorization", "Bearer wrong"}}), 400);
  EXPECT_EQ(status_as(kStranger, url + "/healthz"), 200);
}

INSTANTIATE_TEST_SUITE_P(Families, AccessTest, testing::Values("v4", "v6", "mapped"),
                         [](const auto& instance) { return instance.param; });

TEST(UidOfLoopbackPeer, IsKnownWhileAProcessHoldsTheSocketAndNotAfterwards) {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in local{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}}, peer{};
  socklen_t size = sizeof local;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&local), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&local), &size);
  RawConnection client(ntohs(local.sin_port));
  const UniqueFd accepted(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  const auto uid = [&] {
    return uid_of_loopback_peer("127.0.0.1", ntohs(local.sin_port), "127.0.0.1", ntohs(peer.sin_port));
  };
  EXPECT_EQ(uid(), ::geteuid());
  client.shutdown_send();
  EXPECT_EQ(uid(), ::geteuid());
  client.close();  // what is left of it in the kernel is reported as root's, without an inode
  EXPECT_EQ(uid(), std::nullopt);
}

TEST(UidOfLoopbackPeer, IsUnknownForWhatIsNotALoopbackConnection) {
  EXPECT_EQ(uid_of_loopback_peer("127.0.0.1", 1, "127.0.0.1", 2), std::nullopt);
  EXPECT_EQ(uid_of_loopback_peer("10.0.0.1", 1, "10.0.0.2", 2), std::nullopt);
  EXPECT_EQ(uid_of_loopback_peer("nonsense", 1, "127.0.0.1", 2), std::nullopt);
}

}  // namespace
}  // namespace oc::http
