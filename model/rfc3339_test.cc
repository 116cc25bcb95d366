#include "model/rfc3339.h"

#include <gtest/gtest.h>

namespace oc::model {
namespace {

TEST(Rfc3339, ReadsWhatToRfc3339Writes) {
  for (const Nanos time : {0ll, 1'795'399'869'120'000'000ll, -1'000'000ll, 951'782'400'000'000'000ll}) {
    EXPECT_EQ(parse_rfc3339(to_rfc3339(time)), time) << to_rfc3339(time);
  }
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  const Nanos utc = *parse_rfc3339("2026-11-23T02:11:09Z");
  EXPECT_EQ(parse_rfc3339("2026-11-23T04:11:09+02:00"), utc);
  EXPECT_EQ(parse_rfc3339("2026-11-22T21:41:09-04:30"), utc);
  EXPECT_EQ(parse_rfc3339("2026-11-23t02:11:09.000000001z"), utc + 1);
  EXPECT_EQ(parse_rfc3339("2026-11-23T02:11:09.5Z"), utc + 500'000'000);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const std::string_view bad :
       {"", "2026-11-23", "2026-11-23T02:11:09", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T02:60:00Z", "2026-11-23T02:11:60Z", "2026-11-23T02:11:09.Z", "2026-11-23T02:11:09.0123456789Z",
        "2026-11-23T02:11:09+25:00", "2026-11-23T02:11:09Z ", "1500-01-01T00:00:00Z", "9999-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace oc::model
