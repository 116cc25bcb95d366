// Names of fields that hold times.
#pragma once

#include <cstddef>
#include <string_view>

namespace oc::formats {

// 2 for keys that loggers use for the time of a record ("ts", "@timestamp"), 1 for those that mean some time
// ("started_at"), 0 for others.
int time_key_rank(std::string_view key);

struct TimeKey {
  std::string_view name;
  bool present = false;
  int rank() const;  // time_key_rank
};

// The key whose value begins at `at`: `name=`, `name="`, `"name":`, `"name": "`.
TimeKey key_before(std::string_view line, std::size_t at);

}  // namespace oc::formats
