// The agent's own log file: a line with a UUID on demand, which must come out at the far end of the pipeline.
// Used by one thread.
#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "contracts/opamp/custom_messages.h"
#include "model/log_source.h"

namespace oc::agent {

class ProbeFile {
 public:
  // Makes an empty file if there is none.
  static Result<ProbeFile> open(std::filesystem::path path, const std::string& agent_id, const Clock& clock);

  const model::DiscoveredLogSource& source() const { return source_; }
  Result<contracts::LedgerEntry> ledger() const;
  // Appends the line in one write. Beyond kMaxProbeBytes the file is rotated first, to PATH.1. Errors: an id that is no
  // UUID, the file system's.
  Result<Nanos> write(const std::string& test_id);

 private:
  ProbeFile(std::filesystem::path path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  Status rotate_if_big();

  std::filesystem::path path_;
  const Clock& clock_;
  model::DiscoveredLogSource source_;
};

// Some 10,000 probes: a week of one a minute.
inline constexpr std::uint64_t kMaxProbeBytes = 1 << 20;

}  // namespace oc::agent
