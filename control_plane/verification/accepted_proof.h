// What a store counts of one source, held against what an official collector accepted of it. Such a collector tells
// neither bytes nor what was acknowledged, and begins to count at 0 with every start and reload; so the comparison adds
// up. Its figures lag by a second or two behind the store's, and the store's behind its sink's. Pure.
//
// Complete: everything accepted since the comparison began is counted. What the store counts beyond that was there
// before, or came twice; once both stand still, it is known to be so.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace oc::control_plane {

// A difference that outlives it is a loss.
inline constexpr std::chrono::milliseconds kAcceptedGrace{30'000};
// Agents tell of a file's growth and of a collector's figures each second, in either order.
inline constexpr std::chrono::milliseconds kSameMoment{5'000};

class AcceptedProof {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // By the collector that runs, as it reports; less than before: it was started again, or reloaded.
  void note_accepted(std::uint64_t accepted, Time now);
  // In a window that only grows. `all_in_window`: whatever was accepted was so in the window.
  void note_counted(std::uint64_t counted, bool all_in_window, Time now);
  // The window begins anew. What has been missing for long stays so.
  void begin_anew(Time now);

  bool complete() const { return offset_ && found_ >= expected_; }
  // The collector accepted something about when the file grew, or later.
  bool moved_since(Time grown) const { return moved_at_ && *moved_at_ + kSameMoment >= grown; }
  // It began since then, and had time to find what its checkpoint leaves to read: nothing, as far as is known.
  bool begun_since(Time grown, Time now) const {
    return begun_at_ && *begun_at_ + kSameMoment >= grown && now - std::max(*begun_at_, grown) >= kSameMoment;
  }
  bool moved() const { return moved_at_.has_value(); }
  bool missing(Time now) const { return missing_since_ && now - *missing_since_ >= kAcceptedGrace; }
  std::uint64_t expected() const { return expected_; }  // accepted since the comparison began
  std::uint64_t found() const { return found_; }        // of them, as the store counts
  std::uint64_t lacking() const { return expected_ - found_; }
  std::uint64_t counted() const { return counted_; }  // in the whole window

 private:
  void settle_offset(std::uint64_t counted, bool all_in_window, Time now);

  std::uint64_t accepted_ = 0, counted_ = 0, expected_ = 0, found_ = 0;
  std::optional<std::int64_t> offset_;  // of what is counted, what belongs to the time before the comparison
  bool keep_found_ = false;
  Time unchanged_since_, progress_at_;
  std::optional<Time> begun_at_, moved_at_, missing_since_;
};

}  // namespace oc::control_plane
