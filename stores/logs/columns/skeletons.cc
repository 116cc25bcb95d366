#include "stores/logs/columns/skeletons.h"

#include <algorithm>
#include <bit>

#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

namespace {

// More kinds of lines than this in a block are no kinds.
constexpr std::size_t kMaxSkeletons = 1 << 14;
std::size_t slots_for(std::size_t lines) { return std::bit_ceil(2 * std::min(lines, kMaxSkeletons) + 2); }
// The hash looks at the ends of gaps only, so lines can be made whose hashes are the same: they get no skeleton.
constexpr unsigned kMaxTries = 16;

}  // namespace

Skeletons::Skeletons(std::span<const std::string_view> lines, bool phrases)
    : texts_(lines), slots_(slots_for(lines.size())) {
  lines_.reserve(lines.size());
  tokens_.reserve(lines.size() * 8);
  LineSplitter splitter(phrases);
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const auto first = static_cast<std::uint32_t>(tokens_.size());
    splitter.split(lines[i], tokens_);
    lines_.push_back({first, static_cast<std::uint32_t>(tokens_.size()) - first, kNone});
    lines_.back().skeleton = find_or_add(i);
  }
}

std::uint64_t Skeletons::hash(std::uint32_t line) const {
  std::uint64_t hash = 0;
  for_each_gap(texts_[line], tokens(line), [&](std::string_view gap) {
    hash = mix_ends(hash, gap);
    return true;
  });
  return hash ^ hash >> 32;
}

bool Skeletons::same(std::uint32_t a, std::uint32_t b) const {
  if (lines_[a].tokens != lines_[b].tokens) return false;
  const auto other = tokens(b);
  std::size_t i = 0, at = 0;
  return for_each_gap(texts_[a], tokens(a), [&](std::string_view gap) {
    const std::size_t end = i == other.size() ? texts_[b].size() : other[i].begin;
    const bool equal = same_text(gap, {texts_[b].data() + at, end - at});
    if (i < other.size()) at = end + other[i++].size;
    return equal;
  });
}

std::uint32_t Skeletons::find_or_add(std::uint32_t line) {
  const std::uint64_t hash_of_line = hash(line);
  std::size_t at = hash_of_line;
  for (unsigned tries = 0; tries < kMaxTries; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      if (skeletons_.size() == kMaxSkeletons) return kNone;
      skeletons_.push_back({hash_of_line, line, 1});
      slot = static_cast<std::uint32_t>(skeletons_.size());
      return slot - 1;
    }
    Skeleton& known = skeletons_[slot - 1];
    if (known.hash != hash_of_line) continue;
    if (same(line, known.example)) {
      ++known.lines;
      return slot - 1;
    }
    ++tries;
  }
  return kNone;
}

}  // namespace oc::stores::columns
