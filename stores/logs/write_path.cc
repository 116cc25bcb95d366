#include "stores/logs/write_path.h"

#include <malloc.h>

#include "base/log.h"
#include "stores/logs/encoding.h"
#include "stores/logs/seal.h"

namespace oc::stores {

namespace {
constexpr std::chrono::seconds kSealRetryDelay{1};
constexpr std::size_t kShareOfBusyHead = 8;  // of a head, filled while the one before was sealed
}  // namespace

WritePath::WritePath(const LogStoreOptions& options, Parts parts, const Recovered& recovered)
    : options_(options),
      parts_(parts),
      next_arrival_(recovered.next_arrival),
      head_has_frames_(recovered.replayed_frames > 0),
      oldest_wal_(parts.manifest.current().first_wal),
      next_file_id_(recovered.next_file_id) {}

WritePath::~WritePath() {
  if (commits_) commits_->stop();
  if (wal_)
    if (auto sealed = seal_all(); !sealed) log::warn("not sealed, the WAL is kept: {}", sealed.error().text());
  sealer_.request_stop();
  wake_waiters();
}

Status WritePath::start() {
  OC_TRY_ASSIGN(wal_, WalWriter::create(parts_.files, options_.directory / wal_name(take_file_id())));
  commits_ = std::make_unique<GroupCommit>([this](auto group) { return commit_group(group); });
  if (options_.background) sealer_ = std::jthread([this](std::stop_token stop) { seal_in_background(stop); });
  return {};
}

std::uint64_t WritePath::take_file_id() {
  std::lock_guard lock(id_mutex_);
  return next_file_id_++;
}

Status WritePath::append(std::string record) {
  PendingAppend append;
  append.record = std::move(record);
  append.record_checksum = checksum(append.record);
  return commits_->commit(append);
}

Status WritePath::commit_group(std::span<PendingAppend* const> group) {
  std::lock_guard lock(wal_mutex_);
  OC_TRY(make_room());
  std::vector<Committed> committed;
  std::vector<WalFrame> frames;
  std::uint64_t arrival = next_arrival_;
  for (PendingAppend* append : group) {
    OC_TRY_ASSIGN(Committed one, Committed::decode(std::move(append->record), arrival, parts_.registry));
    frames.push_back({arrival, *one.bytes, append->record_checksum});
    arrival += one.record.rows;
    committed.push_back(std::move(one));
  }
  OC_TRY(wal_->commit(frames));
  next_arrival_ = arrival;
  head_has_frames_ = true;
  apply(std::move(committed));
  return {};
}

void WritePath::apply(std::vector<Committed> group) {
  parts_.state.apply(group);
  parts_.metrics.head_bytes->set(static_cast<double>(parts_.state.head_bytes()));
  if (parts_.tails.empty()) return;
  for (const Committed& one : group)
    for (std::size_t i = 0; i < one.streams.size(); ++i)
      parts_.tails.publish(*one.streams[i], one.record.streams[i].block, one.first_arrival);
}

Status WritePath::make_room() {
  if (parts_.state.head_bytes() < options_.head_bytes) return {};
  OC_TRY(wait_until_sealed());
  return rotate();
}

Status WritePath::wait_until_sealed() {
  if (!options_.background) {
    const auto sealing = parts_.state.sealing();
    return sealing ? seal_once(*sealing) : Status();
  }
  std::unique_lock lock(seal_mutex_);
  seal_changed_.wait(lock, [&] { return !parts_.state.sealing() || seal_error_; });
  if (!parts_.state.sealing()) return {};
  return in_context(*seal_error_, "rows cannot be written as a part");
}

Status WritePath::rotate() {
  const std::uint64_t wal = take_file_id();
  OC_TRY_ASSIGN(auto writer, WalWriter::create(parts_.files, options_.directory / wal_name(wal)));
  wal_ = std::move(writer);
  head_has_frames_ = false;
  const auto sealing = parts_.state.start_sealing(take_file_id(), wal, next_arrival_);
  if (!options_.background) return seal_once(*sealing);
  std::lock_guard lock(seal_mutex_);
  seal_changed_.notify_all();
  return {};
}

Status WritePath::seal_all() {
  std::lock_guard lock(wal_mutex_);
  OC_TRY(wait_until_sealed());
  if (head_has_frames_) OC_TRY(rotate());
  return wait_until_sealed();
}

bool WritePath::wait_for_seal(std::chrono::milliseconds timeout) {
  std::unique_lock lock(seal_mutex_);
  const std::uint64_t before = seals_done_;
  seal_changed_.wait_for(lock, timeout, [&] { return stopping_ || seals_done_ != before; });
  return seals_done_ != before;
}

void WritePath::wake_waiters() {
  std::lock_guard lock(seal_mutex_);
  stopping_ = true;
  seal_changed_.notify_all();
}

void WritePath::seal_in_background(std::stop_token stop) {
  std::unique_lock lock(seal_mutex_);
  const auto stopped = [&] { return stopping_ || stop.stop_requested(); };
  while (true) {
    seal_changed_.wait(lock, [&] { return stop.stop_requested() || parts_.state.sealing(); });
    const auto sealing = parts_.state.sealing();
    if (stop.stop_requested() || !sealing) return;
    lock.unlock();
    const Status sealed = seal_once(*sealing);
    lock.lock();
    seal_error_ = sealed ? std::nullopt : std::optional(sealed.error());
    if (sealed) ++seals_done_;
    seal_changed_.notify_all();
    if (sealed) continue;
    log::error("sealing failed, trying again: {}", sealed.error().text());
    seal_changed_.wait_for(lock, kSealRetryDelay, stopped);
  }
}

Status WritePath::seal_once(const SealingHead& sealing) {
  const auto attempt = [&]() -> Status {
    if (sealing.head->rows() == 0) {
      OC_TRY(record_seal(sealing, std::nullopt));
      parts_.state.finish_sealing(nullptr);
      return {};
    }
    // The same name at each attempt: a manifest that may have reached the disk already stays true.
    const auto path = options_.directory / part_name(sealing.part_id);
    OC_TRY_ASSIGN(const PartSummary summary,
                  write_head_as_part(parts_.files, path, *sealing.head, options_.block_bytes));
    OC_TRY_ASSIGN(auto part, Part::open(parts_.files, path, sealing.part_id, parts_.registry));
    OC_TRY(record_seal(sealing, PartEntry{sealing.part_id, summary, parts_.clock.wall_ns()}));
    parts_.state.finish_sealing(std::move(part));
    return {};
  };
  const std::uint64_t first_wal = sealing.first_wal_after;
  if (auto sealed = attempt(); !sealed) {
    parts_.metrics.failed_seals->add();
    return sealed;
  }
  parts_.metrics.seals->add();
  remove_superseded_wals(first_wal);
  return {};
}

Status WritePath::record_seal(const SealingHead& sealing, const std::optional<PartEntry>& part) {
  return parts_.manifest.update([&](Manifest& manifest) {
    if (part) manifest.parts.push_back(*part);
    manifest.next_file_id = std::max(manifest.next_file_id, sealing.part_id + 1);
    manifest.first_wal = sealing.first_wal_after;
    manifest.next_arrival = sealing.next_arrival;
    manifest.ranges = sealing.ranges;
  });
}

void WritePath::remove_superseded_wals(std::uint64_t first_wal) {
  for (; oldest_wal_ < first_wal; ++oldest_wal_) {
    const auto path = options_.directory / wal_name(oldest_wal_);
    if (auto removed = parts_.files.remove(path); !removed)
      log::warn("a superseded WAL stays until the next start: {}", removed.error().text());
  }
  // The sealed head's memory goes back to the system, unless the next one is filling so fast that it takes it at once.
  if (parts_.state.head_bytes() < options_.head_bytes / kShareOfBusyHead) ::malloc_trim(0);
}

}  // namespace oc::stores
