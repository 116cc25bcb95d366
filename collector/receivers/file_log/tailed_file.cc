#include "collector/receivers/file_log/tailed_file.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace oc::collector {

using contracts::ByteRange;

namespace {
// Cuts of unfinished lines that are kept for a second reading, the newest: a program that writes in pieces makes
// several a second.
constexpr std::size_t kKeptCuts = 1024;
}  // namespace

void TailedFile::begin(std::string id) {
  file_id = std::move(id);
  if (begun_ns_ == 0) begun_ns_ = system_clock().wall_ns();
  held_.add({0, position_});
}

void TailedFile::resume(const Checkpoint& checkpoint) {
  start_at(checkpoint.offset);
  begin(checkpoint.file_id);
  begun_ns_ = checkpoint.begun_ns;
  first_bytes = checkpoint.fingerprint;
  cuts_ = checkpoint.cuts;
  floors_ = checkpoint.floors;
  again_until_ = checkpoint.again_until;
  tail_hash_ = checkpoint.tail_hash;
  records_ = checkpoint.records;
  if (checkpoint.compressed) unzipped = std::make_unique<UnzippedFile>();
  if (tail_hash_) acknowledged_tail_ = Mark{*tail_hash_, records_};
}

void TailedFile::skip(const contracts::RangeSet& known_to_sink) {
  const std::uint64_t before = acknowledged();
  held_.add(known_to_sink.within({again_until_, std::numeric_limits<std::uint64_t>::max()}));
  if (acknowledged() != before) acknowledged_tail_.reset();
}

// From the first byte that is not delivered: what is on its way may yet come to those who work by this config.
void TailedFile::begin_config(const std::string& hash, bool may_have_begun) {
  if (!floors_.empty() && floors_.back().config_hash == hash) return;
  const std::uint64_t offset = acknowledged();
  const bool nothing_under_way = position_ == offset && !has_unsettled() && !may_have_begun;
  if (nothing_under_way && !floors_.empty() && floors_.back().offset == offset) floors_.pop_back();
  floors_.push_back({hash, offset});
  if (floors_.size() > kKeptFloors) floors_.erase(floors_.begin());
}

bool TailedFile::read_again(const std::vector<std::string>& config_hashes) {
  const auto meant = [&](const Floor& floor) {
    return std::ranges::find(config_hashes, floor.config_hash) != config_hashes.end();
  };
  const auto first = std::ranges::find_if(floors_, meant);
  if (first == floors_.end()) return false;
  std::uint64_t lowest = first->offset;
  for (const auto& floor : floors_)
    if (meant(floor)) lowest = std::min(lowest, floor.offset);
  std::erase_if(floors_, meant);
  if (lowest >= position_) return false;
  // The config that does this reads from there, too.
  if (!floors_.empty()) floors_.back().offset = std::min(floors_.back().offset, lowest);
  ++epoch_;
  again_until_ = std::max(again_until_, position_);
  position_ = lowest;
  records_.reset();
  held_.remove({lowest, std::numeric_limits<std::uint64_t>::max()});
  tail_hash_.reset();
  acknowledged_tail_.reset();
  tails_.clear();
  settled_tails_.clear();
  returned.clear();
  unfinished_end_ = 0;
  return true;
}

void TailedFile::cut_unfinished() {
  cuts_.insert(std::ranges::upper_bound(cuts_, unfinished_end_), unfinished_end_);
  unfinished_end_ = 0;
  readable = false;
}

void TailedFile::settled(ByteRange range) {
  const std::uint64_t before = acknowledged();
  held_.add(range);
  if (auto tail = tails_.extract(range.end)) settled_tails_.insert(std::move(tail));
  const std::uint64_t end = acknowledged();
  if (end == before) return;
  const auto tail = settled_tails_.find(end);
  acknowledged_tail_ = tail == settled_tails_.end() ? std::nullopt : std::optional(tail->second);
  settled_tails_.erase(settled_tails_.begin(), settled_tails_.upper_bound(end));
  if (end >= again_until_) again_until_ = 0;
  forget_cuts();
}

// Those in front of every place where reading may go on, or begin again.
void TailedFile::forget_cuts() {
  std::uint64_t first_needed = acknowledged();
  for (const auto& floor : floors_) first_needed = std::min(first_needed, floor.offset);
  std::erase_if(cuts_, [&](std::uint64_t cut) { return cut <= first_needed; });
  const auto done = std::ranges::upper_bound(cuts_, acknowledged()) - cuts_.begin();
  if (done > static_cast<std::ptrdiff_t>(kKeptCuts)) cuts_.erase(cuts_.begin(), cuts_.begin() + (done - kKeptCuts));
}

Checkpoint TailedFile::checkpoint(const std::string& source_id) const {
  return {.source_id = source_id,
          .file_id = file_id,
          .path = path,
          .first_path = first_path,
          .begun_ns = begun_ns_,
          .key = key,
          .fingerprint = first_bytes,
          .offset = acknowledged(),
          .tail_hash = acknowledged_tail_ ? std::optional(acknowledged_tail_->tail_hash) : std::nullopt,
          .cuts = cuts_,
          .records = acknowledged_tail_ ? acknowledged_tail_->records : std::nullopt,
          .compressed = unzipped != nullptr,
          .floors = floors_,
          .again_until = again_until_ > acknowledged() ? again_until_ : 0};
}

bool TailedFile::extend_fingerprint(std::uint32_t limit) {
  if (first_bytes.bytes >= limit || first_bytes.bytes >= position_) return false;
  const auto longer = fingerprint(fd.get(), std::min<std::uint64_t>(limit, position_));
  if (longer) first_bytes = *longer;
  return longer.has_value();
}

bool TailedFile::same_content(int descriptor) const {
  if (unzipped) return false;
  if (first_bytes.bytes == 0 || !has_fingerprint(descriptor, first_bytes)) return false;
  const auto status = status_of_descriptor(descriptor);
  if (!status || status->size < position_) return false;
  return !tail_hash_ || has_tail(descriptor, position_, *tail_hash_);
}

}  // namespace oc::collector
