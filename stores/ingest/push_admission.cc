#include "stores/ingest/push_admission.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/utf8.h"
#include "contracts/labels/labels.h"
#include "query/logql/go_text.h"
#include "stores/ingest/detected_level.h"
#include "stores/ingest/label_text.h"

namespace oc::stores {

namespace {

using query::Labels;
using query::LabelView;

constexpr std::string_view kServiceName = "service_name", kSeverityNumber = "severity_number";
constexpr std::array<std::string_view, 13> kServiceLabels = {"service",
                                                             "app",
                                                             "application",
                                                             "app_name",
                                                             "name",
                                                             "app_kubernetes_io_name",
                                                             "container",
                                                             "container_name",
                                                             "k8s_container_name",
                                                             "component",
                                                             "workload",
                                                             "job",
                                                             "k8s_job_name"};

std::string_view value_of_label(const Labels& labels, std::string_view name) {
  const auto found = std::ranges::find(labels, name, &query::Label::first);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

void put_pair(std::vector<LabelView>& into, std::string_view name, std::string_view value) {
  const auto place = std::ranges::lower_bound(into, name, {}, &LabelView::first);
  if (place != into.end() && place->first == name) {
    place->second = value;
  } else {
    into.insert(place, {name, value});
  }
}

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Most names are right as they are.
bool is_metadata_name(std::string_view name) {
  if (name.empty() || !((name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z')) return false;
  char before = '\0';
  for (const char c : name) {
    if (!is_plain(c) && (c != '_' || before == '_')) return false;
    before = c;
  }
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

void discover_service_name(Labels& labels) {
  if (!value_of_label(labels, kServiceName).empty()) return;
  std::string_view name = contracts::kUnknownService;
  for (const auto source : kServiceLabels) {
    const auto value = value_of_label(labels, source);
    if (value.empty()) continue;
    name = value;
    break;
  }
  query::Label added(kServiceName, name);
  labels.insert(std::ranges::upper_bound(labels, added.first, {}, &query::Label::first), std::move(added));
}

Result<std::string> metadata_name(std::string_view name) {
  if (is_metadata_name(name)) return std::string(name);
  if (name.empty()) return permanent("label name is empty");
  const bool reserved = name.size() >= 4 && name.starts_with("__") && name.ends_with("__");
  std::string_view rest = reserved ? name.substr(2, name.size() - 4) : name;
  std::string plain;
  while (!rest.empty()) {
    const bool stays = is_plain(rest[0]);
    if (stays || !plain.ends_with('_')) plain += stays ? rest[0] : '_';
    rest.remove_prefix(std::max<std::size_t>(utf8_length(rest), 1));
  }
  if (reserved) plain = "__" + plain + "__";
  if (plain[0] >= '0' && plain[0] <= '9') plain = "key_" + plain;
  if (plain.find_first_not_of('_') != std::string::npos) return plain;
  return permanent(fmt::format("normalization for label name {} resulted in invalid name {}", query::go_quote(name),
                               query::go_quote(plain)));
}

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
  const auto counted = labels.size() - 1;  // service_name is always there
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
  for (auto i = entry.metadata_begin; i < entry.metadata_end; ++i) {
    auto [name, value] = request_.metadata[i];
    if (value.empty()) continue;  // as absent
    if (!is_metadata_name(name)) {
      OC_TRY_ASSIGN(auto plain, metadata_name(name));
      name = batch_.keep(std::move(plain));
    }
    if (!is_utf8(value)) value = batch_.keep(without_invalid_utf8(value));
    put_pair(into, name, value);
  }
  return {};
}

// What a label says is stronger than what the metadata say, and these than the line.
void PushAdmission::put_level(std::string_view line, const Labels& labels, std::vector<LabelView>& metadata) const {
  const auto given = std::ranges::find(metadata, kDetectedLevel, &LabelView::first);
  if (given != metadata.end()) {
    given->second = normalized_level(given->second);
    return;
  }
  const std::vector<LabelView> views(labels.begin(), labels.end());
  auto named = find_named_level(views);
  if (!named) named = find_named_level(metadata);
  const auto number = std::ranges::find(metadata, kSeverityNumber, &LabelView::first);
  const auto level = named ? normalized_level(named->value)
                     : number != metadata.end()
                         ? level_of_severity_number(std::atoi(std::string(number->second).c_str()))
                         : level_in_line(line);
  put_pair(metadata, kDetectedLevel, level);
}

Status PushAdmission::put_entry(const PushedEntry& entry, const Labels& labels) {
  own_.clear();
  OC_TRY(put_metadata(entry, own_));
  put_level(entry.line, labels, own_);

  auto hash = hash_of(entry.line, stream_hash_ ^ static_cast<std::uint64_t>(entry.time_ns));
  for (const auto& [name, value] : own_) hash = hash_of(value, hash_of(name, hash));
  if (!seen_.insert(hash).second || recent_.knows(hash)) return {};
  hashes_.push_back(hash);

  const auto [stream, is_new] = streams_.try_emplace(labels, static_cast<std::uint32_t>(batch_.streams.size()));
  if (is_new) batch_.streams.push_back(labels);
  if (batch_.shared_metadata.empty()) batch_.shared_metadata.emplace_back();
  AppendBatch::Row row;
  row.stream = stream->second;
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
