#include "stores/logs/scan.h"

#include <algorithm>
#include <tuple>

#include "stores/logs/column_scan.h"
#include "stores/logs/row_block.h"

namespace oc::stores {

using query::Direction;
using query::LabelView;
using query::Row;

namespace {

class BlockScan {
 public:
  BlockScan(const query::ScanRequest& request, const query::CompiledLineFilters& filters, ColumnScan& columns,
            query::RowSink& sink, DamageReport& damage)
      : request_(request),
        filters_(filters),
        columns_(columns),
        sink_(sink),
        damage_(damage),
        interruption_(request.interruption) {}

  // False: the sink has enough.
  Result<bool> scan(const ScanBlock& block);

 private:
  bool is_in_time(const RowBounds& bounds) const;
  bool is_taken_whole(const ScanBlock& block, const PartRun& run);
  Result<bool> scan_in_head(const ScanBlock& block);
  Result<bool> scan_in_part(const ScanBlock& block);
  Result<bool> scan_rows(const ScanBlock& block, const query::Stream& stream);
  Status open_rows(const ScanBlock& block);
  Status pick_rows();
  void put_in_order();
  bool deliver(const query::Stream& stream);

  const query::ScanRequest& request_;
  const query::CompiledLineFilters& filters_;
  ColumnScan& columns_;
  query::RowSink& sink_;
  DamageReport& damage_;
  query::RowInterruption interruption_;  // the head may have a block a row
  // Kept between blocks for their memory.
  std::string loaded_;
  RowBlockReader reader_;
  std::vector<StoredRow> picked_;
  std::vector<Row> rows_;
  std::vector<LabelView> metadata_;
  std::vector<std::size_t> metadata_ends_;
};

Result<bool> BlockScan::scan(const ScanBlock& block) {
  OC_TRY(block.part ? request_.interruption.check() : interruption_.check());
  const Nanos first = std::max(block.bounds.first_ns, request_.start_ns);
  const Nanos last = std::min(block.bounds.last_ns, request_.end_ns - 1);
  if (!sink_.wants(first, last)) return true;
  if (!block.part) return scan_in_head(block);
  if (!request_.line_filters.empty()) return scan_in_part(block);
  ScanBlock rest{.part = block.part, .in_part = block.in_part};
  std::ranges::copy_if(block.runs(), std::back_inserter(rest.some),
                       [&](const PartRun& run) { return !is_taken_whole(block, run); });
  if (rest.some.empty()) return true;
  rest.bounds = bounds_of(rest.some);
  return scan_in_part(rest);
}

bool BlockScan::is_in_time(const RowBounds& bounds) const {
  return bounds.first_ns >= request_.start_ns && bounds.last_ns < request_.end_ns;
}

bool BlockScan::is_taken_whole(const ScanBlock& block, const PartRun& run) {
  return is_in_time(run.bounds()) &&
         sink_.takes_whole(*block.part->streams()[run.stream], run.first_ns, run.last_ns, run.rows, run.raw_bytes);
}

Result<bool> BlockScan::scan_in_head(const ScanBlock& block) {
  const auto& [first, last, rows] = block.bounds;
  if (request_.line_filters.empty() && is_in_time(block.bounds) &&
      sink_.takes_whole(*block.stream, first, last, rows, block.in_head->text_bytes()))
    return true;
  return scan_rows(block, *block.stream);
}

Result<bool> BlockScan::scan_in_part(const ScanBlock& block) {
  if (block.in_part->directory_bytes != 0) return columns_.scan(block);
  return scan_rows(block, *block.part->streams()[block.runs().front().stream]);
}

Status BlockScan::open_rows(const ScanBlock& block) {
  if (!block.part) return reader_.read(block.in_head->block, block.in_head->first_arrival);
  OC_TRY_ASSIGN(loaded_, block.part->read_rows(*block.in_part));
  return reader_.read(loaded_, 0);
}

Result<bool> BlockScan::scan_rows(const ScanBlock& block, const query::Stream& stream) {
  auto opened = open_rows(block);
  if (!opened && opened.error().retryable()) return std::unexpected(std::move(opened).error());
  if (!opened) {
    damage_.block(opened.error());
    return true;
  }
  OC_TRY(pick_rows());
  put_in_order();
  return picked_.empty() || deliver(stream);
}

Status BlockScan::pick_rows() {
  picked_.clear();
  for (StoredRow row; reader_.next(row);) {
    OC_TRY(interruption_.check());
    if (row.time_ns < request_.start_ns || row.time_ns >= request_.end_ns) continue;
    OC_TRY(columns_.look_at(row.line.size()));
    if (filters_.matches(row.line)) picked_.push_back(row);
  }
  if (!reader_.ok()) damage_.block(Error{Error::Kind::kPermanent, "malformed row block", {}});
  return {};
}

void BlockScan::put_in_order() {
  const auto place = [](const StoredRow& row) { return std::tie(row.time_ns, row.arrival); };
  // Blocks of parts are sorted, those of the head nearly always.
  if (!std::ranges::is_sorted(picked_, {}, place)) std::ranges::sort(picked_, {}, place);
  if (request_.direction == Direction::kBackward) std::ranges::reverse(picked_);
}

bool BlockScan::deliver(const query::Stream& stream) {
  rows_.clear();
  metadata_.clear();
  metadata_ends_.clear();
  for (const StoredRow& row : picked_) {
    if (!reader_.metadata(row, metadata_))
      damage_.block(Error{Error::Kind::kPermanent, "malformed metadata of a row", {}});
    metadata_ends_.push_back(metadata_.size());
    rows_.push_back({row.time_ns, row.arrival, row.line, {}});
  }
  // Only now, as the vector no longer moves.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < rows_.size(); begin = metadata_ends_[i++])
    rows_[i].metadata = std::span<const LabelView>(metadata_).subspan(begin, metadata_ends_[i] - begin);
  return sink_.rows(stream, rows_);
}

std::vector<const ScanBlock*> in_order(std::span<const ScanBlock> blocks, Direction direction) {
  std::vector<const ScanBlock*> order;
  order.reserve(blocks.size());
  for (const ScanBlock& block : blocks) order.push_back(&block);
  if (direction == Direction::kBackward)
    std::ranges::stable_sort(order, std::greater(), [](const ScanBlock* block) { return block->bounds.last_ns; });
  else
    std::ranges::stable_sort(order, {}, [](const ScanBlock* block) { return block->bounds.first_ns; });
  return order;
}

}  // namespace

RowBounds bounds_of(std::span<const PartRun> runs) {
  RowBounds all = runs.front().bounds();
  for (const PartRun& run : runs.subspan(1)) {
    all.first_ns = std::min(all.first_ns, run.first_ns);
    all.last_ns = std::max(all.last_ns, run.last_ns);
    all.rows += run.rows;
  }
  return all;
}

Status scan_blocks(const ScanBlocks& found, const query::ScanRequest& request, query::RowSink& sink,
                   DamageReport& damage) {
  OC_TRY_ASSIGN(const auto filters, query::CompiledLineFilters::compile(request.line_filters));
  OC_TRY_ASSIGN(ColumnScan columns, ColumnScan::create(request, sink, damage));
  BlockScan scan(request, filters, columns, sink, damage);
  for (const ScanBlock* block : in_order(found.blocks, request.direction)) {
    OC_TRY_ASSIGN(const bool more, scan.scan(*block));
    if (!more) break;
  }
  return {};
}

}  // namespace oc::stores
