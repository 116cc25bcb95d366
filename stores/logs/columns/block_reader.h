// Reads a block of columns. Nothing is loaded before somebody asks for it. Used by one thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/row_block.h"

namespace oc::stores::columns {

// Rows' metadata; views live as long as the block's reader.
class BlockMetadata {
 public:
  Metadata shared(std::size_t row) const {
    return set_of_[row] == 0 ? Metadata() : Metadata((*sets_)[set_of_[row] - 1]);
  }
  // Appends the row's own pairs. Quick in rising order of rows.
  void own(std::size_t row, std::vector<query::LabelView>& out);

 private:
  friend class BlockReader;
  const std::vector<std::vector<query::LabelView>>* sets_ = nullptr;
  const std::vector<std::string_view>* names_ = nullptr;
  const std::vector<std::vector<std::uint32_t>>* lists_ = nullptr;
  std::vector<std::uint64_t> set_of_, list_of_;
  std::vector<const TextColumn*> values_;  // by name
  std::vector<std::uint32_t> next_;        // by name: which value the next row that has it has
  std::size_t row_ = 0;
};

class BlockReader {
 public:
  // `rows` and `text_bytes` are what the part's index says of the block. Errors are permanent: malformed.
  static Result<std::unique_ptr<BlockReader>> open(std::string directory, ReadBytes read, std::uint64_t rows,
                                                   std::uint64_t text_bytes);
  std::size_t rows() const { return rows_; }
  Result<const std::vector<Nanos>*> times() { return times_.get(); }
  Result<std::vector<std::uint64_t>> arrivals() { return arrivals_.load(in_); }
  Column& lines() { return *lines_; }
  Result<BlockMetadata> metadata();

 private:
  struct Values {
    std::size_t count = 0;
    ColumnPtr column;  // null: offsets
    Integers offsets;
    ValueTimes times;
    std::optional<TextColumn> text;  // of offsets
    explicit Values(const ValueTimes& outer) : times(outer) {}
  };
  BlockReader(std::string directory, ReadBytes read, std::uint64_t rows, std::uint64_t budget);
  bool read_directory();
  void read_times();
  bool read_shared();
  bool read_own();
  bool read_values();
  Result<std::vector<Nanos>> load_times();
  // For each name the rows that have it.
  Result<std::vector<std::vector<std::uint32_t>>> rows_of(const std::vector<std::uint64_t>& list_of) const;
  Result<const TextColumn*> text_of(Values& values, std::span<const std::uint32_t> rows);
  Result<TextColumn> offsets_as_text(const Values& values, std::span<const std::uint32_t> rows);

  StretchReader in_;
  std::size_t rows_;
  ValueTimes times_;
  std::uint64_t time_unit_ = 0;
  Integers time_units_, arrivals_, set_of_, list_of_;
  std::vector<std::vector<query::LabelView>> sets_;
  std::vector<std::string_view> names_;
  std::vector<std::vector<std::uint32_t>> lists_;
  std::vector<std::unique_ptr<Values>> values_;  // by name
  std::vector<std::vector<std::uint32_t>> value_rows_;
  ColumnPtr lines_;
};

}  // namespace oc::stores::columns
