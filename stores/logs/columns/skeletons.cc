#include "stores/logs/columns/skeletons.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

namespace {

// More kinds of lines than this in a block are no kinds.
constexpr std::size_t kMaxSkeletons = 1 << 14;
std::size_t slots_for(std::size_t lines) { return std::bit_ceil(2 * std::min(lines, kMaxSkeletons) + 2); }
// The hash looks at the ends of gaps only, so lines can be made whose hashes are the same: they get no skeleton.
constexpr unsigned kMaxTries = 16;
// A skeleton's copies take room by as much as they have already, up to this.
constexpr std::size_t kMostRoom = 16 << 10;

std::uint64_t hash_of(std::string_view line, std::span<const Token> tokens) {
  std::uint64_t hash = 0;
  for_each_gap(line, tokens, [&](std::string_view gap) {
    hash = mix_ends(hash, gap);
    return true;
  });
  return hash ^ hash >> 32;
}

}  // namespace

Skeletons::Skeletons(std::span<const std::string_view> lines, bool phrases)
    : texts_(lines), samples_(lines.size()), slots_(slots_for(lines.size())) {
  skeleton_of_.reserve(lines.size());
  LineSplitter splitter(phrases);
  std::vector<Token> tokens;
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    tokens.clear();
    splitter.split(lines[i], tokens);
    const std::uint32_t skeleton = find_or_add(i, tokens);
    skeleton_of_.push_back(skeleton);
    if (skeleton != kNone) add(lines[i], tokens, skeletons_[skeleton]);
  }
}

bool Skeletons::same(std::string_view line, std::span<const Token> tokens, const Skeleton& skeleton) const {
  const std::span<const Token> others = skeleton.of_example();
  if (tokens.size() != others.size()) return false;
  const std::string_view other = texts_[skeleton.example];
  std::size_t i = 0, at = 0;
  return for_each_gap(line, tokens, [&](std::string_view gap) {
    const std::size_t end = i == others.size() ? other.size() : others[i].begin;
    const bool equal = same_text(gap, {other.data() + at, end - at});
    if (i < others.size()) at = end + others[i++].size;
    return equal;
  });
}

std::uint32_t Skeletons::find_or_add(std::uint32_t line, std::span<const Token> tokens) {
  const std::uint64_t hash = hash_of(texts_[line], tokens);
  std::size_t at = hash;
  for (unsigned tries = 0; tries < kMaxTries; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      if (skeletons_.size() == kMaxSkeletons) return kNone;
      skeletons_.push_back({.hash = hash, .example = line, .tokens_a_line = tokens.size()});
      slot = static_cast<std::uint32_t>(skeletons_.size());
      return slot - 1;
    }
    const Skeleton& known = skeletons_[slot - 1];
    if (known.hash != hash) continue;
    if (same(texts_[line], tokens, known)) return slot - 1;
    ++tries;
  }
  return kNone;
}

void Skeletons::add(std::string_view line, std::span<const Token> tokens, Skeleton& skeleton) {
  skeleton.copies.push_back(copy(line, skeleton));
  skeleton.tokens.insert(skeleton.tokens.end(), tokens.begin(), tokens.end());
  ++skeleton.lines;
  for (std::uint32_t i = 0; i < tokens.size(); ++i)
    if (tokens[i].size >= ValueSamples::kShortest)
      if (const auto sample = samples_.of(tokens[i].in(line.data()))) skeleton.samples.push_back({i, *sample});
}

const char* Skeletons::copy(std::string_view line, Skeleton& skeleton) {
  if (skeleton.room_bytes < line.size()) {
    skeleton.room_bytes = std::max(line.size(), std::min(skeleton.bytes, kMostRoom));
    skeleton.room = copies_.array<char>(skeleton.room_bytes);
  }
  char* to = skeleton.room;
  if (!line.empty()) std::memcpy(to, line.data(), line.size());
  skeleton.room += line.size();
  skeleton.room_bytes -= line.size();
  skeleton.bytes += line.size();
  return to;
}

}  // namespace oc::stores::columns
