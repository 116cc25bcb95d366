// What agent and control plane say to each other beyond OpAMP itself: custom messages of two capabilities, JSON inside
// (docs/opamp.md). Never text of a log: shapes travel as layouts, offsets, counts and reasons (CP-10).
//
// io.onecollector.sources.v1, agent → control plane unless noted:
//   snapshot  {sequence, sources:[DiscoveredLogSource…], set_hash}      all of them; replaces what was known
//   delta     {sequence, upserted:[…], removed:[source_id…], set_hash}   sequence = the previous one + 1
//   heartbeat {sequence, set_hash}                                       with each OpAMP heartbeat
//   ledger    {files:[LedgerEntry…]}                                     how far each file has grown, changed ones only
//   ack       {sequence}                                                 control plane → agent
//   resync    {reason}                                                   control plane → agent: send a snapshot
// A delta whose sequence does not follow, or a set_hash that differs after applying, is answered with resync.
//
// io.onecollector.probe.v1:
//   write     {test_id}              control plane → agent: append one line with this UUID to the probe file
//   written   {test_id, written_at_ns, error}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/log_source.h"

namespace oc::contracts {

// Of sources or files in one message. A host with more log files than this needs other means than one agent.
inline constexpr std::size_t kMaxSourcesPerMessage = 100'000;

inline constexpr std::string_view kSourcesCapability = "io.onecollector.sources.v1";
inline constexpr std::string_view kProbeCapability = "io.onecollector.probe.v1";

struct SourcesSnapshot {
  static constexpr std::string_view kType = "snapshot";
  std::uint64_t sequence = 0;
  std::vector<model::DiscoveredLogSource> sources;
  std::string set_hash;
};
struct SourcesDelta {
  static constexpr std::string_view kType = "delta";
  std::uint64_t sequence = 0;
  std::vector<model::DiscoveredLogSource> upserted;
  std::vector<std::string> removed;
  std::string set_hash;
};
struct SourcesHeartbeat {
  static constexpr std::string_view kType = "heartbeat";
  std::uint64_t sequence = 0;
  std::string set_hash;
};
// What the file system says of a source, independent of the collector (DESIGN section 4, ledger).
struct LedgerEntry {
  std::string source_id;
  std::uint64_t size_bytes = 0;        // of the file now at the source's path
  std::uint64_t start_offset = 0;      // where collection was told to begin
  std::uint64_t last_newline_end = 0;  // bytes after this are an unfinished line, not yet due
  Nanos observed_at_ns = 0;
};
struct SourcesLedger {
  static constexpr std::string_view kType = "ledger";
  std::vector<LedgerEntry> files;
};
struct SourcesAck {
  static constexpr std::string_view kType = "ack";
  std::uint64_t sequence = 0;
};
struct SourcesResync {
  static constexpr std::string_view kType = "resync";
  std::string reason;
};
struct ProbeWrite {
  static constexpr std::string_view kType = "write";
  std::string test_id;
};
struct ProbeWritten {
  static constexpr std::string_view kType = "written";
  std::string test_id;
  Nanos written_at_ns = 0;
  std::string error;  // empty: written
};
// The line the agent appends, without its newline; the control plane searches for test_id.
std::string probe_line(const std::string& test_id, Nanos now_ns);

// Hash of (source_id, canonical JSON) of every source, in order of source_id: equal sets have equal hashes.
std::string set_hash(const std::vector<model::DiscoveredLogSource>& sources);

Json to_json(const SourcesSnapshot&);
Json to_json(const SourcesDelta&);
Json to_json(const SourcesHeartbeat&);
Json to_json(const SourcesLedger&);
Json to_json(const SourcesAck&);
Json to_json(const SourcesResync&);
Json to_json(const ProbeWrite&);
Json to_json(const ProbeWritten&);
// For each struct above. The error names the member that is missing, of the wrong type or out of its limits: a
// source_id must be a delivery id (contracts/delivery), a log_path absolute, a test_id a UUID.
template <typename Message>
Result<Message> from_json(const Json& json);
template <>
Result<SourcesSnapshot> from_json(const Json& json);
template <>
Result<SourcesDelta> from_json(const Json& json);
template <>
Result<SourcesHeartbeat> from_json(const Json& json);
template <>
Result<SourcesLedger> from_json(const Json& json);
template <>
Result<SourcesAck> from_json(const Json& json);
template <>
Result<SourcesResync> from_json(const Json& json);
template <>
Result<ProbeWrite> from_json(const Json& json);
template <>
Result<ProbeWritten> from_json(const Json& json);

}  // namespace oc::contracts
