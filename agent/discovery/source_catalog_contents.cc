// How the catalog judges files by what is in them.
#include <algorithm>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_layout.h"
#include "agent/discovery/line_ends.h"
#include "agent/discovery/source_catalog.h"
#include "base/log.h"

namespace oc::agent {
namespace {

// Each needs twice the bytes of the one before: 8 reach from one line to hundreds.
constexpr unsigned kMaxInferences = 8;

// File times are taken from the clock of the last timer interrupt: at most 10 ms old (CONFIG_HZ=100).
constexpr Nanos kKernelTick = 10'000'000;

}  // namespace

bool SourceCatalog::is_log(const SeenFile& file) {
  if (left_out_.contains(file.path)) return false;
  if (std::ranges::any_of(container_folders_, [&](const auto& folder) { return is_below(file.real, folder); })) {
    left_out_[file.path] = {LeftOut::kContainer, "the engine knows no container of it"};
    return false;
  }
  if (const auto found = verdicts_.find(file.stat.id); found != verdicts_.end()) {
    const Verdict& verdict = found->second;
    const bool same = verdict.file.reason == LeftOut::kUnreadable ? verdict.changed_ns == file.stat.changed_ns
                                                                  : verdict.size <= file.stat.size;
    if (same) {
      left_out_[file.path] = verdict.file;
      return false;
    }
    verdicts_.erase(found);
  }
  const ContentCheck& content = check(file.real, file.stat.id);
  if (!content.left_out) return true;
  verdicts_[file.stat.id] = {*content.left_out, file.stat.size, file.stat.changed_ns};
  left_out_[file.path] = *content.left_out;
  return false;
}

const ContentCheck& SourceCatalog::check(const std::string& path, const FileIdentity& id) {
  const auto found = checks_.find(id);
  return found != checks_.end() ? found->second : checks_.emplace(id, check_content(path, id)).first->second;
}

// The newest files first: they get what the total allows.
void SourceCatalog::decide_starts(const std::vector<std::string>& fresh, const FileGroups& groups) {
  std::vector<std::pair<const FileStat*, KnownSource*>> order;
  for (const auto& id : fresh) {
    KnownSource& source = table_.inventory().sources.at(id);
    order.emplace_back(&groups.at(source.file).stat, &source);
  }
  std::ranges::sort(order, [](const auto& left, const auto& right) {
    return left.first->modified_ns != right.first->modified_ns ? left.first->modified_ns > right.first->modified_ns
                                                               : left.second->path < right.second->path;
  });
  for (const auto& [stat, source] : order) {
    const ContentCheck& content = check(source->path, source->file);
    decide_start(*source, *stat, content);
    take_shape(*source, content, stat->size);
  }
}

void SourceCatalog::decide_start(KnownSource& source, const FileStat& stat, const ContentCheck& content) {
  Inventory& inventory = table_.inventory();
  // Later listings allow for the tick: a file made just after our start may bear a time just before it.
  const Nanos tick = first_listing_of_all_ ? 0 : kKernelTick;
  const bool was_there =
      stat.id.birth_ns != 0 ? stat.id.birth_ns + tick < inventory.first_started_ns : first_listing_of_all_;
  if (!was_there) return;
  const FirstRunPolicy policy{options_.backfill, options_.limits, clock_.wall_ns()};
  const auto fd = open_to_look_at(source.path);
  const auto now = fd ? stat_open_file(fd->get()) : Result<FileStat>(std::unexpected(fd.error()));
  if (!now || now->id != source.file) return;
  const auto offset_of_time = [&](Nanos not_before) -> std::optional<std::uint64_t> {
    return content.offset_of_time ? content.offset_of_time(not_before) : std::nullopt;
  };
  if (is_local_log(source.path)) {  // frames are not looked for by age: all of them, or none
    if (options_.backfill != contracts::Backfill::kNone) return;
    source.start_offset = source.skipped_bytes = last_frame_end(fd->get(), now->size).value_or(now->size);
    source.first_run = fmt::format("{} left out: backfill is none", human_bytes(source.start_offset));
    return;
  }
  const auto start = first_run_start(policy, fd->get(), *now, offset_of_time, inventory.backfill_left_bytes);
  if (!start) return log::warn("{}: read from its beginning: {}", source.path, start.error().text());
  source.start_offset = source.skipped_bytes = start->offset;
  source.first_run = start->text;
}

void SourceCatalog::take_shape(KnownSource& source, const ContentCheck& content, std::uint64_t size) {
  source.inferred_at_size = size;
  unsaved_ = true;
  if (!content.has_complete_line) return;
  ++source.inferences;
  source.shape = content.shape;
}

bool SourceCatalog::shape_is_due(const KnownSource& source, const contracts::LedgerEntry& entry) const {
  if (entry.size_bytes == 0 || source.inferences >= kMaxInferences) return false;
  const bool doubled = entry.size_bytes >= 2 * source.inferred_at_size;
  if (source.inferences == 0) return doubled || entry.last_newline_end > 0;
  return doubled && source.shape.confidence < kSureConfidence;
}

}  // namespace oc::agent
