// What one run of a template may cost. A template comes from whoever may query, and runs on every line.
#pragma once

#include <cstddef>

namespace oc::query {

// Blocks, parentheses and templates called from templates, all together; each takes some hundred bytes of the stack.
inline constexpr int kMaxTemplateDepth = 200;
// Nodes looked at: a millisecond or two. Honest templates have some tens.
inline constexpr std::size_t kMaxTemplateSteps = 100'000;
// Text and values made, the output included: four times the longest line that Loki takes.
inline constexpr std::size_t kMaxTemplateBytes = 1 << 20;
// Compiled regular expressions kept; texts that are computed for every line would fill the memory.
inline constexpr std::size_t kMaxTemplateRegexes = 64;

}  // namespace oc::query
