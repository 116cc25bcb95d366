// What a store that can only count says of one source, held against what its sink acknowledged. Counts are of a window
// that begins at one time and only grows, so that lines leaving it cannot hide a loss. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace oc::control_plane {

// The sink may acknowledge before its queries see it.
inline constexpr std::chrono::milliseconds kCountGrace{30'000};

class CountedProof {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Both only grow, until the window begins anew or the collector is started again: then the comparison does, too.
  void note(std::uint64_t acknowledged, std::uint64_t counted, Time now);
  void begin_anew() { base_.reset(); }

  // A difference that outlived the grace.
  bool missing(Time now) const { return missing_since_ && now - *missing_since_ >= kCountGrace; }
  std::uint64_t expected() const { return expected_; }  // acknowledged since the comparison began
  std::uint64_t found() const { return found_; }        // of them, as the store counts

 private:
  struct Base {
    std::uint64_t acknowledged, counted;
  };
  std::optional<Base> base_;
  std::uint64_t expected_ = 0, found_ = 0;
  std::optional<Time> missing_since_;
};

}  // namespace oc::control_plane
