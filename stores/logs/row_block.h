// Rows of one stream as bytes: what a WAL record, the head and parts of version 1 hold (FORMAT.md, "Row block").
// Metadata that many rows share (their resource's and scope's) is written once a block, names of metadata once a block.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash_index.h"
#include "base/result.h"
#include "query/logql/log_reader.h"
#include "stores/logs/columns/lists.h"

namespace oc::stores {

using Metadata = std::span<const query::LabelView>;  // sorted by name, names unique

// To the own pairs that are in `out` from `begin` on: those of the shared ones whose name is not among them; then
// sorted.
void add_shared(Metadata shared, std::size_t begin, std::vector<query::LabelView>& out);

struct RowBounds {
  Nanos first_ns = 0;
  Nanos last_ns = 0;
  std::uint64_t rows = 0;
};

class RowBlockBuilder {
 public:
  // Names metadata that rows share, until the block is finished.
  std::uint64_t share(Metadata shared);
  // `arrival` counts from any base the reader will be given. Where `own` names what the shared metadata names, `own` is
  // stronger. Names must stay where they are until the block is finished, all else is copied.
  void add(Nanos time_ns, std::uint64_t arrival, std::string_view line, std::uint64_t shared, Metadata own);
  std::size_t size_bytes() const { return names_.size() + shared_.size() + rows_.size(); }
  const RowBounds& bounds() const { return bounds_; }
  bool empty() const { return bounds_.rows == 0; }
  // Appends the finished block to `out`, behind its length if told so; the builder is empty again.
  void finish(std::string& out, bool with_length);
  std::string finish();

 private:
  struct Name {
    std::string_view name;
    std::uint32_t index = 0;
  };
  std::uint32_t name_index(std::string_view name);
  // Finds the pairs' names; returns the size of what write_pairs() writes then.
  std::size_t look_up(Metadata pairs);
  char* write_pairs(char* to, Metadata pairs) const;  // returns the end
  std::string_view set_bytes(std::uint32_t set) const;
  void clear();

  std::string names_, shared_, rows_;
  std::vector<std::string_view> name_list_;
  std::vector<std::size_t> set_ends_;  // in shared_
  HashIndex name_indexes_, set_indexes_;
  std::string set_;              // kept for its memory
  std::vector<Name> looked_up_;  // of the last pairs: the next row's are mostly the same
  Nanos previous_time_ = 0;
  std::uint64_t previous_arrival_ = 0;
  RowBounds bounds_;
};

// One row of a block; views into the block's bytes.
struct StoredRow {
  Nanos time_ns = 0;
  std::uint64_t arrival = 0;
  std::string_view line;
  std::uint64_t shared = 0;  // 0: none, else a set's index + 1
  std::string_view own;      // encoded pairs
};

// Views into `bytes`, which must outlive the reader.
class RowBlockReader {
 public:
  static Result<RowBlockReader> open(std::string_view bytes, std::uint64_t arrival_base);
  // As open, in place of what it read before, whose memory it keeps.
  Status read(std::string_view bytes, std::uint64_t arrival_base);
  // False at the end, or where the block is malformed (then ok() is false).
  bool next(StoredRow& row);
  bool ok() const { return ok_; }
  std::uint64_t rows() const { return rows_; }
  Metadata shared(const StoredRow& row) const;
  // Appends the row's own pairs; false: malformed.
  bool own(const StoredRow& row, std::vector<query::LabelView>& out) const;
  // Appends shared and own pairs merged, sorted by name.
  bool metadata(const StoredRow& row, std::vector<query::LabelView>& out) const;

 private:
  bool read_pairs(std::string_view encoded, std::vector<query::LabelView>& out) const;

  std::vector<std::string_view> names_;
  columns::GrowingLists<query::LabelView> shared_;
  std::string_view rest_;
  std::uint64_t rows_ = 0;
  std::uint64_t left_ = 0;
  Nanos previous_time_ = 0;
  std::uint64_t previous_arrival_ = 0;
  bool ok_ = true;
};

}  // namespace oc::stores
