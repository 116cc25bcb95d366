#include "stores/logs/maintenance.h"

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "stores/logs/merge.h"
#include "stores/logs/retention.h"

namespace oc::stores {

namespace {
// A collector that has not sent anything of a file for so long does not come back to it (contracts/delivery).
constexpr std::chrono::hours kRememberFilesFor{30 * 24};
}  // namespace

Status Maintenance::run(std::stop_token stop) {
  OC_TRY(apply_retention());
  parts_.state.forget_files_untouched_since(parts_.clock.wall_ns() -
                                            std::chrono::nanoseconds(kRememberFilesFor).count());
  while (!stop.stop_requested()) {
    OC_TRY_ASSIGN(const bool merged, merge_once(stop));
    if (!merged) break;
  }
  update_gauges();
  return {};
}

Status Maintenance::apply_retention() {
  OC_TRY_ASSIGN(const DiskSpace space, parts_.files.space(options_.directory));
  const auto limits = retention_limits(options_.retention_time, options_.retention_bytes, space.total_bytes);
  const auto expired = expired_parts(parts_.manifest.current().parts, limits, parts_.clock.wall_ns());
  if (expired.empty()) return {};
  OC_TRY(parts_.manifest.update([&](Manifest& manifest) {
    std::erase_if(manifest.parts,
                  [&](const auto& part) { return std::ranges::find(expired, part.id) != expired.end(); });
  }));
  parts_.state.replace_parts(expired, nullptr);
  remove_part_files(expired);
  parts_.registry.drop_unused();  // nothing but the end of rows leaves a stream without any
  parts_.metrics.expired_parts->add(expired.size());
  log::info("retention: {} parts deleted", expired.size());
  return {};
}

std::vector<PartEntry> Maintenance::mergeable_parts() const {
  std::set<std::uint64_t> open;
  for (const auto& part : parts_.state.parts()) open.insert(part->id());
  auto parts = parts_.manifest.current().parts;
  std::erase_if(parts, [&](const auto& part) { return !open.contains(part.id) || unmergeable_.contains(part.id); });
  return parts;
}

Result<bool> Maintenance::merge_once(std::stop_token stop) {
  const auto entries = mergeable_parts();
  const auto ids = choose_merge(entries);
  if (ids.empty()) return false;
  std::vector<std::shared_ptr<const Part>> inputs;
  for (const auto& part : parts_.state.parts())
    if (std::ranges::find(ids, part->id()) != ids.end()) inputs.push_back(part);
  PartEntry merged{.id = parts_.take_file_id(), .summary = {}, .written_ns = 0};
  for (const PartEntry& entry : entries)
    if (std::ranges::find(ids, entry.id) != ids.end())
      merged.written_ns = std::max(merged.written_ns, entry.written_ns);
  const auto path = options_.directory / part_name(merged.id);
  auto summary = merge_parts(parts_.files, path, inputs, options_.block_bytes, stop);
  if (!summary && summary.error().retryable()) return std::unexpected(std::move(summary).error());
  if (!summary) {
    unmergeable_.insert(ids.begin(), ids.end());
    log::error("parts are left unmerged: {}", summary.error().text());
    return true;
  }
  merged.summary = *summary;
  OC_TRY_ASSIGN(auto part, Part::open(parts_.files, path, merged.id, parts_.registry));
  OC_TRY(record_merge(ids, &merged, stop));
  parts_.state.replace_parts(ids, std::move(part));
  remove_part_files(ids);
  parts_.metrics.merges->add();
  return true;
}

// A failed update may have reached the disk, so the merged file must stay; it is recorded again rather than made again.
Status Maintenance::record_merge(const std::vector<std::uint64_t>& ids, const PartEntry* merged, std::stop_token stop) {
  while (true) {
    const Status recorded = parts_.manifest.update([&](Manifest& manifest) {
      std::erase_if(manifest.parts, [&](const auto& part) { return std::ranges::find(ids, part.id) != ids.end(); });
      if (merged == nullptr) return;
      manifest.parts.push_back(*merged);
      manifest.next_file_id = std::max(manifest.next_file_id, merged->id + 1);
    });
    if (recorded || !options_.background || stop.stop_requested()) return recorded;
    log::error("a merge cannot be recorded, trying again: {}", recorded.error().text());
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

Result<std::uint64_t> Maintenance::remove_rows(const RowRemoval& removal, std::stop_token stop) {
  const auto is_concerned = [&](const Part& part) {
    return std::ranges::any_of(part.runs(), [&](const PartRun& run) {
      return removal.concerns(*part.streams()[run.stream], run.first_ns, run.last_ns);
    });
  };
  std::uint64_t removed = 0;
  for (const auto& part : parts_.state.parts()) {
    if (!is_concerned(*part)) continue;
    OC_TRY_ASSIGN(const auto rows, rewrite_without(part, removal, stop));
    removed += rows;
  }
  if (removed > 0) parts_.registry.drop_unused();
  update_gauges();
  return removed;
}

Result<std::uint64_t> Maintenance::rewrite_without(const std::shared_ptr<const Part>& part, const RowRemoval& removal,
                                                   std::stop_token stop) {
  const auto entries = parts_.manifest.current().parts;
  const auto entry = std::ranges::find(entries, part->id(), &PartEntry::id);
  if (entry == entries.end()) return 0;
  PartEntry rewritten{.id = parts_.take_file_id(), .summary = {}, .written_ns = entry->written_ns};
  const auto path = options_.directory / part_name(rewritten.id);
  OC_TRY_ASSIGN(rewritten.summary, merge_parts(parts_.files, path, {&part, 1}, options_.block_bytes, stop, &removal));
  const auto left = rewritten.summary.bounds.rows;
  if (left == entry->summary.bounds.rows || left == 0) remove_part_files({rewritten.id});
  if (left == entry->summary.bounds.rows) return 0;
  std::shared_ptr<const Part> opened;
  if (left > 0) {
    OC_TRY_ASSIGN(opened, Part::open(parts_.files, path, rewritten.id, parts_.registry));
  }
  OC_TRY(record_merge({part->id()}, left > 0 ? &rewritten : nullptr, stop));
  parts_.state.replace_parts({part->id()}, std::move(opened));
  remove_part_files({part->id()});
  return entry->summary.bounds.rows - left;
}

void Maintenance::remove_part_files(const std::vector<std::uint64_t>& ids) {
  for (const std::uint64_t id : ids)
    if (auto removed = parts_.files.remove(options_.directory / part_name(id)); !removed)
      log::warn("a superseded part stays until the next start: {}", removed.error().text());
}

void Maintenance::update_gauges() {
  const Manifest manifest = parts_.manifest.current();
  std::uint64_t bytes = 0;
  for (const PartEntry& part : manifest.parts) bytes += part.summary.file_bytes;
  parts_.metrics.parts->set(static_cast<double>(manifest.parts.size()));
  parts_.metrics.part_bytes->set(static_cast<double>(bytes));
  parts_.metrics.streams->set(static_cast<double>(parts_.registry.size()));
  parts_.metrics.remembered_files->set(static_cast<double>(parts_.state.remembered_files()));
}

}  // namespace oc::stores
