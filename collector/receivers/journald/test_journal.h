// For tests: a journal that systemd-journal-remote writes, as journald would.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

namespace oc::collector {

class TestJournal {
 public:
  static constexpr const char* kWriter = "/usr/lib/systemd/systemd-journal-remote";
  static bool can_be_made() { return std::filesystem::exists(kWriter); }

  explicit TestJournal(const std::string& folder, const std::string& name = "system")
      : pipe_(::popen(fmt::format("{} -o '{}/{}.journal' - 2>/dev/null", kWriter, folder, name).c_str(), "w"),
              &::pclose) {}

  // Fields as "NAME=value" lines; the time rises by a millisecond an entry.
  void add(const std::string& fields) {
    const auto entry = fmt::format("__REALTIME_TIMESTAMP={}\n{}\n\n", time_us_, fields);
    time_us_ += 1'000;
    write(entry);
  }
  // In the export format's way to write what is no text (systemd.io/JOURNAL_EXPORT_FORMATS).
  void add_binary(const std::string& fields, const std::string& name, const std::string& bytes) {
    std::string entry = fmt::format("__REALTIME_TIMESTAMP={}\n{}\n{}\n", time_us_, fields, name);
    for (std::uint64_t size = bytes.size(), i = 0; i < 8; ++i, size >>= 8) entry += static_cast<char>(size & 0xff);
    time_us_ += 1'000;
    write(entry + bytes + "\n\n");
  }
  void say(const std::string& unit, const std::string& message, int priority = 6) {
    add(fmt::format("_SYSTEMD_UNIT={}\nPRIORITY={}\nMESSAGE={}", unit, priority, message));
  }

 private:
  void write(const std::string& entry) {
    std::fwrite(entry.data(), 1, entry.size(), pipe_.get());
    std::fflush(pipe_.get());
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe_;
  std::uint64_t time_us_ = 1'764'000'000'000'000;
};

}  // namespace oc::collector
