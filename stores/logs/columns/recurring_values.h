// Values that come again and again in a block, in whichever of its columns: the ids of requests, blocks, containers.
// Each is kept once, and a column says which one each of its rows has (FORMAT.md, kind 10).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/value_samples.h"

namespace oc::stores::columns {

// Of a block that is written: all columns are looked at, those that are worth it are added, then the values are put
// before any column. Texts must outlive it.
class RecurringValues {
 public:
  RecurringValues() : RecurringValues(0) {}
  // How many rows the block has.
  explicit RecurringValues(std::size_t rows) : samples_(rows) {}
  // At a sample of a column, or at its values; columns are numbered from 0 on.
  void look_at(std::size_t column, ValueSample sample);
  void look_at(std::size_t column, std::span<const std::string_view> texts);
  // When all columns were looked at: which of them are made of values that come again.
  void choose();
  bool any() const { return any_; }
  bool has(std::size_t column) const { return column < columns_.size() && columns_[column].chosen; }
  // `rows`: of the block, that have the texts.
  void add(std::size_t column, std::span<const std::string_view> texts, std::span<const std::uint32_t> rows);
  void put_values(StretchWriter& out);
  // After put_values.
  void put_references(std::size_t column, StretchWriter& out) const;

 private:
  struct LookedAt {
    std::vector<ValueSample> samples;
    bool chosen = false;
    std::vector<std::uint64_t> which;
    std::uint32_t shortest = ~0u, longest = 0;
  };
  struct Value {
    std::string_view text;
    std::uint32_t first_row = 0;
  };
  bool worth_it(const LookedAt& column, const std::unordered_map<std::uint64_t, std::uint32_t>& times) const;
  std::uint64_t number_of(std::string_view text, std::uint32_t row);
  void grow();

  ValueSamples samples_;
  std::vector<LookedAt> columns_;
  bool any_ = false;
  std::vector<Value> values_;
  std::vector<std::uint32_t> slots_;   // value + 1
  std::vector<std::uint64_t> number_;  // of each value, in order of their first rows
};

// Of a block that is read. Used by one thread.
class RecurringValuesReader {
 public:
  // Null: malformed.
  static std::unique_ptr<RecurringValuesReader> read(StretchReader& in);
  Column& values() { return *values_; }
  // As Column::find; several columns of a block are asked for the same piece one after the other.
  Result<const RowSet*> find(std::string_view piece, Place place);

 private:
  explicit RecurringValuesReader(std::size_t size);
  ValueTimes no_times_;
  ColumnPtr values_;
  std::string last_piece_;
  Place last_place_ = Place::kInside;
  std::optional<RowSet> last_found_;
};

}  // namespace oc::stores::columns
