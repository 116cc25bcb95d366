#include "formats/regex/template_pattern.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace oc::formats {

namespace {

using Outcome = SimplePattern::Outcome;
using StepKind = PatternStep::Kind;

// A pattern that goes back and forth is left to the lines.
constexpr std::size_t kMostTemplateSteps = 20'000;
constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint32_t>::max();  // of PatternStep::most

unsigned char byte_at(const TemplatePiece& piece, std::uint32_t offset) {
  return static_cast<unsigned char>(piece.text[offset]);
}

// Follows the steps in their order of preference, as SimplePattern does; steps lead only forward, so it ends. A place
// inside a gap is never gone to: where one could matter, the answer is kUndecided.
class TemplateFollower {
 public:
  TemplateFollower(const PatternProgram& program, std::span<const TemplatePiece> pieces)
      : program_(program), pieces_(pieces), saved_(2 * program.groups) {}

  Outcome find() {
    for (TemplatePosition at;; advance(at)) {
      const auto outcome = from(at);
      if (outcome != Outcome::kNoMatch || program_.anchored || at_end(at)) return outcome;
      if (pieces_[at.piece].is_gap() && may_go_on_inside(0, at.piece)) return Outcome::kUndecided;
    }
  }
  TemplateSpan group(std::size_t number) const {
    if (number >= program_.groups) return {end(), end()};
    return {saved_[2 * number], saved_[2 * number + 1]};
  }

 private:
  struct Stop {
    TemplatePosition at;
    std::uint64_t least = 0, most = 0;  // bytes that the run has taken
    bool inside = false;                // all places inside the gap that `at` is where it begins
  };

  TemplatePosition end() const { return {static_cast<std::uint32_t>(pieces_.size()), 0}; }
  bool at_end(TemplatePosition at) const { return at.piece == pieces_.size(); }
  // To the next byte, or behind a gap.
  void advance(TemplatePosition& at) const {
    const auto& piece = pieces_[at.piece];
    if (piece.is_gap() || ++at.offset == piece.text.size()) at = {at.piece + 1, 0};
  }

  Outcome from(TemplatePosition start) {
    if (!may_go_on(0, start)) return Outcome::kNoMatch;
    std::ranges::fill(saved_, end());
    saved_[0] = start;
    return follow(0, start);
  }

  bool may_go_on(std::size_t step, TemplatePosition at) const {
    const auto& start = program_.starts[step];
    if (start.at_once || at_end(at)) return true;
    const auto& piece = pieces_[at.piece];
    if (piece.is_gap()) return piece.least == 0 || start.at_end || (start.bytes & piece.bytes).any();
    return start.bytes[byte_at(piece, at.offset)];
  }
  bool may_go_on_inside(std::size_t step, std::uint32_t gap) const {
    const auto& piece = pieces_[gap];
    if (piece.most <= 1 || (!program_.starts[step].at_once && (program_.starts[step].bytes & piece.bytes).none()))
      return false;
    return program_.steps[step].kind != StepKind::kText || may_begin_in(program_.steps[step].text, gap);
  }
  // Whether a text may begin with bytes of the gap: and end in it, or go on behind it.
  bool may_begin_in(std::string_view text, std::uint32_t gap) const {
    for (std::size_t inside = 1; inside <= text.size(); ++inside) {
      if (!holds(pieces_[gap], text[inside - 1])) return false;
      if (inside == text.size() || may_stand(text.substr(inside), gap + 1)) return true;
    }
    return text.empty();
  }
  bool may_stand(std::string_view text, std::uint32_t piece) const {
    if (piece == pieces_.size()) return false;
    if (pieces_[piece].is_gap()) return pieces_[piece].least == 0 || holds(pieces_[piece], text.front());
    return text.starts_with(pieces_[piece].text.substr(0, text.size()));
  }
  static bool holds(const TemplatePiece& gap, char byte) { return gap.bytes[static_cast<unsigned char>(byte)]; }

  Outcome follow(std::size_t step_index, TemplatePosition at) {
    if (left_ == 0) return Outcome::kUndecided;
    --left_;
    const auto& step = program_.steps[step_index];
    switch (step.kind) {
      case StepKind::kText:
        return text(step.text, step_index, at);
      case StepKind::kRun:
        return run(step, step_index, at);
      case StepKind::kSave:
        return save(step, step_index, at);
      case StepKind::kSplit: {
        const auto preferred = follow(step.first, at);
        return preferred == Outcome::kNoMatch ? follow(step.second, at) : preferred;
      }
      case StepKind::kJump:
        return follow(step.first, at);
      case StepKind::kEnd: {
        const auto is_end = nothing_follows(at);
        return is_end == Outcome::kMatch ? follow(step_index + 1, at) : is_end;
      }
      case StepKind::kMatch:
        saved_[1] = at;
        return Outcome::kMatch;
    }
    return Outcome::kUndecided;
  }

