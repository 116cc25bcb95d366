// Reading rows out of blocks of columns: what a line must hold is looked for in the columns, lines are made only of
// rows that somebody wants.
#pragma once

#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/columns/block_reader.h"
#include "stores/logs/scan.h"
#include "stores/logs/scan_runs.h"

namespace oc::stores {

// One scan's. The request, the sink and the report must outlive it.
class ColumnScan {
 public:
  static Result<ColumnScan> create(const query::ScanRequest& request, query::RowSink& sink, DamageReport& damage);
  // Feeds the sink the block's rows. False: it has enough. A damaged block is reported and left out.
  Result<bool> scan(const ScanBlock& block);
  // Counts towards the request's limit; an error beyond it.
  Status look_at(std::uint64_t bytes);

 private:
  ColumnScan(const query::ScanRequest& request, query::CompiledLineFilters patterns, query::RowSink& sink,
             DamageReport& damage)
      : request_(request), patterns_(std::move(patterns)), sink_(sink), damage_(damage) {}
  Result<bool> scan_columns(const ScanBlock& block, columns::BlockReader& reader);
  Result<bool> left_out(Error why);  // goes on with the next block, unless it may be read another time
  std::uint64_t text_in_time(const ScanBlock& block) const;
  Part::Reading reading() const;
  Result<columns::RowSet> rows_in_time(columns::BlockReader& block, const ScanBlock& wanted) const;
  Status keep_matching(columns::BlockReader& block, columns::RowSet& rows) const;
  Status keep_matching_patterns(columns::BlockReader& block, columns::RowSet& rows) const;
  Result<columns::RowSet> decide_by_template(columns::BlockReader& block, columns::RowSet& rows) const;
  Result<bool> hand_over(const ScanBlock& block, columns::BlockReader& reader, columns::RowSet& rows);
  // The rows are of these runs.
  Result<bool> deliver(const Part& part, columns::BlockReader& block, std::span<const PartRun> runs,
                       const columns::RowSet& rows);
  std::vector<Run> runs_of(const Part& part, std::span<const PartRun> of, std::span<const std::uint32_t> wanted) const;

  const query::ScanRequest& request_;
  query::CompiledLineFilters patterns_;  // the filters that look at lines
  query::RowSink& sink_;
  DamageReport& damage_;
  std::uint64_t looked_at_bytes_ = 0;
};

}  // namespace oc::stores
