#include "agent/log_format/stamp_place.h"

#include <algorithm>
#include <map>
#include <utility>

#include <re2/re2.h>

#include "agent/log_format/layout_pattern.h"
#include "formats/ansi.h"
#include "formats/time_layout.h"

namespace oc::agent {
namespace {

using formats::FoundTimestamp;
using Stamps = std::vector<std::optional<FoundTimestamp>>;

constexpr std::size_t kVariablePlaceBytes = 160;  // how far from the front a timestamp without a fixed place may stand

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '/' || c == '$' || (c & 0x80) != 0;
}

// The same for %d/%m and %m/%d: which of the two it is, is decided over the whole file.
std::string unordered_family(std::string_view layout) {
  std::string family = formats::layout_family(layout);
  for (const char separator : {'/', '-', ':', '.'}) {
    const std::string day_first = std::string("%d") + separator + "%m";
    const std::string month_first = std::string("%m") + separator + "%d";
    if (const auto at = family.find(day_first);
        at != std::string::npos && family.find("%Y" + std::string(1, separator) + day_first) == std::string::npos) {
      family.replace(at, day_first.size(), month_first);
    }
  }
  return family;
}

bool is_day_first(std::string_view layout) { return layout.find("%d") < layout.find("%m"); }

template <typename Counts>
std::string most_frequent(const Counts& counts) {
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

std::string frequent_family(const Stamps& stamps) {
  std::map<std::string, std::size_t> counts;
  std::string first;
  for (const auto& stamp : stamps) {
    if (!stamp) continue;
    const std::string family = unordered_family(stamp->layout);
    if (first.empty()) first = family;
    ++counts[family];
  }
  if (counts.empty()) return {};
  const std::string best = most_frequent(counts);
  return counts[first] == counts[best] ? first : best;
}

// A key that the timestamp is the value of, if its signature ends like one.
std::string key_of(std::string_view line, const FoundTimestamp& stamp) {
  static const RE2 pattern(R"(([\w@.\-]+)["']?[=:] ?["']?$)");
  const auto front = line.substr(0, stamp.start);
  std::string key;
  RE2::PartialMatch(re2::StringPiece(front.data(), front.size()), pattern, &key);
  const bool value =
      front.ends_with('=') || front.ends_with("=\"") || front.ends_with("\":\"") || front.ends_with("\":");
  return value ? key : std::string();
}

// A message that holds a time has more words before it, or is indented.
bool is_alike(const std::string& signature, const std::string& best) {
  constexpr std::ptrdiff_t kMoreWords = 2;
  if (signature.starts_with(' ') && !best.starts_with(' ')) return false;
  return std::ranges::count(signature, 'w') <= std::ranges::count(best, 'w') + kMoreWords;
}

}  // namespace

std::string place_signature(std::string_view line, const FoundTimestamp& stamp) {
  std::string signature;
  std::string_view front = line.substr(0, stamp.start);
  while (!front.empty()) {
    const std::size_t escape = formats::ansi_sequence_length(front);
    if (escape > 0) {
      front.remove_prefix(escape);
      continue;
    }
    const char c = front[0] == '\t' ? ' ' : is_word(front[0]) ? 'w' : front[0];
    if (c == 'w') {
      // From the word that this blank-separated token has already.
      const std::size_t token = signature.rfind(' ') + 1;  // npos + 1 is 0
      if (const std::size_t word = signature.find('w', token); word != std::string::npos) signature.resize(word);
    }
    if (c != ' ' || !signature.ends_with(' ')) signature += c;
    front.remove_prefix(1);
  }
  return signature;
}

std::optional<StampPlace> StampPlace::find(Lines lines, const Stamps& stamps) {
  StampPlace place;
  place.family_ = frequent_family(stamps);
  if (place.family_.empty()) return std::nullopt;
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (stamps[i] && unordered_family(stamps[i]->layout) == place.family_) members.push_back(i);
  }
  place.choose_layout(stamps, members);
  place.choose_places(lines, stamps, members);
  const auto own = std::ranges::find_if(members, [&](std::size_t i) { return place.accepts(lines[i], *stamps[i]); });
  if (own != members.end()) place.key_ = key_of(lines[*own], *stamps[*own]);
  return place;
}

// Lines that can be read in one way only decide for the others.
void StampPlace::choose_layout(const Stamps& stamps, const std::vector<std::size_t>& members) {
  std::map<std::string, std::size_t> certain;
  std::map<std::string, std::size_t> all;
  std::size_t ambiguous = 0;
  for (const std::size_t i : members) {
    ++all[stamps[i]->layout];
    ambiguous += stamps[i]->ambiguous;
    if (!stamps[i]->ambiguous) ++certain[stamps[i]->layout];
  }
  ambiguous_ = certain.empty();
  layout_ = most_frequent(ambiguous_ ? all : certain);
  swap_ambiguous_ = ambiguous > 0 && !ambiguous_;
}

// One place, or a few alike; where no place has a third of the lines, it is not fixed.
void StampPlace::choose_places(Lines lines, const Stamps& stamps, const std::vector<std::size_t>& members) {
  std::map<std::string, std::size_t> counts;
  for (const std::size_t i : members) ++counts[place_signature(lines[i], *stamps[i])];
  const std::string best = most_frequent(counts);
  if (counts[best] * 3 < members.size()) return;
  places_.push_back(best);
  for (const auto& [signature, count] : counts) {
    if (signature != best && count * 20 >= counts[best] && is_alike(signature, best)) places_.push_back(signature);
  }
}

bool StampPlace::accepts(std::string_view line, const FoundTimestamp& stamp) const {
  if (unordered_family(stamp.layout) != family_) return false;
  const std::string signature = place_signature(line, stamp);
  if (!places_.empty()) return std::ranges::find(places_, signature) != places_.end();
  return stamp.start <= kVariablePlaceBytes && !signature.starts_with(' ');
}

formats::TimeParts StampPlace::resolved(const FoundTimestamp& stamp) const {
  formats::TimeParts time = stamp.time;
  const bool other_order = is_day_first(stamp.layout) != is_day_first(layout_);
  if (swap_ambiguous_ && stamp.ambiguous && other_order) std::swap(time.day, time.month);
  return time;
}

std::string StampPlace::name() const {
  if (!key_.empty()) return "field:" + key_;
  if (places_.empty()) return "near the front";
  const std::string& place = places_[0];
  if (place.empty()) return "prefix";
  if (place == "w" && layout_.starts_with("%m%d")) return "after letter";
  if (place.ends_with("<w>")) return "after priority";
  return place.ends_with('[') ? "bracket" : "after \"" + place + "\"";
}

std::string StampPlace::record_start_pattern() const {
  const std::string layout = layout_pattern(layout_);
  if (places_.empty()) return "^.{0," + std::to_string(kVariablePlaceBytes) + "}?" + layout;
  std::string fronts;
  for (const auto& place : places_) fronts += (fronts.empty() ? "" : "|") + signature_pattern(place);
  return "^(?:" + fronts + ")" + layout;
}

}  // namespace oc::agent
