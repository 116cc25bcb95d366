// The process's own log: one line an event, to standard error, rate-limited by whoever repeats himself.
// Lines read "2026-11-23T02:11:09.120Z INFO [agent] text". Thread-safe. Secrets never go in.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace oc::log {

enum class Level { kDebug, kInfo, kWarn, kError };

// `role` stands in brackets on every line. Call once at start, before threads.
void configure(std::string_view role, Level lowest);
// From now on; from any thread.
void set_lowest(Level lowest);
void write(Level level, std::string_view text);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace oc::log
