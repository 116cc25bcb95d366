// Reads one map of a config into typed fields: each call names a key, finish() reports the first mistake, an
// unknown key before all others: a misspelt one may be the cause of them. Absent and null keys leave the default.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/pipeline/config_value.h"

namespace oc::collector {

using Duration = std::chrono::nanoseconds;

// "1h30m", "200ms", "0"; a number without a unit is nanoseconds, as in Go.
std::optional<Duration> parse_duration(std::string_view text);
// "1048576", "1MiB", "1kb", "2 GB": K, M, G, T are powers of 1000, with an i of 1024.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);
// "did you mean 'x'?" for the candidate nearest to `word`, or "" if none is near.
std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates);

class ConfigReader {
 public:
  // `owner` names the component in messages: "file_log: 'x' must be …".
  ConfigReader(const ConfigValue& map, std::string owner);

  void text(std::string_view key, std::string& out);
  void boolean(std::string_view key, bool& out);
  void integer(std::string_view key, std::int64_t& out, std::int64_t lowest, std::int64_t highest);
  void number(std::string_view key, double& out, double lowest, double highest);
  void duration(std::string_view key, Duration& out);  // not negative
  void byte_size(std::string_view key, std::uint64_t& out);
  void text_list(std::string_view key, std::vector<std::string>& out);  // a single scalar is a list of one
  // A null value is an empty text.
  void text_map(std::string_view key, std::map<std::string, std::string>& out);
  // The value of a key that the caller reads by itself; nullptr if absent or null.
  const ConfigValue* child(std::string_view key);
  // Keys of the official component that do not work here yet: using one is an error that says so.
  void not_supported(std::initializer_list<std::string_view> keys);
  // An error of the caller's own about a key.
  void fail(std::string_view key, std::string message, std::string next_step = {});
  // An error that names its place already, such as one of a map inside this one.
  void fail_with(Error error);
  const std::string& owner() const { return owner_; }
  Status finish();

 private:
  const ConfigValue* scalar(std::string_view key);
  template <typename T>
  void put(std::string_view key, T& out, std::optional<T> value, std::string_view expected);

  const ConfigValue& map_;
  std::string owner_;
  std::vector<std::string> known_, unsupported_;
  std::optional<Error> error_;
};

}  // namespace oc::collector
