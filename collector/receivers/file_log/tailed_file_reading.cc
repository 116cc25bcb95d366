// How a file's bytes become batches.
#include <algorithm>
#include <limits>
#include <utility>

#include <simdjson.h>
#include <unistd.h>

#include "collector/receivers/file_log/frame_splitter.h"
#include "collector/receivers/file_log/tailed_file.h"
#include "collector/receivers/file_log/text_decoder.h"

namespace oc::collector {

using contracts::ByteRange;

namespace {

// A shorter rest of a block is left alone: reads would become small.
constexpr std::size_t kLeastSpaceBytes = kBlockBytes / 4;
// Most lines are longer than this; the guess only spares growing the list of records.
constexpr std::size_t kExpectedLineBytes = 100;

struct DecodedMemory {
  std::shared_ptr<const void> bytes;
  Arena text;
};

// A record that is cut for its length may begin or end within a character.
bool cuts_characters(const std::vector<contracts::otlp::LogRecordView>& records, const LineRules& rules) {
  const auto longest = std::min(rules.max_line_bytes, rules.kept_bytes);
  return std::ranges::any_of(records, [&](const auto& record) { return record.body.size() >= longest; });
}

// White space is cut here where the bytes could not tell it; what has nothing else is no record.
void decode(LogBatch& batch, const std::string& encoding, const LineRules& rules) {
  auto memory = std::make_shared<DecodedMemory>(DecodedMemory{batch.memory, {}});
  auto decoder = TextDecoder::open(encoding);
  if (!decoder) return;  // it was there when the config was read
  for (auto& record : batch.records) record.body = trim_line(decoder->decode(record.body, memory->text), rules);
  if (!rules.keeps_empty) std::erase_if(batch.records, [](const auto& record) { return record.body.empty(); });
  batch.added_bytes = memory->text.bytes();
  batch.memory = std::move(memory);
}

}  // namespace

ReadBuffer::Space ReadBuffer::space(std::size_t wanted) {
  if (wanted > kBlockBytes) {
    auto block = pool_.take(wanted);
    return {block, block->data(), block->capacity()};
  }
  if (!block_ || block_->capacity() - used_ < std::max(wanted, kLeastSpaceBytes)) {
    block_ = pool_.take();
    used_ = 0;
  }
  return {block_, block_->data() + used_, block_->capacity() - used_};
}

// From the first byte not held to the next that is.
ByteRange TailedFile::next_range() const {
  const std::uint64_t start = held_.first_missing(position_);
  const auto next = std::ranges::find_if(held_.ranges(), [&](const ByteRange& range) { return range.start > start; });
  return {start, next == held_.ranges().end() ? std::numeric_limits<std::int64_t>::max() : next->start};
}

std::optional<std::string_view> TailedFile::verified(std::string_view bytes, std::uint64_t overlap) const {
  if (bytes.size() < overlap) return std::nullopt;
  if (tail_hash_ && content_hash(bytes.substr(0, overlap)) != *tail_hash_) return std::nullopt;
  return bytes.substr(overlap);
}

ssize_t TailedFile::read_at(char* out, std::size_t size, std::uint64_t offset) {
  if (!unzipped) return ::pread(fd.get(), out, size, static_cast<off_t>(offset));
  const auto status = status_of_descriptor(fd.get());
  if (status) zipped_size = status->size;
  return unzipped->read_at(fd.get(), out, size, offset);
}

TailedFile::Read TailedFile::read(ReadBuffer& buffer, const LineRules& rules, Framing framing,
                                  const std::string& encoding) {
  const ByteRange range = next_range();
  Read result{.wide = wide_reads_, .unfinished_end = unfinished_end_, .unfinished_since = unfinished_since};
  waits_for_more_ = false;
  if (range.start != position_) {
    tail_hash_.reset();
    records_.reset();
  }
  position_ = range.start;
  if (!rules.keeps_empty) records_.reset();  // nobody counts: a later config begins anew
  if (rules.keeps_empty && !records_) count_records(rules);
  const std::uint64_t overlap = std::min(position_, kTailBytes);
  const auto space = buffer.space(wide_reads_ ? rules.max_line_bytes + 1 + overlap : 0);
  const std::size_t wanted = std::min<std::uint64_t>(space.size, range.end - position_ + overlap);
  const auto got = read_at(space.data, wanted, position_ - overlap);
  if (got < 0) return {.outcome = ReadOutcome::kFailed};
  const std::string_view seen(space.data, static_cast<std::size_t>(got));
  const auto bytes = verified(seen, overlap);
  if (!bytes) return {.outcome = ReadOutcome::kReplaced};

  auto batch = std::make_shared<LogBatch>();
  batch->records.reserve(bytes->size() / kExpectedLineBytes + 1);
  std::vector<std::uint64_t> cuts = cuts_;
  // What the sink holds begins at the beginning of a record.
  if (position_ + bytes->size() == range.end) cuts.insert(std::ranges::upper_bound(cuts, range.end), range.end);
  const auto split = framing == Framing::kDockerLocal ? &split_frames : &split_lines;
  const auto taken = split(*bytes, position_, rules, cuts, batch->records);
  const bool filled = seen.size() == wanted;
  const bool was_wide = std::exchange(wide_reads_, filled && taken == 0 && !wide_reads_);
  const auto end_seen = position_ + bytes->size();
  if (const auto unfinished = filled || taken == bytes->size() ? 0 : end_seen; unfinished != unfinished_end_) {
    unfinished_end_ = unfinished;
    unfinished_since = std::chrono::steady_clock::now();
  }
  result.outcome = filled && (taken > 0 || !was_wide) ? ReadOutcome::kMore : ReadOutcome::kAtEnd;
  if (taken == 0) return result;

  if (space.size <= kBlockBytes) buffer.commit(overlap + taken);
  batch->stream = stream;
  batch->memory = space.block;
  batch->range = {position_, position_ + taken};
  // Never before what was read earlier, also when the wall clock goes back: a store sorts by it.
  batch->observed_ns = std::max(system_clock().wall_ns(), next_observed_ns_);
  next_observed_ns_ = batch->observed_ns + static_cast<Nanos>(batch->records.size());
  // Frames are no text: their operator makes valid text of each.
  batch->valid_utf8 =
      framing == Framing::kDockerLocal || !encoding.empty() || simdjson::validate_utf8(bytes->data(), taken);
  if (batch->valid_utf8 && encoding.empty()) batch->valid_utf8 = !cuts_characters(batch->records, rules);
  if (!encoding.empty()) decode(*batch, encoding, rules);
  batch->listener = listener;
  position_ += taken;
  const std::uint64_t tail = std::min(position_, kTailBytes);
  tail_hash_ = content_hash(seen.substr(overlap + taken - tail, tail));
  if (rules.keeps_empty) {
    result.records_before = *records_;
    for (const auto& record : batch->records) result.beginnings.push_back(record.offset);
    *records_ += batch->records.size();
  }
  tails_[position_] = {*tail_hash_, records_};
  last_growth = std::chrono::steady_clock::now();
  result.ends = std::move(cuts);
  result.batch = std::move(batch);
  result.seen = seen;
  result.seen_from = range.start - overlap;
  result.start = range.start;
  result.filled = filled;
  return result;
}

// By reading all that stands before: where the number went with a checkpoint, or was never needed before.
void TailedFile::count_records(const LineRules& rules) {
  records_ = 0;
  std::string bytes(kBlockBytes, '\0');
  std::vector<contracts::otlp::LogRecordView> records;
  for (std::uint64_t done = 0; done < position_;) {
    const auto wanted = std::min<std::uint64_t>(bytes.size(), position_ - done);
    const auto got = read_at(bytes.data(), wanted, done);
    if (got <= 0) return;
    records.clear();
    const auto taken = split_lines({bytes.data(), static_cast<std::size_t>(got)}, done, rules, {}, records);
    *records_ += records.size();
    if (taken == 0 && bytes.size() > rules.max_line_bytes) return;
    if (taken == 0) bytes.resize(bytes.size() * 2);
    done += taken;
  }
}

bool TailedFile::give_back(const Read& read, std::uint64_t offset) {
  const std::uint64_t end = std::exchange(position_, offset);
  tails_.erase(end);
  const std::uint64_t tail = std::min(offset, kTailBytes);
  tail_hash_ = content_hash(read.seen.substr(offset - tail - read.seen_from, tail));
  const bool nothing_left = offset == read.start;
  if (records_) {
    const auto back = std::ranges::lower_bound(read.beginnings, offset);
    *records_ -= static_cast<std::uint64_t>(read.beginnings.end() - back);
  }
  if (!nothing_left) tails_[offset] = {*tail_hash_, records_};
  waits_for_more_ = true;
  if (read.filled) {
    wide_reads_ = nothing_left && !read.wide;
    unfinished_end_ = nothing_left && read.wide ? end : 0;
    return unfinished_end_ == 0;
  }
  unfinished_end_ = read.seen_from + read.seen.size();
  unfinished_since = unfinished_end_ == read.unfinished_end ? read.unfinished_since : std::chrono::steady_clock::now();
  return true;
}

}  // namespace oc::collector
