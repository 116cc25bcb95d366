// One generation of one file: which bytes are read, on their way, and delivered. Used from the read loop's thread only.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "collector/pipeline/batch.h"
#include "collector/pipeline/block.h"
#include "collector/receivers/file_log/checkpoint.h"
#include "collector/receivers/file_log/file_header.h"
#include "collector/receivers/file_log/file_identity.h"
#include "collector/receivers/file_log/line_splitter.h"
#include "collector/receivers/file_log/unzipped_file.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

using SteadyTime = std::chrono::steady_clock::time_point;

// The free rest of the block that reads go into, so that many small reads share one.
class ReadBuffer {
 public:
  explicit ReadBuffer(BlockPool& pool) : pool_(pool) {}
  struct Space {
    std::shared_ptr<Block> block;
    char* data = nullptr;
    std::size_t size = 0;
  };
  // At least `wanted` bytes if that is more than a block, else what is left of one (a quarter block or more).
  Space space(std::size_t wanted = 0);
  // The first `bytes` of the last space() are in use now.
  void commit(std::size_t bytes) { used_ += bytes; }
  void release() { block_.reset(); }

 private:
  BlockPool& pool_;
  std::shared_ptr<Block> block_;
  std::size_t used_ = 0;
};

enum class ReadOutcome {
  kMore,      // there may be more to read at once
  kAtEnd,     // everything that is complete was taken
  kReplaced,  // what was read before is not there any more: truncated or rewritten
  kFailed,    // the read failed; try later
};

class TailedFile {
 public:
  TailedFile(FileKey file_key, std::string at_path)
      : key(file_key), path(at_path), first_path(at_path), record_path(std::move(at_path)) {}

  // Bytes before `offset` are not ours to deliver. Before begin().
  void start_at(std::uint64_t offset) { position_ = offset; }
  // Names the generation: from now on it has an id.
  void begin(std::string id);
  void resume(const Checkpoint& checkpoint);
  // The sink was told of these already: they are done with, unless they are being read again.
  void skip(const contracts::RangeSet& known_to_sink);

  // Reading under this config begins here. `may_have_begun`: what was read since the last checkpoint is not known.
  void begin_config(const std::string& hash, bool may_have_begun = false);
  // Goes back to the lowest place where reading under one of these configs began, and forgets these places. What is on
  // its way from before counts for nothing: its epoch is over. False: it was read under none of them.
  bool read_again(const std::vector<std::string>& config_hashes);
  int epoch() const { return epoch_; }
  // What the sink knows of the bytes before `offset` is not to be skipped, now and after a restart.
  void distrust_sink_until(std::uint64_t offset) { again_until_ = std::max(again_until_, offset); }
  bool begun() const { return !file_id.empty(); }
  // When the generation began, by the wall clock: its file's birth where that was seen, else the first look at it.
  // 0: not known yet.
  std::int64_t begun_ns() const { return begun_ns_; }
  void born_at(std::int64_t birth_ns) { begun_ns_ = birth_ns; }

  struct Read {
    ReadOutcome outcome = ReadOutcome::kAtEnd;
    std::shared_ptr<LogBatch> batch;        // nullptr: nothing complete was there
    std::vector<std::uint64_t> ends;        // sorted offsets across which nothing is joined
    std::uint64_t records_before = 0;       // of the file before the batch's, where empty ones are kept
    std::vector<std::uint64_t> beginnings;  // likewise: of the batch's records
    // For give_back(): what was read, from `seen_from` of the file on (the batch from
    // `start`), how, and what was known of the end before.
    std::string_view seen{};
    std::uint64_t seen_from = 0, start = 0;
    bool filled = false, wide = false;
    std::uint64_t unfinished_end = 0;
    SteadyTime unfinished_since{};
  };
  // As pread(2), of the content.
  ssize_t read_at(char* out, std::size_t size, std::uint64_t offset);
  // Reads from where it stands, at most one block. `fd` must be open.
  Read read(ReadBuffer& buffer, const LineRules& rules, Framing framing = Framing::kLine,
            const std::string& encoding = {});
  // The end of what was just read, from `offset` on, is to be read again together with what follows. False: it is too
  // long for that, cut_unfinished() lets it end.
  bool give_back(const Read& read, std::uint64_t offset);
  // What was read is not there any more, and that is to be taken no notice of.
  void forget_tail() { tail_hash_.reset(); }
  std::optional<std::uint64_t> tail_hash() const { return tail_hash_; }
  bool waits_for_more() const { return waits_for_more_; }  // it was given back
  std::uint64_t position() const { return position_; }
  // Whether a file of this size has something that was not seen yet.
  bool differs(std::uint64_t size) const {
    if (unzipped) return size != zipped_size;
    return size != (unfinished_end_ > 0 ? unfinished_end_ : position_);
  }

