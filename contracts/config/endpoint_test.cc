#include <gtest/gtest.h>

#include "contracts/config/config.h"

namespace oc::contracts {
namespace {

TEST(Endpoint, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1:3100"), (Endpoint{"127.0.0.1", 3100}));
  EXPECT_EQ(Endpoint::parse("[::1]:65535"), (Endpoint{"::1", 65535}));
  EXPECT_EQ(Endpoint::parse("localhost:1"), (Endpoint{"127.0.0.1", 1}));
  EXPECT_EQ((Endpoint{"::1", 3100}.text()), "[::1]:3100");
  EXPECT_EQ((Endpoint{"127.0.0.1", 3100}.text()), "127.0.0.1:3100");
}

TEST(Endpoint, RefusesWhatIsNoAddressAndPort) {
  for (const std::string_view bad : {"", "3100", ":3100", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                                     "127.0.0.1:-1", "127.0.0.1:80x", "::1:3100", "[127.0.0.1]:80", "[]:80", "[:80",
                                     "example.com:80", "127.0.0.1:+80", "127.1:80"}) {
    EXPECT_FALSE(Endpoint::parse(bad).has_value()) << bad;
  }
  EXPECT_FALSE(Endpoint::parse(std::string_view("127.0.0.1\0.9:80", 15)).has_value());
}

TEST(Endpoint, OnlyLoopbackIsListenedOn) {
  for (const char* near : {"127.0.0.1", "127.8.9.10", "::1"}) {
    EXPECT_TRUE(require_loopback({near, 80}).has_value()) << near;
  }
  for (const char* far : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::ffff:10.0.0.1", "fe80::1"}) {
    EXPECT_FALSE(require_loopback({far, 80}).has_value()) << far;
  }
}

}  // namespace
}  // namespace oc::contracts
