// Regular expressions of the kind that logs are taken apart with: texts, runs of a class of characters, groups,
// alternatives and what may be missing. They need no automaton: such an expression is followed directly, in the order
// of preference that Go and RE2 have (leftmost, first alternative, longest run first), so that it finds the same match
// with the same groups. Everything else, and a text that takes long, is left to RE2.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/regex/byte_set.h"

namespace oc::formats {

// One step of a pattern that is followed.
struct PatternStep {
  enum class Kind : std::uint8_t { kText, kRun, kSave, kSplit, kJump, kEnd, kMatch };
  Kind kind = Kind::kMatch;
  bool greedy = true;     // kRun: the longest first
  bool decided = false;   // kRun: nothing behind it can begin with a byte of its set, so that only one length fits
  std::uint32_t set = 0;  // kRun: which of the sets
  std::uint32_t least = 0, most = 0;    // kRun: bytes; kSave: `least` is twice the group's number, plus 1 for its end
  std::uint32_t first = 0, second = 0;  // kSplit, kJump: the next step, the preferred one first
  std::string text;                     // kText
};

// Which bytes can come at a step, and whether what is left of the pattern fits nothing at all.
struct PatternStart {
  ByteSet::Bits bytes;
  bool at_once = false;  // the match may end here
  bool at_end = false;   // … if the text does
};

struct PatternProgram {
  std::vector<PatternStep> steps;  // they lead only forward; the last one is kMatch
  std::vector<ByteSet> sets;
  std::vector<PatternStart> starts;  // of the steps
  std::size_t groups = 1;            // the whole included
  bool anchored = false;             // begins with ^
  bool only_ascii = false;           // of other texts it is not known: (?i) takes K for the sign of Kelvin
};

class SimplePattern {
 public:
  // nullopt: not of this kind, or no regular expression.
  static std::optional<SimplePattern> compile(std::string_view pattern);

  enum class Outcome { kMatch, kNoMatch, kUndecided };
  // Where it is found first in a text that is valid UTF-8. groups[n] becomes what group n holds, groups[0] the whole;
  // those that took no part, or that the pattern does not have, become empty. Thread-safe.
  Outcome find(std::string_view text, std::span<std::string_view> groups) const;

  const PatternProgram& program() const { return program_; }

 private:
  class Follower;
  explicit SimplePattern(PatternProgram program) : program_(std::move(program)) {}

  PatternProgram program_;
};

}  // namespace oc::formats
