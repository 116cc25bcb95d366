// Asks a collector whether it would take a config: its own `validate`, in a process of its own, is the only judge of
// what it knows. For an agent with an official collector that is the official one of the same version on this host;
// where there is none, the agent's decides when it gets the config. Thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contracts/config/official_collector.h"
#include "control_plane/config_builder/otel_config_builder.h"

namespace oc::control_plane {

class ConfigValidator {
 public:
  struct Options {
    std::filesystem::path executable;           // called as `executable collector validate --config FILE --output json`
    std::filesystem::path folder;               // for the files; made, and emptied of what a killed process left
    std::chrono::milliseconds timeout{60'000};  // the largest configs take some seconds
    std::optional<contracts::OfficialCollector> official = {};
  };
  static Result<ConfigValidator> create(Options options);

  // All that the collector finds, places as in `yaml`; empty: it takes it. An error says that nobody could be asked: a
  // full disk, no answer in time (both retryable), or a program that is not a collector.
  Result<std::vector<ConfigProblem>> validate(const std::string& yaml, const CollectorSettings& collector = {}) const;

 private:
  Result<std::vector<ConfigProblem>> ask_native(const std::filesystem::path& file) const;
  Result<std::vector<ConfigProblem>> ask_official(const std::filesystem::path& file) const;
  explicit ConfigValidator(Options options) : options_(std::move(options)) {}
  Options options_;
};

// The line of `validate --output json`. Errors: there is none, or it is not what it should be.
Result<std::vector<ConfigProblem>> parse_validation(std::string_view output);

}  // namespace oc::control_plane
