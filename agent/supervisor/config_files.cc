#include "agent/supervisor/config_files.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "agent/supervisor/collector_log.h"
#include "base/files.h"
#include "base/ids.h"
#include "base/process.h"

namespace oc::agent {
namespace {

constexpr std::chrono::milliseconds kValidateTime{10'000};  // a thousand receivers take well under one second

Status remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return errno_error("unlink", path, errno);
  return {};
}

}  // namespace

ConfigFiles::ConfigFiles(std::filesystem::path config, std::vector<std::string> validate_command)
    : config_(std::move(config)), validate_command_(std::move(validate_command)) {
  if (auto yaml = read_file(config_)) current_ = *std::move(yaml);
}

std::string ConfigFiles::current_hash() const { return current_ ? stable_hash(*current_) : std::string(); }

Status ConfigFiles::validate(const std::string& yaml) const {
  const std::filesystem::path candidate = config_.string() + ".candidate";
  // Headers of exporters may hold secrets.
  OC_TRY(write_file_atomic(candidate, yaml, 0600));
  SpawnOptions options{.arguments = validate_command_, .leave_groups = true};
  options.arguments.push_back(candidate.string());
  const auto result = run(options, kValidateTime);
  OC_TRY(remove_file(candidate));
  if (!result) return in_context(result.error(), "validating the config");
  if (result->exit_code == 0) return {};
  const auto words = last_words_of(result->output);
  return permanent(words.empty() ? fmt::format("the collector refused the config with exit code {}", result->exit_code)
                                 : words);
}

Status ConfigFiles::install(const std::string& yaml) {
  OC_TRY(write_file_atomic(config_, yaml, 0600));
  previous_ = std::exchange(current_, yaml);
  return {};
}

Status ConfigFiles::put_back() {
  if (previous_) {
    OC_TRY(write_file_atomic(config_, *previous_, 0600));
  } else {
    OC_TRY(remove_file(config_));
  }
  current_ = std::move(previous_);
  previous_.reset();
  return {};
}

}  // namespace oc::agent
