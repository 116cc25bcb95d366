// Values that follow from the templates of their rows' lines, such as levels: one for all lines of a template, and
// those of templates whose lines differ each by itself (FORMAT.md, "Column block").
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/template_writer.h"

namespace oc::stores::columns {

// Of a block that is written. Values and lines must outlive it.
class TemplateValues {
 public:
  // A value for each line.
  TemplateValues(std::span<const std::string_view> values, const TemplateWriter& lines);
  // Whether the templates tell nearly all of them, and more than one.
  bool worth_it() const;
  void put(StretchWriter& out) const;

 private:
  std::vector<std::optional<std::string_view>> value_of_;  // by template; null: its lines differ
  std::vector<std::string_view> rest_;                     // of lines that differ
  std::size_t lines_;
  bool all_alike_ = true;
};

// Of a block that is read.
class TemplateValuesReader {
 public:
  // Nullopt: malformed.
  static std::optional<TemplateValuesReader> read(StretchReader& in, std::size_t lines);
  // Those of some rows. Errors are permanent: malformed.
  Result<TextColumn> pick(const RowSet& rows, Column& lines, const StretchReader& in);
  // For each row which of the different values it has. Errors as of pick.
  Result<std::vector<std::uint64_t>> words(Column& lines);

 private:
  explicit TemplateValuesReader(std::size_t lines) : rest_rows_(lines) {}
  // Which template each row's line has.
  Result<std::span<const std::uint32_t>> load_templates(Column& lines);
  Status find_rest(std::span<const std::uint32_t> template_of);
  std::vector<std::optional<std::string_view>> value_of_;
  ColumnPtr rest_;  // null: no lines differ
  RowSet rest_rows_;
  bool found_rest_ = false;
};

}  // namespace oc::stores::columns
