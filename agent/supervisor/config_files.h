// The collector's config file and how another takes its place: a candidate is validated by the collector's own program,
// then renamed over the file; the one before is kept in memory to be put back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace oc::agent {

class ConfigFiles {
 public:
  // `validate_command`: program and arguments, to which the candidate's path is appended.
  ConfigFiles(std::filesystem::path config, std::vector<std::string> validate_command);

  // What the collector runs, or would; nullopt: no config yet.
  const std::optional<std::string>& current() const { return current_; }
  std::string current_hash() const;  // empty: none

  // The error has the collector's own words.
  Status validate(const std::string& yaml) const;
  Status install(const std::string& yaml);
  // Undoes the last install().
  Status put_back();

 private:
  std::filesystem::path config_;
  std::vector<std::string> validate_command_;
  std::optional<std::string> current_, previous_;
};

}  // namespace oc::agent
