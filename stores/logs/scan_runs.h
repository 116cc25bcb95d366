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

// Of one stream.
struct Run {
  const query::Stream* stream = nullptr;
  std::span<const std::uint32_t> rows;  // rising
  std::size_t first = 0;                // how many wanted rows of the block lie before them
};

inline std::vector<std::uint32_t> positions(const columns::RowSet& rows) {
  std::vector<std::uint32_t> positions;
  positions.reserve(rows.size());
  rows.for_each([&](std::size_t row) { positions.push_back(static_cast<std::uint32_t>(row)); });
  return positions;
}

// `wanted` are rows of the block from `first` on, all of one stream.
inline void add_runs(const query::Stream& stream, std::span<const std::uint32_t> wanted, std::size_t first,
                     query::Direction direction, std::vector<Run>& runs) {
  for (std::size_t done = 0; done < wanted.size();) {
    const std::size_t size = std::min(runs.empty() ? kFirstRun : kRun, wanted.size() - done);
    const std::size_t at = direction == query::Direction::kForward ? done : wanted.size() - done - size;
    runs.push_back({&stream, wanted.subspan(at, size), first + at});
    done += size;
  }
}

// What runs want of a block: of the first run alone, then of all rows that are wanted. Then i is the i-th of the run.
class ContentOfRuns {
 public:
  ContentOfRuns(columns::BlockReader& block, const query::ScanRequest& request, const columns::RowSet& wanted,
                std::size_t count)
      : block_(block), request_(request), wanted_(wanted), whole_(count * 4 > wanted.size()) {}
  Status load_lines(const Run& run) {
    if (all_lines_) return {};
    all_lines_ = std::exchange(lines_begun_, true);
    if (all_lines_ && whole_) {
      OC_TRY_ASSIGN(whole_lines_, block_.lines().text());
      return {};
    }
    OC_TRY_ASSIGN(lines_, block_.lines().pick(all_lines_ ? wanted_ : rows_of(run)));
    return {};
  }
  std::string_view line(const Run& run, std::size_t i) const {
    if (whole_lines_ != nullptr) return (*whole_lines_)[run.rows[i]];
    return lines_[all_lines_ ? run.first + i : i];
  }
  Status load_metadata(const Run& run) {
    if (all_metadata_) return {};
    all_metadata_ = std::exchange(metadata_begun_, true);
    OC_TRY_ASSIGN(metadata_, block_.metadata(all_metadata_ ? wanted_ : rows_of(run), request_.metadata_names));
    return {};
  }
  MetadataOfRows metadata(const Run& run) {
    MetadataOfRows pairs;
    for (std::size_t i = 0; i < run.rows.size(); ++i) pairs.add(metadata_, all_metadata_ ? run.first + i : i);
    return pairs;
  }

 private:
  columns::RowSet rows_of(const Run& run) const {
    columns::RowSet rows(block_.rows());
    for (const std::uint32_t row : run.rows) rows.add(row);
    return rows;
  }

  columns::BlockReader& block_;
  const query::ScanRequest& request_;
  const columns::RowSet& wanted_;
  const bool whole_;  // where most rows are wanted, all lines are sooner made than some
  bool lines_begun_ = false, all_lines_ = false;
  const columns::TextColumn* whole_lines_ = nullptr;
  columns::TextColumn lines_;
  bool metadata_begun_ = false, all_metadata_ = false;
  columns::BlockMetadata metadata_;
};

}  // namespace oc::stores
