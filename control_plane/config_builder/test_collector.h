// For tests: a script in a collector's place that answers as `collector validate --output json` does.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/files.h"

namespace oc::control_plane {

// `body` sees the config as $4. What is printed around the answer must not matter.
inline void write_test_collector(const std::filesystem::path& path, const std::string& body) {
  ASSERT_TRUE(write_file_atomic(path, "#!/bin/sh\necho 'WARN an old name' >&2\n" + body, 0755));
}

// Refuses lines that hold `fault` and blames the receiver above each of them, with the place.
inline std::string collector_that_refuses(const std::string& fault) {
  return "awk -v fault='" + fault + R"(' '
/^  [a-z_]*\/.*:$/ { component = substr($1, 1, length($1) - 1) }
index($0, fault) {
  printf "%s{\"component\":\"receivers::%s\",\"file\":\"x\",\"line\":%d,\"column\":%d,", comma, component, NR, index($0, fault)
  printf "\"message\":\"no %s\",\"next_step\":\"\"}", fault
  comma = ","
}
BEGIN { printf "{\"problems\":[" }
END { printf "],\"left_out\":0}\n" }' "$4")";
}

}  // namespace oc::control_plane
