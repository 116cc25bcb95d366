#include "agent/discovery/ledger.h"

#include <algorithm>

#include "agent/discovery/docker/engine_layout.h"
#include "agent/discovery/line_ends.h"

namespace oc::agent {
namespace {

// An unfinished line longer than this leaves the ledger where it was: less is called due, never more.
constexpr std::uint64_t kTailBytes = 64 << 10;
// At first sight there is no earlier figure to keep.
constexpr std::uint64_t kFirstTailBytes = 16 << 20;

Result<std::optional<std::uint64_t>> last_end(const KnownSource& source, int fd, std::uint64_t from, std::uint64_t to,
                                              std::uint64_t limit) {
  if (is_local_log(source.path)) return last_frame_end(fd, to);
  return last_line_end(fd, from, to, limit);
}

}  // namespace

bool Ledger::is_stale(const std::string& source_id, const FileStat& stat) const {
  const auto found = seen_.find(source_id);
  return found == seen_.end() || found->second.file != stat.id || found->second.entry.size_bytes != stat.size ||
         found->second.modified_ns != stat.modified_ns;
}

const contracts::LedgerEntry* Ledger::last(const std::string& source_id) const {
  const auto found = seen_.find(source_id);
  return found == seen_.end() ? nullptr : &found->second.entry;
}

const contracts::LedgerEntry& Ledger::never_seen(const KnownSource& source, Nanos wall_ns) {
  return (seen_[source.id] = {source.file, 0, {source.id, 0, 0, 0, wall_ns}}).entry;
}

// A container's log is kept open: its last lines are there to be counted when the container and its file are gone.
Result<std::shared_ptr<const UniqueFd>> Ledger::open(const KnownSource& source) {
  const auto kept = kept_open_.find(source.id);
  if (kept != kept_open_.end() && kept->second.first == source.file) return kept->second.second;
  OC_TRY_ASSIGN(UniqueFd fd, open_to_look_at(source.path));
  auto shared = std::make_shared<const UniqueFd>(std::move(fd));
  const auto stat = stat_open_file(shared->get());
  if (is_of_container(source.said) && stat && stat->id == source.file) kept_open_[source.id] = {source.file, shared};
  return shared;
}

Result<std::optional<LedgerObservation>> Ledger::observe(const KnownSource& source, Nanos wall_ns) {
  OC_TRY_ASSIGN(const auto opened, open(source));
  const int fd = opened->get();
  OC_TRY_ASSIGN(const FileStat stat, stat_open_file(fd));
  if (stat.id != source.file || !is_stale(source.id, stat)) return std::nullopt;
  const auto found = seen_.find(source.id);
  const bool known = found != seen_.end() && found->second.file == stat.id;
  const bool truncated = stat.size < (known ? found->second.entry.size_bytes : source.start_offset);
  const bool continues = known && !truncated;
  const std::uint64_t from = continues ? found->second.entry.last_newline_end : 0;
  OC_TRY_ASSIGN(const auto end, last_end(source, fd, from, stat.size, continues ? kTailBytes : kFirstTailBytes));
  LedgerObservation out;
  out.entry = {source.id, stat.size, truncated ? 0 : source.start_offset, end.value_or(from), wall_ns};
  out.truncated = truncated;
  seen_[source.id] = {stat.id, stat.modified_ns, out.entry};
  return out;
}

}  // namespace oc::agent
