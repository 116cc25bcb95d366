#include "formats/regex/simple_pattern.h"

#include <algorithm>
#include <array>

#include "formats/regex/pattern_parser.h"

namespace oc::formats {

namespace {

using Kind = PatternStep::Kind;

constexpr std::size_t kMostGroups = 100;  // the whole included
constexpr std::size_t kMostChoices = 256;
// Beyond this many steps RE2, which never goes back, is quicker.
constexpr std::size_t kStepsAByte = 8, kStepsAnyway = 256;

bool has_only_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
}

bool is_inside_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Steps lead only forward: those behind are known before.
void look_ahead(PatternProgram& program) {
  program.starts.resize(program.steps.size());
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    auto& step = program.steps[i];
    auto& start = program.starts[i];
    const auto then = [&](const PatternStart& next) {
      start.bytes |= next.bytes;
      start.at_once |= next.at_once;
      start.at_end |= next.at_end;
    };
    switch (step.kind) {
      case Kind::kText:
        start.bytes.set(static_cast<unsigned char>(step.text[0]));
        break;
      case Kind::kRun: {
        const auto& set = program.sets[step.set].bits();
        const auto& next = program.starts[i + 1];
        step.decided = (set & next.bytes).none() && (step.greedy || !next.at_once);
        start.bytes = set;
        if (step.least == 0) then(next);
        break;
      }
      case Kind::kSave:
        then(program.starts[i + 1]);
        break;
      case Kind::kSplit:
        then(program.starts[step.first]);
        then(program.starts[step.second]);
        break;
      case Kind::kJump:
        then(program.starts[step.first]);
        break;
      case Kind::kEnd:
        start.at_end = true;
        break;
      case Kind::kMatch:
        start.at_once = true;
        break;
    }
  }
}

}  // namespace

std::optional<SimplePattern> SimplePattern::compile(std::string_view pattern) {
  auto program = parse_simple_pattern(pattern);
  if (!program) return std::nullopt;
  for (const auto& step : program->steps)
    if (step.kind == Kind::kSave) program->groups = std::max<std::size_t>(program->groups, step.least / 2 + 1);
  if (program->groups > kMostGroups) return std::nullopt;
  look_ahead(*program);
  return SimplePattern(std::move(*program));
}

// Goes through the steps, remembers where it could have gone another way, and comes back there when it gets stuck.
class SimplePattern::Follower {
 public:
  Follower(const PatternProgram& program, std::string_view text)
      : pattern_(program), text_(text), left_(kStepsAnyway + kStepsAByte * text.size()) {}

  Outcome from(std::size_t start) {
    std::fill_n(positions_.begin(), 2 * pattern_.groups, kNowhere);
    positions_[0] = start;
    choices_ = 0;
    at_ = start;
    step_ = 0;
    while (true) {
      if (left_-- == 0 || choices_ + 1 >= kMostChoices) return left_ = 0, Outcome::kUndecided;
      const auto& step = pattern_.steps[step_];
      if (step.kind == Kind::kMatch) return positions_[1] = at_, Outcome::kMatch;
      // Without steps left it did not try all ways.
      if (!take(step) && !go_back()) return left_ == 0 ? Outcome::kUndecided : Outcome::kNoMatch;
    }
  }
  bool may_begin(std::size_t start) const { return may_go_on(0, start); }
  std::string_view group(std::size_t number) const {
    if (number >= pattern_.groups) return {};
    const auto begin = positions_[2 * number], end = positions_[2 * number + 1];
    return begin == kNowhere || end == kNowhere ? std::string_view() : text_.substr(begin, end - begin);
  }

 private:
  static constexpr std::size_t kNowhere = std::string_view::npos;
  struct Choice {
    enum class Kind : std::uint8_t { kStep, kLength, kPosition } kind;
    std::uint32_t step;  // to go on with, or that is a run; of kPosition: which
    std::size_t at;      // to go on from; the run's present end; what the position was
    std::size_t last;    // of a run: the end that is tried last
  };

  [[gnu::always_inline]] bool may_go_on(std::size_t step, std::size_t at) const {
    const auto& start = pattern_.starts[step];
    if (start.at_once || (start.at_end && at == text_.size())) return true;
    return at < text_.size() && start.bytes[static_cast<unsigned char>(text_[at])];
  }

