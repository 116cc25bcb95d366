#include "stores/ingest/push_admission.h"

#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/utf8.h"
#include "stores/ingest/detected_level.h"
#include "stores/ingest/label_lexer.h"
#include "stores/ingest/label_text.h"
#include "stores/ingest/pushed_names.h"

namespace oc::stores {

namespace {

using query::Labels;
using query::LabelView;

void put_pair(std::vector<LabelView>& into, std::string_view name, std::string_view value) {
  const auto place = std::ranges::lower_bound(into, name, {}, &LabelView::first);
  if (place != into.end() && place->first == name) {
    place->second = value;
  } else {
    into.insert(place, {name, value});
  }
}

void take_pair(std::vector<LabelView>& from, std::string_view name) {
  std::erase_if(from, [&](const LabelView& pair) { return pair.first == name; });
}

// One for each byte that is not part of a character, and for each character that says that there was one.
std::string with_spaces_for_damage(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const auto character = value.substr(0, std::max<std::size_t>(utf8_length(value), 1));
    text += has_replacement(character) ? " " : character;
    value.remove_prefix(character.size());
  }
  return text;
}

// False: the metadata have no level.
bool normalize_given_level(std::vector<LabelView>& metadata) {
  const auto given = std::ranges::find(metadata, kDetectedLevel, &LabelView::first);
  if (given == metadata.end()) return false;
  given->second = normalized_level(given->second);
  return true;
}

std::string seconds_text(Nanos time_ns) {
  constexpr std::size_t kSecondsSize = std::string_view("2006-01-02T15:04:05").size();
  return to_rfc3339(time_ns).substr(0, kSecondsSize) + "Z";
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace

Status PushAdmission::admit_all() {
  for (const auto& stream : request_.streams) OC_TRY(admit(stream));
  return {};
}

Status PushAdmission::admit(const PushedStream& stream) {
  if (stream.entries.empty()) return {};
  auto labels = stream.labels;
  discover_service_name(labels);
  const auto text = label_text(labels);
  if (!check_labels(labels, text, stream.entries.size())) return {};
  stream_hash_ = hash_of(text, 0);
  for (const auto& entry : stream.entries) {
    if (check_entry(entry, text)) OC_TRY(put_entry(entry, labels));
  }
  return {};
}

bool PushAdmission::refuse(std::string_view reason, std::string text, std::size_t entries) {
  refused_[reason] += entries;
  const auto known = std::ranges::find(texts_, text, &std::pair<std::string, std::size_t>::first);
  if (known == texts_.end()) {
    texts_.emplace_back(std::move(text), 1);
  } else {
    ++known->second;
  }
  return false;
}

bool PushAdmission::check_labels(const Labels& labels, const std::string& text, std::size_t entries) {
  const auto counted = labels.size() - static_cast<std::size_t>(std::ranges::count(
                                           labels, std::string_view("service_name"), &query::Label::first));
  if (counted > kMaxStreamLabels) {
    return refuse("max_label_names_per_series",
                  fmt::format("entry for stream '{}' has {} label names; limit {}", text, counted, kMaxStreamLabels),
                  entries);
  }
  std::string_view last;
  for (const auto& [name, value] : labels) {
    if (name.size() > kMaxLabelNameBytes)
      return refuse("label_name_too_long", fmt::format("stream '{}' has label name too long: '{}'", text, name),
                    entries);
    if (value.size() > kMaxLabelValueBytes)
      return refuse("label_value_too_long", fmt::format("stream '{}' has label value too long: '{}'", text, value),
                    entries);
    if (name == last)
      return refuse("duplicate_label_names", fmt::format("stream '{}' has duplicate label name: '{}'", text, name),
                    entries);
    last = name;
  }
  return true;
}

bool PushAdmission::check_entry(const PushedEntry& entry, const std::string& text) {
  if (entry.time_ns > now_ns_ + kCreationGrace) {
    return refuse("too_far_in_future",
                  fmt::format("entry for stream '{}' has timestamp too new: {}", text, seconds_text(entry.time_ns)));
  }
  if (entry.line.size() > kMaxLineBytes) {
    return refuse(
        "line_too_long",
        fmt::format("max entry size '{}' bytes exceeded for stream '{}' while adding an entry with length '{}' bytes",
                    kMaxLineBytes, text, entry.line.size()));
  }
  std::size_t bytes = 0;
  for (auto i = entry.metadata_begin; i < entry.metadata_end; ++i)
    bytes += request_.metadata[i].first.size() + request_.metadata[i].second.size();
  if (bytes > kMaxMetadataBytes) {
    return refuse(
        "structured_metadata_too_large",
        fmt::format("stream '{}' has structured metadata too large: '{}' bytes, limit: '{}' bytes. Please see "
                    "`limits_config.max_structured_metadata_size` or contact your Loki administrator to "
                    "increase it",
                    text, bytes, kMaxMetadataBytes));
  }
  const auto pairs = entry.metadata_end - entry.metadata_begin;
  if (pairs > kMaxMetadataPairs) {
    return refuse("structured_metadata_too_many",
                  fmt::format("stream '{}' has too many structured metadata labels: '{}', limit: '{}'. Please see "
                              "`limits_config.max_structured_metadata_entries_count` or contact your Loki "
                              "administrator to increase it",
                              text, pairs, kMaxMetadataPairs));
  }
  return true;
}

Status PushAdmission::put_metadata(const PushedEntry& entry, std::vector<LabelView>& into) {
  const auto sent =
      std::span(request_.metadata).subspan(entry.metadata_begin, entry.metadata_end - entry.metadata_begin);
  bool stays_as_sent = true;
  for (const auto& [name, value] : sent) {
    if (is_metadata_name(name) && !value.empty() && !has_replacement(value)) {
      put_pair(into, name, value);
    } else {
      stays_as_sent = false;
    }
  }
  return stays_as_sent ? Status() : put_changed_metadata(sent, into);
}

// Of pairs with one name, one that had to be changed counts before one that stays as it was sent, and the last of
// those; an empty value takes its name away.
Status PushAdmission::put_changed_metadata(std::span<const LabelView> sent, std::vector<LabelView>& into) {
  for (const auto& [name, value] : sent)
    if (value.empty()) take_pair(into, name);
  for (auto [name, value] : sent) {
    const bool has_plain_name = is_metadata_name(name);
    if (has_plain_name && !has_replacement(value)) continue;
    if (!has_plain_name) {
      OC_TRY_ASSIGN(auto plain, metadata_name(name));
      name = batch_.keep(std::move(plain));
    }
    if (value.empty()) {
      take_pair(into, name);
    } else {
      put_pair(into, name, has_replacement(value) ? batch_.keep(with_spaces_for_damage(value)) : value);
    }
  }
  return {};
}

// What a label says is stronger than what the metadata say, and these than the line.
void PushAdmission::put_level(std::string_view line, const Labels& labels, std::vector<LabelView>& metadata) const {
  LevelHints of_labels, of_metadata;
  for (const auto& [name, value] : labels) of_labels.note(name, value);
  for (const auto& [name, value] : metadata) of_metadata.note(name, value);
  const auto& hints = of_labels.has_name() ? of_labels : of_metadata;
  put_pair(metadata, kDetectedLevel, hints.level_or(line));
}

Status PushAdmission::put_entry(const PushedEntry& entry, const Labels& labels) {
  own_.clear();
  OC_TRY(put_metadata(entry, own_));
  const bool has_level = normalize_given_level(own_);
  // A level that is not given follows from what is hashed.
  auto hash = hash_of(entry.line, stream_hash_ ^ static_cast<std::uint64_t>(entry.time_ns));
  for (const auto& [name, value] : own_) hash = hash_of(value, hash_of(name, hash));
  recent_.prepare(hash);
  if (!has_level) put_level(entry.line, labels, own_);
  if (!seen_.insert(hash).second || recent_.knows(hash)) return {};
  hashes_.push_back(hash);

  if (batch_.shared_metadata.empty()) batch_.shared_metadata.emplace_back();
  AppendBatch::Row row;
  row.stream = batch_.add_stream(labels);
  row.time_ns = entry.time_ns;
  row.line = entry.line;
  row.own_begin = static_cast<std::uint32_t>(batch_.own_metadata.size());
  batch_.own_metadata.insert(batch_.own_metadata.end(), own_.begin(), own_.end());
  row.own_end = static_cast<std::uint32_t>(batch_.own_metadata.size());
  batch_.rows.push_back(row);
  return {};
}

std::string PushAdmission::refusals() const {
  std::string out;
  for (const auto& [text, count] : texts_) {
    if (!out.empty()) out += "; ";
    if (texts_.size() > 1 || count > 1) out += fmt::format("{} errors like: ", count);
    out += text;
  }
  return out;
}

}  // namespace oc::stores
