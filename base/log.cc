#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace oc::log {

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// spdlog makes its registry at first use, inside a library that no thread sanitizer sees into: before there are
// threads.
[[maybe_unused]] const auto* const made_before_threads = spdlog::default_logger_raw();

}  // namespace

void configure(std::string_view role, Level lowest) {
  auto logger = spdlog::stderr_logger_mt(std::string(role));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ [%n] %v", spdlog::pattern_time_type::utc);
  logger->set_level(to_spdlog(lowest));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void set_lowest(Level lowest) { spdlog::default_logger_raw()->set_level(to_spdlog(lowest)); }

void write(Level level, std::string_view text) { spdlog::default_logger_raw()->log(to_spdlog(level), text); }

}  // namespace oc::log
