// Rows of a block of columns, for a reader that may not need them whole.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/columns/block_reader.h"
#include "stores/logs/run_groups.h"

namespace oc::stores {

// The pairs of rows, shared and own, sorted by name.
class MetadataOfRows {
 public:
  void add(columns::BlockMetadata& metadata, std::size_t row);
  std::span<const query::LabelView> operator[](std::size_t i) const;

 private:
  std::vector<query::LabelView> pairs_;
  std::vector<std::size_t> ends_;
};

// All that is given must outlive it; `rows` are the group's rows that passed the request's filters, not none.
class ColumnBatch final : public query::RowBatch {
 public:
  // Hands rows of the block to the scan's sink.
  using Deliver = std::function<Result<bool>(const columns::RowSet& rows)>;
  ColumnBatch(columns::BlockReader& block, const RunGroup& group, const columns::RowSet& rows,
              const query::ScanRequest& request, Deliver deliver);
  const query::Stream& stream() const override { return *group_.stream; }
  std::size_t size() const override { return size_; }
  std::uint64_t bytes() const override { return group_.raw_bytes * size_ / std::max<std::uint64_t>(group_.rows, 1); }
  Result<std::span<const Nanos>> times() override;
  Result<std::span<const query::Row>> rows() override { return made(rows_); }
  Result<std::span<const query::Row>> rows_at(std::span<const std::uint32_t> places) override {
    return made(in_block(places));
  }
  Result<bool> hand_out(std::span<const std::uint32_t> places, query::RowSink&) override {
    return deliver_(in_block(places));
  }
  Result<std::span<const query::RowTemplate>> templates() override;
  Result<query::GapValues> gap_values(std::size_t of, std::size_t piece,
                                      std::span<const std::uint32_t> indices) override;
  Result<std::span<const std::uint64_t>> arrivals() override;
  Result<std::vector<std::uint32_t>> line_sizes() override;
  Result<std::vector<query::AlikeRows>> alike(std::span<const std::string> names) override;
  bool may_have_metadata(std::string_view name) const override { return block_.has_metadata(name); }

 private:
  bool is_whole() const { return size_ == block_.rows() && forward_; }
  const std::vector<std::uint32_t>& places_in_block();  // in the batch's order
  columns::RowSet in_block(std::span<const std::uint32_t> places);
  // Of the first of the rows, as far as these names go.
  Status add_metadata(std::vector<query::AlikeRows>& alike, std::span<const std::string> names);
  // Takes out of the templates what is not in the batch.
  void keep_own_rows();
  Result<std::span<const query::Row>> made(const columns::RowSet& rows);

  columns::BlockReader& block_;
  const RunGroup& group_;
  const columns::RowSet& rows_;
  const query::ScanRequest& request_;
  const Deliver deliver_;
  const std::size_t size_;
  const bool forward_;
  std::vector<std::uint32_t> places_;  // made when they are asked for
  std::vector<Nanos> times_;
  std::vector<std::uint64_t> arrivals_;
  std::vector<query::RowTemplate> templates_;
  // By template: places of its rows in the batch, and which of the block's lines with that template they are; empty
  // where all are here.
  std::vector<std::vector<std::uint32_t>> own_rows_, own_lines_;
  // Of the rows that were made last.
  columns::TextColumn lines_;
  columns::BlockMetadata metadata_;
  MetadataOfRows pairs_;
  std::vector<query::Row> made_;
};

}  // namespace oc::stores
