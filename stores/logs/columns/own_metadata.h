// The metadata that rows of a block have of their own: for each row a list of names, for each name its values.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/lists.h"
#include "stores/logs/columns/template_values.h"

namespace oc::stores::columns {

// Those that somebody asks for; nullopt: all.
using WantedNames = std::optional<std::span<const std::string>>;

// Used by one thread. The reader, the times and the lines must outlive it; not moved once it has read.
class OwnMetadata {
 public:
  OwnMetadata(StretchReader& in, std::size_t rows, const ValueTimes& times) : in_(in), rows_(rows), times_(times) {}
  // From the directory; false: malformed.
  bool read();
  bool has(std::string_view name) const;  // some row may

  // For each row the number of the word that it has under the name, from 1 on, or 0 for none; nullopt where its values
  // are not kept as words.
  Result<std::optional<std::vector<std::uint64_t>>> words(std::string_view name, Column& lines);

  // Of some rows, by their place among these; views live as long as it and what it was picked from.
  class Picked {
   public:
    // Appends the row's pairs. Quick in rising order.
    void get(std::size_t i, std::vector<query::LabelView>& out);

   private:
    friend class OwnMetadata;
    const OwnMetadata* of_ = nullptr;
    std::vector<std::uint64_t> list_of_;
    std::vector<TextColumn> values_;   // by name; of what is left out none
    std::vector<std::uint32_t> next_;  // by name: which value the next row that has it has
    std::size_t row_ = 0;
  };
  // What is of other names is left out.
  Result<Picked> pick(const RowSet& rows, Column& lines, WantedNames wanted);

 private:
  struct Offsets {
    Integers surprises, anchors;
  };
  struct Values {
    explicit Values(ValueTimes::Load load) : times(std::move(load)) {}
    std::size_t count = 0;
    // One of these, each in memory of its own: of thousands of names most are columns.
    ColumnPtr column;
    std::unique_ptr<TemplateValuesReader> by_template;
    std::unique_ptr<Offsets> offsets;
    bool in_every_row = false;
    ValueTimes times;
  };
  bool read_lists();
  bool read_values();
  // Which rows have each name that not all have.
  Status load_rows();
  GrowingLists<std::uint32_t> in_some_rows() const;
  // Of the values of a name those that some of the rows have, and the rows that have some of its values.
  RowSet values_of(std::size_t name, const RowSet& rows, std::size_t row_count) const;
  RowSet rows_of(std::size_t name, const RowSet& wanted) const;
  RowSet names_in(std::span<const std::uint64_t> list_of) const;
  Result<TextColumn> texts_of(std::size_t name, const RowSet& wanted, Column& lines);
  Result<TextColumn> offsets(std::size_t name, const RowSet& wanted, Column& lines);

  StretchReader& in_;
  std::size_t rows_;
  const ValueTimes& times_;
  std::vector<std::string_view> names_;
  GrowingLists<std::uint32_t> lists_;
  std::vector<std::size_t> first_lists_;  // by name: so many have it, the next has not
  Integers list_of_;
  std::vector<std::unique_ptr<Values>> values_;  // by name
  std::optional<Lists<std::uint32_t>> having_;   // by name: the rows that have it, none where all have; once wanted
};

}  // namespace oc::stores::columns