  Outcome save(const PatternStep& step, std::size_t step_index, TemplatePosition at) {
    const auto before = std::exchange(saved_[step.least], at);
    const auto outcome = follow(step_index + 1, at);
    if (outcome == Outcome::kNoMatch) saved_[step.least] = before;
    return outcome;
  }

  Outcome text(std::string_view text, std::size_t step_index, TemplatePosition at) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (at_end(at)) return Outcome::kNoMatch;
      const auto& piece = pieces_[at.piece];
      if (piece.is_gap()) {
        const bool never = piece.least > 0 && !may_begin_in(text.substr(i), at.piece);
        return never ? Outcome::kNoMatch : Outcome::kUndecided;
      }
      if (piece.text[at.offset] != text[i]) return Outcome::kNoMatch;
      advance(at);
    }
    return follow(step_index + 1, at);
  }

  Outcome nothing_follows(TemplatePosition at) const {
    const auto rest = pieces_.subspan(at.piece);
    if (std::ranges::any_of(rest, [](const auto& piece) { return !piece.is_gap() || piece.least > 0; }))
      return Outcome::kNoMatch;
    return rest.empty() ? Outcome::kMatch : Outcome::kUndecided;
  }

  // How far a run can reach: every place it could stop at, the nearest first. False: it depends on values how far.
  bool reach(const PatternStep& step, TemplatePosition at, std::vector<Stop>& stops) const {
    const auto& set = program_.sets[step.set];
    Stop stop{at};
    stops.push_back(stop);
    while (!at_end(stop.at) && stop.least < step.most) {
      if (stop.most >= step.most) return false;
      const auto& piece = pieces_[stop.at.piece];
      if (!piece.is_gap()) {
        if (!set.contains(piece.text[stop.at.offset])) return true;
        ++stop.least, ++stop.most;
      } else {
        const bool none = (piece.bytes & set.bits()).none(), all = (piece.bytes & ~set.bits()).none();
        if (none && piece.least > 0) return true;
        if (!all || !holds_only_ascii(piece) || (step.most != kNoBound && stop.most + piece.most > step.most))
          return false;
        stops.push_back({stop.at, stop.least + 1, stop.most + piece.most, true});
        stop.least += piece.least, stop.most += piece.most;
      }
      advance(stop.at);
      stops.push_back(stop);
    }
    return true;
  }

  Outcome run(const PatternStep& step, std::size_t step_index, TemplatePosition at) {
    std::vector<Stop> stops;
    const bool known = reach(step, at, stops);
    const bool longest_first = step.greedy || step.decided;
    if (longest_first && !known) return Outcome::kUndecided;
    if (step.decided) stops = {stops.back()};
    if (longest_first) std::ranges::reverse(stops);
    for (const Stop& stop : stops) {
      const auto outcome = go_on_from(stop, step, step_index);
      if (outcome != Outcome::kNoMatch) return outcome;
    }
    return known ? Outcome::kNoMatch : Outcome::kUndecided;
  }
  Outcome go_on_from(const Stop& stop, const PatternStep& step, std::size_t step_index) {
    if (stop.most < step.least) return Outcome::kNoMatch;
    if (stop.inside) return may_go_on_inside(step_index + 1, stop.at.piece) ? Outcome::kUndecided : Outcome::kNoMatch;
    if (stop.least < step.least) return Outcome::kUndecided;
    return may_go_on(step_index + 1, stop.at) ? follow(step_index + 1, stop.at) : Outcome::kNoMatch;
  }

  const PatternProgram& program_;
  const std::span<const TemplatePiece> pieces_;
  std::vector<TemplatePosition> saved_;
  std::size_t left_ = kMostTemplateSteps;
};

bool has_ascii_text(const TemplatePiece& piece) {
  return std::ranges::all_of(piece.text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

}  // namespace

bool holds_only_ascii(const TemplatePiece& piece) {
  return piece.is_gap() ? (piece.bytes >> 0x80).none() : has_ascii_text(piece);
}

Outcome find_in_template(const SimplePattern& pattern, std::span<const TemplatePiece> pieces,
                         std::span<TemplateSpan> groups) {
  if (!std::ranges::all_of(pieces, pattern.program().only_ascii ? holds_only_ascii : has_ascii_text))
    return Outcome::kUndecided;
  TemplateFollower follower(pattern.program(), pieces);
  const auto outcome = follower.find();
  if (outcome == Outcome::kMatch)
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = follower.group(i);
  return outcome;
}

}  // namespace oc::formats
