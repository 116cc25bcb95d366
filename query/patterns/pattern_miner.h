// The patterns of many lines, found as they pass by: lines of one shape share a pattern, what differs between them
// becomes "<_>". The tree of P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (ICWS 2017).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "query/patterns/line_tokens.h"

namespace oc::query {

// One thread at a time.
class PatternMiner {
 public:
  // Counts are kept for each `step_ns`.
  explicit PatternMiner(Nanos step_ns) : step_ns_(step_ns) {}

  // `level` keeps patterns apart; views need not outlive the call.
  void add(std::string_view line, std::string_view level, Nanos time_ns);

  struct Pattern {
    std::string level;
    std::vector<std::string> texts;
    std::vector<std::uint16_t> blanks;
    bool in_json = false;
    std::uint64_t lines = 0;
    std::map<Nanos, std::uint64_t> counts;  // by the beginning of the step

    std::string text() const;
  };
  const std::deque<Pattern>& patterns() const { return patterns_; }
  // Lines of which no pattern was told: too short, too long, or there were too many patterns.
  std::uint64_t left_out() const { return left_out_; }

 private:
  Pattern* find_or_make(std::string_view level, bool in_json);
  std::string key_of(std::string_view level, bool in_json) const;
  Pattern make(std::string_view level, bool in_json) const;
  void generalise(Pattern& pattern) const;

  const Nanos step_ns_;
  LineTokens tokens_;
  std::deque<Pattern> patterns_;
  std::unordered_map<std::string, std::vector<Pattern*>> leaves_;  // by level, length and the first word
  std::uint64_t left_out_ = 0;
};

}  // namespace oc::query
