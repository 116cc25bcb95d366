// https: the peer is whom the URL names, or nothing is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/http/tls_test_server.h"

namespace oc::http {
namespace {

using testing::HasSubstr;

Client trusting(const std::string& ca_file) {
  Client::Options options;
  options.ca_file = ca_file;
  return Client(options);
}

TEST(ClientTls, ATrustedServerIsTalkedToAgainAndAgain) {
  TlsTestServer server;
  auto client = trusting(server.ca_file());
  for (int i = 0; i < 2; ++i) {
    const auto response = client.post(server.url("localhost"), "{}", "application/json");
    ASSERT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->body, "secret");
  }
  EXPECT_EQ(server.requests(), 2);
}

TEST(ClientTls, ACertificateThatNobodyTrustsIsRefusedBeforeAnythingIsSent) {
  TlsTestServer server;
  const auto response = Client().get(server.url("localhost"));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("its certificate is not trusted for localhost: self-signed"));
  EXPECT_EQ(server.requests(), 0);
}

TEST(ClientTls, ACertificateForAnotherHostIsRefused) {
  TlsTestServer server;
  const auto response = trusting(server.ca_file()).get(server.url("127.0.0.1"));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("not trusted for 127.0.0.1"));
  EXPECT_EQ(server.requests(), 0);
}

TEST(ClientTls, AFileWithoutCertificatesIsSaid) {
  TlsTestServer server;
  const auto response = trusting("/dev/null").get(server.url("localhost"));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("/dev/null holds no certificates"));
}

}  // namespace
}  // namespace oc::http
