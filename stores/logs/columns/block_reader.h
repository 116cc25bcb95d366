// Reads a block of columns. Nothing is loaded before somebody asks for it. Used by one thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/own_metadata.h"
#include "stores/logs/columns/recurring_values.h"
#include "stores/logs/row_block.h"

namespace oc::stores::columns {

using MetadataSets = GrowingLists<query::LabelView>;

// The metadata of some rows of a block, by their place among these; views live as long as it and the block's reader.
class BlockMetadata {
 public:
  Metadata shared(std::size_t i) const { return set_of_[i] == 0 ? Metadata() : (*sets_)[set_of_[i] - 1]; }
  // Appends the row's own pairs. Quick in rising order.
  void own(std::size_t i, std::vector<query::LabelView>& out) { own_.get(i, out); }

 private:
  friend class BlockReader;
  const MetadataSets* sets_ = nullptr;
  std::vector<std::uint64_t> set_of_;
  OwnMetadata::Picked own_;
};

class BlockReader {
 public:
  // `rows` and `text_bytes` are what the part's index says of the block. Errors are permanent: malformed.
  static Result<std::unique_ptr<BlockReader>> open(std::string directory, ReadBytes read, std::uint64_t rows,
                                                   std::uint64_t text_bytes);
  std::size_t rows() const { return rows_; }
  Result<const std::vector<Nanos>*> times() { return times_.get(); }
  Result<std::vector<Nanos>> times_of(const RowSet& rows) const { return times_.pick(rows); }
  // Of these rows, in order; of all when null.
  Result<std::vector<std::uint64_t>> arrivals(const RowSet* rows = nullptr) { return arrivals_.load(in_, rows); }
  Column& lines() { return *lines_; }
  // A row's own pairs of other names are left out.
  Result<BlockMetadata> metadata(const RowSet& rows, WantedNames names = {});
  bool has_metadata(std::string_view name);  // some row may
  // For each row a number that rows have in common whose metadata of these names are the same; nullopt where there are
  // very many, or where that can't be told but by making all of them.
  Result<std::optional<std::vector<std::uint64_t>>> kinds_of_metadata(std::span<const std::string> names);

 private:
  BlockReader(std::string directory, ReadBytes read, std::uint64_t rows, std::uint64_t budget);
  bool read_directory();
  bool read_times();
  bool read_shared();
  // Where they have a directory of their own, not before they are asked for.
  Status need_own();
  Result<std::vector<Nanos>> load_times(const RowSet* rows);
  // Of each of these rows its set's place + 1, or 0 for none; of all when null.
  Result<std::vector<std::uint64_t>> shared_sets(const RowSet* rows);

  StretchReader in_;
  std::size_t rows_;
  ValueTimes times_;
  std::uint64_t time_unit_ = 0;
  Integers time_units_, arrivals_, set_of_;
  MetadataSets sets_;
  std::unique_ptr<RecurringValuesReader> recurring_;  // null: none
  std::optional<StretchReader::Inner> own_directory_;
  std::unique_ptr<StretchReader> own_in_;
  std::unique_ptr<OwnMetadata> own_;  // null: not read yet
  ColumnPtr lines_;
};

}  // namespace oc::stores::columns
