#include "base/ports.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"

namespace oc {
namespace {

// Listens on a port of the kernel's choice until destroyed.
class Listener {
 public:
  explicit Listener(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (family == AF_INET6) reinterpret_cast<sockaddr_in6&>(address).sin6_addr = in6addr_loopback;
    socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    usable_ = ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(fd_.get(), 1) == 0;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // at the same place for both families
  }
  bool usable() const { return usable_; }
  std::uint16_t port() const { return port_; }

 private:
  UniqueFd fd_;
  bool usable_ = false;
  std::uint16_t port_ = 0;
};

TEST(Ports, ATakenPortIsNotFreeAndIsFreeAfterwards) {
  std::uint16_t port = 0;
  {
    const Listener listener(AF_INET);
    port = listener.port();
    EXPECT_FALSE(port_is_free("127.0.0.1", port));
    EXPECT_FALSE(port_is_free("0.0.0.0", port));
  }
  EXPECT_TRUE(port_is_free("127.0.0.1", port));
}

TEST(Ports, TheOwnerOfAPortIsFoundByNameAndPid) {
  const Listener listener(AF_INET);
  const auto owner = port_owner(listener.port());
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, ::getpid());
  EXPECT_EQ(owner->uid, ::getuid());
  EXPECT_EQ(owner->text(), "base_test (pid " + std::to_string(::getpid()) + ")");
}

TEST(Ports, TheOwnerOfAnIpv6ListenerIsFoundToo) {
  const Listener listener(AF_INET6);
  if (!listener.usable()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_FALSE(port_is_free("::1", listener.port()));
  const auto owner = port_owner(listener.port());
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, ::getpid());
}

TEST(Ports, NobodyOwnsAFreePort) {
  std::uint16_t port = 0;
  {
    port = Listener(AF_INET).port();
  }
  EXPECT_FALSE(port_owner(port));
}

TEST(Ports, AnOwnerWeMayNotLookIntoIsNamedByItsUser) {
  EXPECT_EQ((PortOwner{.pid = 0, .name = "", .uid = 1000}.text()), "a process of user 1000");
}

TEST(Ports, TextThatIsNoAddressIsNotFree) { EXPECT_FALSE(port_is_free("no address", 80)); }

}  // namespace
}  // namespace oc
