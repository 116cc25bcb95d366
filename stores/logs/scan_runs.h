// A block's rows as a scan hands them over: in runs, with what each run wants of the block.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/column_batch.h"
#include "stores/logs/columns/block_reader.h"

namespace oc::stores {

// Rows are handed over some at a time, few at first: a reader who has enough stops the making of lines.
inline constexpr std::size_t kFirstRun = 256, kRun = 1024;

struct Run {
  std::span<const std::uint32_t> rows;  // rising
  std::size_t first = 0;                // how many are in runs of earlier rows
};

inline std::vector<std::uint32_t> positions(const columns::RowSet& rows) {
  std::vector<std::uint32_t> positions;
  positions.reserve(rows.size());
  rows.for_each([&](std::size_t row) { positions.push_back(static_cast<std::uint32_t>(row)); });
  return positions;
}

inline std::vector<Run> runs(std::span<const std::uint32_t> rows, query::Direction direction) {
  std::vector<Run> runs;
  for (std::size_t done = 0; done < rows.size();) {
    const std::size_t size = std::min(runs.empty() ? kFirstRun : kRun, rows.size() - done);
    const std::size_t first = direction == query::Direction::kForward ? done : rows.size() - done - size;
    runs.push_back({rows.subspan(first, size), first});
    done += size;
  }
  return runs;
}

// The lines of a block that runs of its rows want: of one run alone, or of all rows where many are wanted.
class LinesOfRuns {
 public:
  LinesOfRuns(columns::Column& lines, std::size_t wanted) : lines_(lines), many_(wanted * 4 > lines.size()) {}
  Status load(const Run& run) {
    if (std::exchange(begun_, true) && many_) {
      OC_TRY_ASSIGN(all_, lines_.text());
      return {};
    }
    columns::RowSet rows(lines_.size());
    for (const std::uint32_t row : run.rows) rows.add(row);
    OC_TRY_ASSIGN(picked_, lines_.pick(rows));
    return {};
  }
  // The run's i-th row.
  std::string_view line(const Run& run, std::size_t i) const {
    return all_ != nullptr ? (*all_)[run.rows[i]] : picked_[i];
  }

 private:
  columns::Column& lines_;
  bool many_, begun_ = false;
  const columns::TextColumn* all_ = nullptr;
  columns::TextColumn picked_;
};

// The metadata of the rows that runs want: of the first run alone, then of all.
class MetadataOfRuns {
 public:
  MetadataOfRuns(columns::BlockReader& block, const columns::RowSet& wanted) : block_(block), wanted_(wanted) {}
  Status load(const Run& run) {
    if (all_) return {};
    columns::RowSet rows(block_.rows());
    for (const std::uint32_t row : run.rows) rows.add(row);
    all_ = std::exchange(begun_, true);
    OC_TRY_ASSIGN(metadata_, block_.metadata(all_ ? wanted_ : rows));
    return {};
  }
  MetadataOfRows pairs(const Run& run) {
    MetadataOfRows pairs;
    for (std::size_t i = 0; i < run.rows.size(); ++i) pairs.add(metadata_, all_ ? run.first + i : i);
    return pairs;
  }

 private:
  columns::BlockReader& block_;
  const columns::RowSet& wanted_;
  bool begun_ = false, all_ = false;
  columns::BlockMetadata metadata_;
};

}  // namespace oc::stores
