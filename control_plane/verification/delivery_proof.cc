#include "control_plane/verification/delivery_proof.h"

#include <algorithm>

namespace oc::control_plane {

namespace {

std::uint64_t end_of(const contracts::Watermark& file) {
  const auto end = [](const contracts::RangeSet& set) { return set.ranges().empty() ? 0 : set.ranges().back().end; };
  return std::max(end(file.held), end(file.left_out));
}

}  // namespace

void DeliveryProof::note_ledger(const contracts::LedgerEntry& entry, Time now) {
  const bool shrunk =
      ledger_ && (entry.size_bytes < ledger_->size_bytes || entry.last_newline_end < ledger_->last_newline_end);
  if (shrunk) start_generation();
  ledger_ = entry;
  known_at_ledger_.clear();
  for (const auto& [file, end] : held_ends_) known_at_ledger_.insert(file);
  if (!pending_ && entry.last_newline_end > std::max(proven_end_, entry.start_offset)) aim(now);
}

void DeliveryProof::start_generation() {
  if (present_file_ && !pending_) past_files_.insert(*present_file_);
  past_files_.merge(known_at_ledger_);
  present_file_.reset();
  pending_ = false;
  proven_end_ = 0;
}

void DeliveryProof::aim(Time now) {
  pending_ = true;
  goal_ = ledger_->last_newline_end;
  goal_since_ = now;
}

bool DeliveryProof::is_present_file(const contracts::Watermark& file) const {
  if (past_files_.contains(file.file_id)) return false;
  if (present_file_ == file.file_id || end_of(file) <= ledger_->size_bytes) return true;
  // The store may be ahead of the ledger; where it was a while ago is compared instead.
  const auto before = held_ends_.find(file.file_id);
  return before != held_ends_.end() && before->second <= ledger_->size_bytes;
}

bool DeliveryProof::judge(const std::vector<const contracts::Watermark*>& files, Time now) {
  if (!ledger_ || goal_ <= ledger_->start_offset) return false;
  const contracts::Watermark* proof = nullptr;
  for (const auto* file : files)
    if (is_present_file(*file) && file->settled().covers({ledger_->start_offset, goal_})) proof = file;
  held_ends_.clear();
  for (const auto* file : files) held_ends_[file->file_id] = end_of(*file);
  if (proof == nullptr) return false;
  present_file_ = proof->file_id;
  prove(proof->settled().first_missing(ledger_->start_offset), proof->records, now);
  return true;
}

bool DeliveryProof::judge_counted(std::uint64_t records, std::uint64_t acknowledged_offset, Time now) {
  if (!ledger_ || goal_ <= ledger_->start_offset || records == 0 || acknowledged_offset < goal_) return false;
  prove(acknowledged_offset, records, now);
  return true;
}

bool DeliveryProof::judge_accepted(std::uint64_t records, Time now) {
  if (!ledger_ || goal_ <= ledger_->start_offset) return false;
  prove(goal_, records, now);
  return true;
}

void DeliveryProof::prove(std::uint64_t end, std::uint64_t records, Time now) {
  if (pending_) latency_ms_ = std::chrono::duration<double, std::milli>(now - goal_since_).count();
  pending_ = false;
  proven_end_ = end;
  records_ = records;
  if (ledger_->last_newline_end > proven_end_) aim(now);
}

void DeliveryProof::doubt(Time now, std::chrono::milliseconds grace) {
  if (pending_ || !proven() || idle()) return;
  aim(now - kProofLimit + grace);
}

}  // namespace oc::control_plane
