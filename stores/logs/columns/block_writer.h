// Rows, run by run of a stream, as a block of columns (FORMAT.md, "Column block").
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "stores/logs/columns/stretch.h"
#include "stores/logs/row_block.h"

namespace oc::stores::columns {

class BlockWriter {
 public:
  BlockWriter() = default;
  // In order of (time, arrival) within a stream. The line must stay where it is until the block is finished; all else
  // is copied. Where `own` names what `shared` names, `own` is stronger.
  void add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own);
  // A copy that stays until the block is finished.
  std::string_view keep(std::string_view bytes) { return kept_.copy(bytes); }
  // Of the rows' text, and what they take beside it.
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
  struct Name {
    std::string name;
    std::vector<std::uint32_t> rows;  // that have it
    std::vector<std::string_view> values;
  };
  // Looks up sets of views among sets of texts.
  struct PairsLess {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return std::ranges::lexicographical_compare(
          a, b, {}, [](const auto& pair) { return query::LabelView(pair.first, pair.second); },
          [](const auto& pair) { return query::LabelView(pair.first, pair.second); });
    }
  };
  std::uint64_t shared_set(Metadata shared);
  std::uint64_t name_list(Metadata own);
  std::uint64_t name_index(std::string_view name);
  void put_times();
  void put_shared();
  void put_own();
  void put_values(const Name& name);
  bool put_offsets(const Name& name);

  StretchWriter out_;
  Arena kept_;
  std::uint64_t text_bytes_ = 0;
  std::vector<Nanos> times_;
  std::vector<std::uint64_t> arrivals_, set_of_, list_of_;
  std::vector<std::string_view> lines_;
  std::vector<Name> names_;
  std::vector<std::vector<std::uint64_t>> lists_;                  // of names that rows have
  std::map<query::Labels, std::uint64_t, PairsLess> set_indexes_;  // from 1 on
  std::vector<const query::Labels*> sets_;                         // the keys of set_indexes_
  std::map<std::string, std::uint64_t, std::less<>> name_indexes_;
  std::map<std::vector<std::uint64_t>, std::uint64_t> list_indexes_;
  RowBounds bounds_;
};

}  // namespace oc::stores::columns