  [[gnu::always_inline]] bool take(const PatternStep& step) {
    switch (step.kind) {
      case Kind::kText:
        if (!is_here(step.text)) return false;
        at_ += step.text.size();
        break;
      case Kind::kRun:
        return take_run(step);
      case Kind::kSave:
        if (choices_ > 0) stack_[choices_++] = {Choice::Kind::kPosition, step.least, positions_[step.least], 0};
        positions_[step.least] = at_;
        break;
      case Kind::kSplit:
        return split(step);
      case Kind::kJump:
        step_ = step.first;
        return true;
      case Kind::kEnd:
        if (at_ != text_.size()) return false;
        break;
      case Kind::kMatch:
        break;
    }
    ++step_;
    return true;
  }

  // Texts between fields are one or two bytes: not worth a call of memcmp.
  bool is_here(std::string_view text) const {
    if (text_.size() - at_ < text.size() || text_[at_] != text[0]) return false;
    return text.size() == 1 || text_.substr(at_).starts_with(text);
  }

  [[gnu::always_inline]] bool take_run(const PatternStep& step) {
    const auto length = pattern_.sets[step.set].span(text_.substr(at_, step.most));
    if (length < step.least) return false;
    auto shortest = at_ + step.least;
    const auto longest = at_ + length;
    while (shortest < longest && is_inside_character(text_[shortest])) ++shortest;  // `least` counts characters
    at_ = step.greedy || step.decided ? longest : shortest;
    if (!step.decided && longest > shortest)
      stack_[choices_++] = {Choice::Kind::kLength, step_, at_, step.greedy ? shortest : longest};
    ++step_;
    return true;
  }

  [[gnu::always_inline]] bool split(const PatternStep& step) {
    const bool one = may_go_on(step.first, at_), other = may_go_on(step.second, at_);
    if (!one && !other) return false;
    if (one && other) stack_[choices_++] = {Choice::Kind::kStep, step.second, at_, 0};
    step_ = one ? step.first : step.second;
    return true;
  }

  // To the last choice that has another way. False: there is none.
  bool go_back() {
    while (choices_ > 0) {
      auto& choice = stack_[choices_ - 1];
      if (choice.kind == Choice::Kind::kLength && other_length(choice)) return true;
      --choices_;
      if (choice.kind == Choice::Kind::kPosition) positions_[choice.step] = choice.at;
      if (choice.kind == Choice::Kind::kStep) {
        at_ = choice.at;
        step_ = choice.step;
        return true;
      }
    }
    return false;
  }

  // The next length of a run with which the way may go on; characters are not cut.
  bool other_length(Choice& choice) {
    const bool greedy = pattern_.steps[choice.step].greedy;
    while (choice.at != choice.last && left_ > 0) {
      --left_;
      greedy ? --choice.at : ++choice.at;
      if (choice.at < text_.size() && is_inside_character(text_[choice.at])) continue;
      if (!may_go_on(choice.step + 1, choice.at)) continue;
      at_ = choice.at;
      step_ = choice.step + 1;
      return true;
    }
    return false;
  }

  const PatternProgram& pattern_;
  const std::string_view text_;
  std::size_t left_;
  std::size_t at_ = 0;
  std::uint32_t step_ = 0;
  std::array<std::size_t, 2 * kMostGroups> positions_;
  std::array<Choice, kMostChoices> stack_;
  std::size_t choices_ = 0;
};

SimplePattern::Outcome SimplePattern::find(std::string_view text, std::span<std::string_view> groups) const {
  if (program_.only_ascii && !has_only_ascii(text)) return Outcome::kUndecided;
  Follower follower(program_, text);
  for (std::size_t start = 0; start <= text.size(); ++start) {
    if (start < text.size() && is_inside_character(text[start])) continue;
    if (!follower.may_begin(start) && !program_.anchored) continue;
    const auto outcome = follower.from(start);
    if (outcome == Outcome::kMatch)
      for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = follower.group(i);
    if (outcome != Outcome::kNoMatch || program_.anchored) return outcome;
  }
  return Outcome::kNoMatch;
}

}  // namespace oc::formats
