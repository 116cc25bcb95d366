// From a push to rows: what Loki's distributor checks, adds and refuses. Limits and texts are Loki's defaults, so that
// its clients know them; what one entry or stream does wrong does not keep the others out.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "stores/ingest/push_request.h"
#include "stores/ingest/recent_entries.h"
#include "stores/logs/append_batch.h"

namespace oc::stores {

inline constexpr std::size_t kMaxStreamLabels = 15;  // max_label_names_per_series; service_name does not count
inline constexpr std::size_t kMaxLabelNameBytes = 1024;
inline constexpr std::size_t kMaxLabelValueBytes = 2048;
inline constexpr std::size_t kMaxLineBytes = 256 << 10;     // max_line_size
inline constexpr std::size_t kMaxMetadataBytes = 64 << 10;  // max_structured_metadata_size
inline constexpr std::size_t kMaxMetadataPairs = 128;       // max_structured_metadata_entries_count
inline constexpr Nanos kCreationGrace = 600'000'000'000;    // creation_grace_period: clocks differ, but not more

class PushAdmission {
 public:
  // All must outlive it; `request` as long as `batch`.
  PushAdmission(const PushRequest& request, AppendBatch& batch, const RecentEntries& recent, Nanos now_ns)
      : request_(request), batch_(batch), recent_(recent), now_ns_(now_ns) {}

  // An error: the whole push is wrong, and nothing of it may be stored.
  Status admit_all();

  // Of what is in the batch, to be remembered once it is stored.
  const std::vector<std::uint64_t>& hashes() const { return hashes_; }
  // Empty: all was taken.
  std::string refusals() const;
  // Refused entries by reason.
  const std::map<std::string_view, std::uint64_t>& refused() const { return refused_; }

 private:
  Status admit(const PushedStream& stream);
  bool check_labels(const query::Labels& labels, const std::string& text, std::size_t entries);
  bool check_entry(const PushedEntry& entry, const std::string& stream_text);
  Status put_entry(const PushedEntry& entry, const query::Labels& labels);
  Status put_metadata(const PushedEntry& entry, std::vector<query::LabelView>& into);
  Status put_changed_metadata(std::span<const query::LabelView> sent, std::vector<query::LabelView>& into);
  void put_level(std::string_view line, const query::Labels& labels, std::vector<query::LabelView>& metadata) const;
  bool refuse(std::string_view reason, std::string text, std::size_t entries = 1);  // false

  const PushRequest& request_;
  AppendBatch& batch_;
  const RecentEntries& recent_;
  const Nanos now_ns_;
  std::uint64_t stream_hash_ = 0;
  std::vector<std::uint64_t> hashes_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<query::LabelView> own_;
  std::vector<std::pair<std::string, std::size_t>> texts_;  // with how often; in order
  std::map<std::string_view, std::uint64_t> refused_;
};

}  // namespace oc::stores