  // The unfinished line, or group of lines, at the end, as of the last read: where the bytes seen end. 0: there is
  // none.
  std::uint64_t unfinished_end() const { return unfinished_end_; }
  SteadyTime unfinished_since;  // when unfinished_end() last changed
  // Lets the unfinished line be a record. It must be in a durable checkpoint before the next read.
  void cut_unfinished();
  const std::string& place() const { return real_path.empty() ? path : real_path; }
  // What it needs while it is read: thousands of idle files have none of it. Batches under way keep theirs.
  void disconnect() {
    stream.reset();
    listener.reset();
  }
  void close() {
    fd.reset();
    if (unzipped) unzipped->release();
    disconnect();
  }

  void settled(contracts::ByteRange range);
  bool has_unsettled() const { return !tails_.empty() || !returned.empty(); }
  // Everything before it is delivered or was declared dropped.
  std::uint64_t acknowledged() const { return held_.first_missing(0); }
  Checkpoint checkpoint(const std::string& source_id) const;
  // Looks at the first bytes again while the file is shorter than `limit`. Whether there were more.
  bool extend_fingerprint(std::uint32_t limit);
  // Whether the open file `descriptor` holds, at the same places, what was read of this one.
  bool same_content(int descriptor) const;

  FileKey key;
  std::string path;       // where it was last seen
  std::string real_path;  // likewise, without symbolic links; empty: the same
  const std::string first_path;
  std::string record_path;  // what its records carry
  std::string file_id;      // empty: nothing was in it yet
  Fingerprint first_bytes;
  UniqueFd fd;                              // open while it is read, and as long as it has no name
  std::shared_ptr<const LogStream> stream;  // empty: made before the next read
  std::shared_ptr<DeliveryListener> listener;
  std::optional<FileHeader::Found> header;  // where the source's files have one: once it is there whole
  std::vector<LogBatchPtr> returned;        // go before anything new; seldom any

  std::unique_ptr<UnzippedFile> unzipped;  // what is in it, where it is compressed: offsets are of that
  std::uint64_t zipped_size = 0;           // likewise, when it was last read

  bool readable = false;         // its id and cuts are durable
  bool rotated = false;          // it is not at the path it began at: nobody is expected to go on writing for long
  bool unnamed = false;          // deleted or moved out of sight: only `fd` leads to it
  bool catching_up = false;      // an older generation with bytes to read: the newer waits
  bool ended = false;            // nothing more will be read
  bool keep_checkpoint = false;  // it was left where it is; somebody may go on with it
  bool waited = false;           // it stood at its end: what was read may have been rewritten since
  bool queued = false;           // in the loop's list of files to read
  bool dirty = false;            // in its source's list of files to save
  SteadyTime last_growth;
  SteadyTime last_written{};       // when it came, or had more after it stood at its end: its writer is there
  SteadyTime waits_until{};        // for its source's quota; a timer is set
  std::uint64_t copied_bytes = 0;  // its size when it was last taken for a copy in the making

 private:
  contracts::ByteRange next_range() const;
  void forget_cuts();
  // What a place in the file looks like.
  struct Mark {
    std::uint64_t tail_hash = 0;
    std::optional<std::uint64_t> records;  // before it
  };
  void count_records(const LineRules& rules);
  std::optional<std::string_view> verified(std::string_view bytes, std::uint64_t overlap) const;

  std::int64_t begun_ns_ = 0;
  Nanos next_observed_ns_ = 0;
  std::uint64_t position_ = 0;
  std::optional<std::uint64_t> records_;    // before position_; nullopt: not known, or nobody asks
  std::optional<std::uint64_t> tail_hash_;  // of what stands before position_; nullopt: not known, not checked
  bool wide_reads_ = false;                 // a line or group longer than a block is there
  bool waits_for_more_ = false;
  std::uint64_t unfinished_end_ = 0;
  contracts::RangeSet held_;
  std::vector<Floor> floors_;
  std::uint64_t again_until_ = 0;
  int epoch_ = 0;  // one more each time it is read again
  std::vector<std::uint64_t> cuts_;
  std::map<std::uint64_t, Mark> tails_;          // by the end of an unsettled range
  std::map<std::uint64_t, Mark> settled_tails_;  // likewise, settled but beyond acknowledged()
  std::optional<Mark> acknowledged_tail_;
};

}  // namespace oc::collector
