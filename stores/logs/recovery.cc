#include "stores/logs/recovery.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "stores/logs/wal.h"

namespace oc::stores {

namespace fs = std::filesystem;

namespace {

class Recovery {
 public:
  Recovery(FileSystem& files, const fs::path& directory, const Manifest& manifest, StreamRegistry& registry,
           StoreState& state, StoreMetrics& metrics, DamageReport& damage)
      : files_(files),
        directory_(directory),
        manifest_(manifest),
        registry_(registry),
        state_(state),
        metrics_(metrics),
        damage_(damage) {}

  Result<Recovered> run();

 private:
  Result<std::vector<std::uint64_t>> remove_leftovers();  // the WAL files to replay, in order
  Status open_parts();
  Status replay(std::uint64_t wal);
  void replay_frame(const WalFrame& frame, const std::string& name);

  FileSystem& files_;
  const fs::path& directory_;
  const Manifest& manifest_;
  StreamRegistry& registry_;
  StoreState& state_;
  StoreMetrics& metrics_;
  DamageReport& damage_;
  Recovered recovered_;
};

Result<Recovered> Recovery::run() {
  recovered_.next_file_id = manifest_.next_file_id;
  recovered_.next_arrival = manifest_.next_arrival;
  OC_TRY_ASSIGN(const std::vector<std::uint64_t> wals, remove_leftovers());
  OC_TRY(open_parts());
  state_.set_ranges(manifest_.ranges);
  for (const std::uint64_t wal : wals) OC_TRY(replay(wal));
  return recovered_;
}

Result<std::vector<std::uint64_t>> Recovery::remove_leftovers() {
  std::vector<std::uint64_t> wals;
  OC_TRY_ASSIGN(const std::vector<std::string> names, files_.list(directory_));
  for (const std::string& name : names) {
    const auto wal = wal_id(name), part = part_id(name);
    if (wal || part) recovered_.next_file_id = std::max(recovered_.next_file_id, wal.value_or(part.value_or(0)) + 1);
    if (wal && *wal >= manifest_.first_wal) {
      wals.push_back(*wal);
      continue;
    }
    const bool known = part && std::ranges::find(manifest_.parts, *part, &PartEntry::id) != manifest_.parts.end();
    // Only names of ours: a file that somebody put here is not ours to delete.
    if (!known && (wal || part || name.ends_with(".tmp"))) OC_TRY(files_.remove(directory_ / name));
  }
  std::ranges::sort(wals);
  return wals;
}

Status Recovery::open_parts() {
  std::vector<std::shared_ptr<const Part>> parts;
  for (const PartEntry& entry : manifest_.parts) {
    auto part = Part::open(files_, directory_ / part_name(entry.id), entry.id, registry_);
    if (part) {
      parts.push_back(std::move(*part));
      continue;
    }
    if (part.error().retryable()) return std::unexpected(std::move(part).error());
    damage_.block(part.error());
  }
  state_.add_parts(parts);
  return {};
}

void Recovery::replay_frame(const WalFrame& frame, const std::string& name) {
  auto committed = Committed::decode(std::string(frame.record), frame.first_arrival, registry_);
  if (!committed) {
    metrics_.damaged_frames->add();
    log::error("{}: a frame was left out: {}", name, committed.error().text());
    return;
  }
  recovered_.next_arrival = std::max(recovered_.next_arrival, frame.first_arrival + committed->record.rows);
  ++recovered_.replayed_frames;
  state_.apply({std::move(*committed)});
}

Status Recovery::replay(std::uint64_t wal) {
  const std::string name = wal_name(wal);
  OC_TRY_ASSIGN(const WalReplay replay,
                replay_wal(files_, directory_ / name, [&](const WalFrame& frame) { replay_frame(frame, name); }));
  if (replay.damaged_frames > 0) {
    metrics_.damaged_frames->add(replay.damaged_frames);
    log::error("{}: {} damaged places were left out, the {} whole frames are served", name, replay.damaged_frames,
               replay.frames);
  }
  if (replay.torn_bytes > 0)
    log::warn("{}: {} bytes of a write that was never acknowledged were cut off", name, replay.torn_bytes);
  return {};
}

}  // namespace

Result<Recovered> recover(FileSystem& files, const fs::path& directory, const Manifest& manifest,
                          StreamRegistry& registry, StoreState& state, StoreMetrics& metrics, DamageReport& damage) {
  return Recovery(files, directory, manifest, registry, state, metrics, damage).run();
}

}  // namespace oc::stores
