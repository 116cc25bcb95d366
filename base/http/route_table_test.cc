#include "base/http/route_table.h"

#include <gmock/gmock.h>

namespace oc::http {
namespace {

class RouteTableTest : public testing::Test {
 protected:
  RouteTableTest() {
    const Handler none = [](const Request&) { return Response{}; };
    router_.get("/sources/{id}", none);
    router_.get("/sources/count", none);
    router_.del("/sources/{id}", none);
    router_.get("/sources/{id}/explain", none);
    router_.get("/{any}/count", none);
    router_.post("/push", none);
  }
  std::string pattern_of(std::string_view method, std::string_view path) {
    const RouteTable table(router_);
    const auto match = table.find(method, path);
    return match.route ? match.route->pattern : "none";
  }
  Router router_;
};

TEST_F(RouteTableTest, AnExactSegmentWinsOverAParameter) {
  EXPECT_EQ(pattern_of("GET", "/sources/count"), "/sources/count");
  EXPECT_EQ(pattern_of("GET", "/sources/abc"), "/sources/{id}");
  EXPECT_EQ(pattern_of("GET", "/other/count"), "/{any}/count");
  EXPECT_EQ(pattern_of("DELETE", "/sources/count"), "/sources/{id}");
}

TEST_F(RouteTableTest, ParametersArePercentDecodedAfterSplitting) {
  const auto match = RouteTable(router_).find("GET", "/sources/%2Fvar%2Flog%2Fa.log/explain");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.parameters.at("id"), "/var/log/a.log");
}

TEST_F(RouteTableTest, AParameterIsNeverEmpty) {
  EXPECT_EQ(pattern_of("GET", "/sources/"), "none");
  EXPECT_EQ(pattern_of("GET", "/sources//explain"), "none");
  EXPECT_EQ(pattern_of("GET", ""), "none");
}

TEST_F(RouteTableTest, HeadIsTakenByGet) { EXPECT_EQ(pattern_of("HEAD", "/sources/x"), "/sources/{id}"); }

TEST_F(RouteTableTest, TellsTheMethodsOfAKnownPath) {
  EXPECT_EQ(RouteTable(router_).find("PUT", "/sources/x").allowed, "DELETE, GET, HEAD");
  EXPECT_EQ(RouteTable(router_).find("GET", "/push").allowed, "POST");
  EXPECT_EQ(RouteTable(router_).find("GET", "/nowhere").allowed, "");
}

}  // namespace
}  // namespace oc::http
