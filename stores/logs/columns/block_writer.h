// Rows, run by run of a stream, as a block of columns (FORMAT.md, "Column block").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/hash_index.h"
#include "stores/logs/columns/lists.h"
#include "stores/logs/columns/recurring_values.h"
#include "stores/logs/columns/stretch.h"
#include "stores/logs/columns/template_writer.h"
#include "stores/logs/row_block.h"

namespace oc::stores::columns {

class TemplateWriter;

class BlockWriter {
 public:
  BlockWriter() = default;
  // In order of (time, arrival) within a stream. The line must stay where it is until the block is finished; all else
  // is copied. Where `own` names what `shared` names, `own` is stronger.
  void add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own);
  // A copy that stays until the block is finished.
  std::string_view keep(std::string_view bytes) { return kept_.copy(bytes); }
  // Of the rows' text, and what they take beside it.
  std::uint64_t text_bytes() const { return text_bytes_; }  // of lines and own metadata
  std::size_t size_bytes() const { return text_bytes_ + times_.size() * kRowBytes; }
  const RowBounds& bounds() const { return bounds_; }
  bool empty() const { return times_.empty(); }

  struct Block {
    StretchWriter::Finished written;
    std::uint64_t text_bytes = 0;  // of lines and own metadata
    RowBounds bounds;
  };
  // The finished block; the writer is empty again.
  Block finish();

 private:
  explicit BlockWriter(StretchWriter out) : out_(std::move(out)) {}
  static constexpr std::size_t kRowBytes = 48;  // a row's place in each of the vectors below
  struct OwnValue {
    std::uint32_t name = 0, row = 0;
    std::string_view value;
  };
  // What rows have of each name, in order. Of thousands of names most have few, and no memory of their own.
  struct ByName {
    Lists<std::uint32_t> rows;
    Lists<std::string_view> values;
  };
  // Of one of them.
  struct Name {
    std::span<const std::uint32_t> rows;
    std::span<const std::string_view> values;
  };
  std::uint64_t shared_set(Metadata shared);  // from 1 on; 0: none
  void keep_set(Metadata shared);
  std::uint64_t name_list(Metadata own);
  std::uint32_t name_index(std::string_view name);
  ByName take_by_name();
  RecurringValues find_recurring(const ByName& own, TemplateWriter* lines) const;
  void put_times(RecurringValues& recurring);
  void put_shared();
  // `lines`: null where they are not written with templates.
  void put_own(const ByName& own, const TemplateWriter* lines, const RecurringValues& recurring);
  void put_values(const Name& name);
  bool put_by_template(const Name& name, const TemplateWriter* lines);
  template <typename Visit>
  bool for_each_offset(const Name& name, std::size_t count, Visit visit) const;
  bool are_offsets(const Name& name, std::size_t count) const;
  bool put_offsets(const Name& name);

  StretchWriter out_;
  Arena kept_;
  std::uint64_t text_bytes_ = 0;
  std::vector<Nanos> times_;
  std::vector<std::uint64_t> arrivals_, set_of_, list_of_;
  std::vector<std::string_view> lines_;
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> rows_having_;  // by name: how many rows
  std::vector<OwnValue> own_;               // row by row
  using List = std::span<const std::uint32_t>;
  std::vector<List> lists_;     // of names that rows have
  std::vector<Metadata> sets_;  // that rows share
  HashIndex name_indexes_, list_indexes_, set_indexes_;
  std::vector<std::uint32_t> list_;  // kept for its memory
  RowBounds bounds_;
};

}  // namespace oc::stores::columns
