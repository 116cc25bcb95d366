#include "query/patterns/pattern_miner.h"

#include <algorithm>

namespace oc::query {

namespace {

constexpr std::size_t kMostPatterns = 300;  // a person reads tens; what comes later is rare
constexpr std::size_t kWordsInKey = 1;      // lines that begin differently say different things
// A pattern takes a line when so much of it is the same.
constexpr double kLeastSimilar = 0.4;

bool has_digit(std::string_view token) {
  return std::ranges::any_of(token, [](char c) { return c >= '0' && c <= '9'; });
}

// What has a digit in it is a time, a number, an address or an id.
std::string_view as_constant(std::string_view token) { return has_digit(token) ? kAnyToken : token; }

double similarity(const std::vector<std::string>& pattern, const std::vector<std::string_view>& line) {
  std::size_t same = 0, fixed = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (pattern[i] == kAnyToken) continue;
    ++fixed;
    if (pattern[i] == line[i]) ++same;
  }
  return fixed == 0 ? 0 : static_cast<double>(same) / static_cast<double>(line.size());
}

}  // namespace

std::string PatternMiner::Pattern::text() const {
  const auto text = pattern_text(texts, blanks);
  return in_json ? std::string(kAnyToken) + text + std::string(kAnyToken) : text;
}

void PatternMiner::add(std::string_view line, std::string_view level, Nanos time_ns) {
  const auto message = message_of(line);
  auto* pattern = tokenize(message.text, tokens_) ? find_or_make(level, message.in_json) : nullptr;
  if (pattern == nullptr) {
    ++left_out_;
    return;
  }
  ++pattern->lines;
  ++pattern->counts[time_ns - time_ns % step_ns_];
}

std::string PatternMiner::key_of(std::string_view level, bool in_json) const {
  std::string key(level);
  key += in_json ? "{" : " ";
  key += std::to_string(tokens_.texts.size());
  for (std::size_t i = 0; i < kWordsInKey; ++i) {
    key += '\n';
    key += as_constant(tokens_.texts[i]);
  }
  return key;
}

PatternMiner::Pattern* PatternMiner::find_or_make(std::string_view level, bool in_json) {
  auto& leaf = leaves_[key_of(level, in_json)];
  Pattern* best = nullptr;
  double most = 0;
  for (auto* pattern : leaf) {
    const double same = similarity(pattern->texts, tokens_.texts);
    if (same <= most) continue;
    most = same;
    best = pattern;
  }
  // A pattern that has nothing fixed but a few signs left takes its like.
  if (best != nullptr && (most >= kLeastSimilar || leaf.size() == 1)) {
    generalise(*best);
    return best;
  }
  if (patterns_.size() >= kMostPatterns) return best;
  leaf.push_back(&patterns_.emplace_back(make(level, in_json)));
  return leaf.back();
}

PatternMiner::Pattern PatternMiner::make(std::string_view level, bool in_json) const {
  Pattern pattern{.level = std::string(level), .blanks = tokens_.blanks, .in_json = in_json};
  for (const auto token : tokens_.texts) pattern.texts.emplace_back(as_constant(token));
  return pattern;
}

void PatternMiner::generalise(Pattern& pattern) const {
  for (std::size_t i = 0; i < pattern.texts.size(); ++i) {
    if (pattern.texts[i] != tokens_.texts[i]) pattern.texts[i] = kAnyToken;
  }
}

}  // namespace oc::query
