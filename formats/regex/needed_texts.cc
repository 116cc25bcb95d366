#include "formats/regex/needed_texts.h"

#include <algorithm>

namespace oc::formats {

namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kMostTexts = 16;  // more are not found quicker than matches

std::size_t shortest(const Texts& texts) {
  return texts.empty() ? 0 : std::ranges::min_element(texts, {}, &std::string::size)->size();
}

// One way or the other is gone: a text of either.
Texts either(Texts one, const Texts& other) {
  if (one.empty() || other.empty()) return {};
  one.insert(one.end(), other.begin(), other.end());
  std::ranges::sort(one);
  const auto repeated = std::ranges::unique(one);
  one.erase(repeated.begin(), repeated.end());
  return one.size() > kMostTexts ? Texts() : one;
}

}  // namespace

std::vector<std::string> needed_texts(const PatternProgram& program) {
  using Kind = PatternStep::Kind;
  std::vector<Texts> from(program.steps.size());  // needed by what is left of the pattern at each step
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    const auto& step = program.steps[i];
    if (step.kind == Kind::kMatch) continue;
    if (step.kind == Kind::kSplit) {
      from[i] = either(from[step.first], from[step.second]);
      continue;
    }
    const Texts& rest = from[step.kind == Kind::kJump ? step.first : i + 1];
    const bool is_best = step.kind == Kind::kText && step.text.size() >= shortest(rest);
    from[i] = is_best ? Texts{step.text} : rest;
  }
  return from.front();
}

}  // namespace oc::formats
