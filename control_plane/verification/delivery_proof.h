// The comparison of what a file holds (the agent's ledger) with what the store holds, for one source. Pure: time is
// passed in, nothing is asked from here.
//
// The store knows files by ids of the collector's, the ledger knows only the file now at the path. A held file counts
// as that one if it does not reach beyond the ledger's size, or was recognised so before. When the ledger shrinks
// (rotation, copytruncate), the past is what covered the former entry or was held when that entry came. What came to
// the store since then may be the file that the shrunk entry is about: the store is often ahead of the ledger.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/delivery/ranges.h"
#include "contracts/opamp/custom_messages.h"

namespace oc::control_plane {

// Bytes that are not proven this long after the ledger told of them are not delivered (DESIGN section 4).
inline constexpr std::chrono::milliseconds kProofLimit{30'000};
// What was proven and is found missing later is given a moment, so that a store's restart is not an alarm.
inline constexpr std::chrono::milliseconds kRecheckGrace{5'000};

class DeliveryProof {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void note_ledger(const contracts::LedgerEntry& entry, Time now);
  // `files`: all that the store holds of this source. True: everything up to the goal is held.
  bool judge(const std::vector<const contracts::Watermark*>& files, Time now);
  // A store that can only count: some records are there, and the collector's are acknowledged up to the offset.
  bool judge_counted(std::uint64_t records, std::uint64_t acknowledged_offset, Time now);
  // A collector that tells no offsets: whoever calls this found all there that it accepted.
  bool judge_accepted(std::uint64_t records, Time now);
  // What was proven could not be proven again.
  void doubt(Time now, std::chrono::milliseconds grace = kRecheckGrace);

  bool has_ledger() const { return ledger_.has_value(); }
  bool idle() const { return ledger_ && ledger_->last_newline_end <= ledger_->start_offset; }
  bool pending() const { return pending_; }
  bool late(Time now) const { return pending_ && now - goal_since_ >= kProofLimit; }
  bool proven() const { return proven_end_ > 0; }           // up to some goal, at some time
  std::uint64_t proven_end() const { return proven_end_; }  // bytes before it were held when it was asked last
  std::uint64_t goal() const { return goal_; }
  std::uint64_t records() const { return records_; }
  double latency_ms() const { return latency_ms_; }
  const std::optional<contracts::LedgerEntry>& ledger() const { return ledger_; }

 private:
  void start_generation();
  void aim(Time now);
  bool is_present_file(const contracts::Watermark& file) const;
  void prove(std::uint64_t end, std::uint64_t records, Time now);

  std::optional<contracts::LedgerEntry> ledger_;
  bool pending_ = false;
  std::uint64_t goal_ = 0;  // bytes before it must be held
  Time goal_since_;
  std::uint64_t proven_end_ = 0;
  std::uint64_t records_ = 0;
  double latency_ms_ = 0;
  std::optional<std::string> present_file_;
  std::set<std::string> past_files_;
  std::map<std::string, std::uint64_t> held_ends_;  // by file id, as last seen
  std::set<std::string> known_at_ledger_;           // what was held when the ledger's entry came
};

}  // namespace oc::control_plane
