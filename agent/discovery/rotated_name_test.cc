#include "agent/discovery/rotated_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using testing::Contains;
using testing::IsEmpty;

TEST(RotatedName, NamesTheLiveLogOfEachRotationScheme) {
  EXPECT_THAT(live_names_of("/l/app.log.1"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app.log-20261123"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app.log.2026-11-23"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app.log-20261123-3"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app-2026-11-22.log"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app.1.log"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/app.log.old"), Contains("/l/app.log"));
  EXPECT_THAT(live_names_of("/l/syslog.1"), Contains("/l/syslog"));
}

TEST(RotatedName, OrdinaryNamesAreNoRotatedForm) {
  for (const auto* name : {"/l/app.log", "/l/syslog", "/l/web1.log", "/l/x.1/app.log", "/l/.1", "/l/2026-11-23.log"})
    EXPECT_THAT(live_names_of(name), IsEmpty()) << name;
}

}  // namespace
}  // namespace oc::agent
