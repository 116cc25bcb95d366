#include "stores/logs/store_state.h"

#include <algorithm>

namespace oc::stores {

namespace {

bool overlaps(const RowBounds& bounds, Nanos start_ns, Nanos end_ns) {
  return bounds.rows > 0 && bounds.last_ns >= start_ns && bounds.first_ns < end_ns;
}

// Calls visit(place) for what the head holds of streams that match, as far as it was known when that was found out.
template <typename Visit>
void each_place(const Head& head, const std::vector<bool>& matching, Nanos start_ns, Nanos end_ns, Visit&& visit) {
  for (const Head::Place& place : head.places())
    if (place.stream < matching.size() && matching[place.stream] && overlaps(place.bounds(), start_ns, end_ns))
      visit(place);
}

std::vector<bool> matching_streams(std::span<const StreamPtr> streams, StreamSelection& selection) {
  std::vector<bool> matching(streams.size());
  for (std::size_t i = 0; i < streams.size(); ++i) matching[i] = selection.matches(*streams[i]);
  return matching;
}

void add_part_blocks(const Part& part, StreamSelection& selection, Nanos start_ns, Nanos end_ns,
                     std::vector<ScanBlock>& out) {
  const std::vector<bool> matching = matching_streams(part.streams(), selection);
  std::vector<PartRun> wanted;
  for (const PartBlock& block : part.blocks()) {
    if (!overlaps(block.bounds, start_ns, end_ns)) continue;
    wanted.clear();
    for (const PartRun& run : part.runs_of(block))
      if (matching[run.stream] && overlaps(run.bounds(), start_ns, end_ns)) wanted.push_back(run);
    if (wanted.empty()) continue;
    ScanBlock& found = out.emplace_back(ScanBlock{.bounds = bounds_of(wanted), .part = &part, .in_part = &block});
    if (wanted.size() < block.runs) found.some = wanted;
  }
}

// Those with a row in the time, each the first time it is met.
void add_part_streams(const Part& part, StreamSelection& selection, Nanos start_ns, Nanos end_ns,
                      std::vector<StreamPtr>& out) {
  const std::vector<bool> matching = matching_streams(part.streams(), selection);
  for (const PartBlock& block : part.blocks()) {
    if (!overlaps(block.bounds, start_ns, end_ns)) continue;
    for (const PartRun& run : part.runs_of(block)) {
      const StreamPtr& stream = part.streams()[run.stream];
      if (matching[run.stream] && overlaps(run.bounds(), start_ns, end_ns) && selection.is_new(*stream))
        out.push_back(stream);
    }
  }
}

}  // namespace

void StoreState::set_ranges(RangeMemory ranges) {
  std::lock_guard lock(mutex_);
  ranges_ = std::move(ranges);
}

void StoreState::apply(const std::vector<Committed>& group) {
  std::lock_guard lock(mutex_);
  for (const Committed& committed : group) {
    active_->add(committed);
    for (const FileDelivery& delivery : committed.record.deliveries) ranges_.add(delivery);
  }
}

std::shared_ptr<const SealingHead> StoreState::start_sealing(std::uint64_t part_id, std::uint64_t first_wal_after,
                                                             std::uint64_t next_arrival) {
  std::lock_guard lock(mutex_);
  sealing_ = std::make_shared<const SealingHead>(
      SealingHead{std::exchange(active_, std::make_shared<Head>()), ranges_, part_id, first_wal_after, next_arrival});
  return sealing_;
}

std::shared_ptr<const SealingHead> StoreState::sealing() const {
  std::lock_guard lock(mutex_);
  return sealing_;
}

void StoreState::finish_sealing(std::shared_ptr<const Part> part) {
  std::lock_guard lock(mutex_);
  if (part) parts_.push_back(std::move(part));
  sealing_.reset();
}

void StoreState::add_parts(const std::vector<std::shared_ptr<const Part>>& parts) {
  std::lock_guard lock(mutex_);
  parts_.insert(parts_.end(), parts.begin(), parts.end());
}

void StoreState::replace_parts(const std::vector<std::uint64_t>& ids, std::shared_ptr<const Part> merged) {
  std::lock_guard lock(mutex_);
  std::erase_if(parts_, [&](const auto& part) { return std::ranges::find(ids, part->id()) != ids.end(); });
  if (merged) parts_.push_back(std::move(merged));
}

std::vector<std::shared_ptr<const Part>> StoreState::parts() const {
  std::lock_guard lock(mutex_);
  return parts_;
}

std::size_t StoreState::head_bytes() const {
  std::lock_guard lock(mutex_);
  return active_->memory_bytes();
}

RangeMemory::Known StoreState::known(const FileKey& file, contracts::ByteRange window) const {
  std::lock_guard lock(mutex_);
  return ranges_.find(file, window);
}

std::vector<contracts::Watermark> StoreState::watermarks(const std::string& tenant,
                                                         std::span<const std::string> sources) const {
  std::lock_guard lock(mutex_);
  return ranges_.watermarks(tenant, sources);
}

std::size_t StoreState::forget_files_untouched_since(Nanos wall_ns) {
  std::lock_guard lock(mutex_);
  return ranges_.forget_untouched_since(wall_ns);
}

std::size_t StoreState::remembered_files() const {
  std::lock_guard lock(mutex_);
  return ranges_.files();
}

// Matching may run regular expressions, so it happens outside the lock: appends never wait for it. A stream or a head
// that is born meanwhile was not acknowledged before the call.
std::vector<StoreState::HeadMatches> StoreState::match_heads(StreamSelection& selection) const {
  std::vector<HeadMatches> heads;
  std::vector<StreamPtr> active;  // a copy, as it grows
  {
    std::lock_guard lock(mutex_);
    heads.push_back({active_, {}});
    active = active_->streams();
    if (sealing_) heads.push_back({sealing_->head, {}});
  }
  for (HeadMatches& head : heads)
    head.matching = matching_streams(&head == &heads.front() ? active : head.head->streams(), selection);
  return heads;
}

bool StoreState::is_head(const std::shared_ptr<const Head>& head) const {
  return head == active_ || (sealing_ && head == sealing_->head);
}

ScanBlocks StoreState::blocks(const query::CompiledMatchers& matchers, Nanos start_ns, Nanos end_ns) const {
  StreamSelection selection(matchers);
  const std::vector<HeadMatches> heads = match_heads(selection);
  ScanBlocks found;
  std::vector<std::shared_ptr<const Part>> parts;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [head, matching] : heads) {
      if (!is_head(head)) continue;
      found.owners.push_back(head);
      each_place(*head, matching, start_ns, end_ns, [&](const Head::Place& place) {
        found.blocks.push_back(
            {.bounds = place.bounds(), .stream = head->streams()[place.stream].get(), .in_head = &place});
      });
    }
    parts = parts_;
  }
  for (const auto& part : parts) add_part_blocks(*part, selection, start_ns, end_ns, found.blocks);
  found.owners.insert(found.owners.end(), parts.begin(), parts.end());
  return found;
}

std::vector<StreamPtr> StoreState::streams(const query::CompiledMatchers& matchers, Nanos start_ns,
                                           Nanos end_ns) const {
  StreamSelection selection(matchers);
  const std::vector<HeadMatches> heads = match_heads(selection);
  std::vector<StreamPtr> found;
  std::vector<std::shared_ptr<const Part>> parts;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [head, matching] : heads) {
      if (!is_head(head)) continue;
      each_place(*head, matching, start_ns, end_ns, [&](const Head::Place& place) {
        const StreamPtr& stream = head->streams()[place.stream];
        if (selection.is_new(*stream)) found.push_back(stream);
      });
    }
    parts = parts_;
  }
  for (const auto& part : parts) add_part_streams(*part, selection, start_ns, end_ns, found);
  return found;
}

}  // namespace oc::stores
