#include "stores/logs/scan.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "stores/logs/row_block.h"

namespace oc::stores {

using query::Direction;
using query::LabelView;
using query::Row;

namespace {

class BlockScan {
 public:
  BlockScan(const query::ScanRequest& request, const query::CompiledLineFilters& filters, query::RowSink& sink,
            DamageReport& damage)
      : request_(request), filters_(filters), sink_(sink), damage_(damage) {}

  // False: the sink has enough.
  Result<bool> scan(const ScanBlock& block);

 private:
  Status pick_rows(RowBlockReader& reader);
  void put_in_order();
  bool deliver(const ScanBlock& block, const RowBlockReader& reader);

  const query::ScanRequest& request_;
  const query::CompiledLineFilters& filters_;
  query::RowSink& sink_;
  DamageReport& damage_;
  std::uint64_t looked_at_bytes_ = 0;
  // Kept between blocks for their memory.
  std::vector<StoredRow> picked_;
  std::vector<Row> rows_;
  std::vector<LabelView> metadata_;
  std::vector<std::size_t> metadata_ends_;
};

Result<bool> BlockScan::scan(const ScanBlock& block) {
  if (request_.cancelled.stop_requested()) return retryable("the query was cancelled");
  const Nanos first = std::max(block.bounds.first_ns, request_.start_ns);
  const Nanos last = std::min(block.bounds.last_ns, request_.end_ns - 1);
  if (!sink_.wants(first, last)) return true;
  std::string loaded;
  if (block.part) {
    auto bytes = block.part->read_block(block.in_part);
    if (!bytes && bytes.error().retryable()) return std::unexpected(std::move(bytes).error());
    if (!bytes) {
      damage_.block(bytes.error());
      return true;
    }
    loaded = std::move(*bytes);
  }
  auto reader =
      block.part ? RowBlockReader::open(loaded, 0) : RowBlockReader::open(block.head.block, block.head.first_arrival);
  if (!reader) {
    damage_.block(reader.error());
    return true;
  }
  OC_TRY(pick_rows(*reader));
  put_in_order();
  return picked_.empty() || deliver(block, *reader);
}

Status BlockScan::pick_rows(RowBlockReader& reader) {
  picked_.clear();
  for (StoredRow row; reader.next(row);) {
    if (row.time_ns < request_.start_ns || row.time_ns >= request_.end_ns) continue;
    looked_at_bytes_ += row.line.size();
    if (request_.max_bytes != 0 && looked_at_bytes_ > request_.max_bytes)
      return permanent(fmt::format("the query reads more than {} bytes of lines", request_.max_bytes),
                       "shorten its time range or narrow its selector");
    if (filters_.matches(row.line)) picked_.push_back(row);
  }
  if (!reader.ok()) damage_.block(Error{Error::Kind::kPermanent, "malformed row block", {}});
  return {};
}

void BlockScan::put_in_order() {
  const auto place = [](const StoredRow& row) { return std::tie(row.time_ns, row.arrival); };
  // Blocks of parts are sorted, those of the head nearly always.
  if (!std::ranges::is_sorted(picked_, {}, place)) std::ranges::sort(picked_, {}, place);
  if (request_.direction == Direction::kBackward) std::ranges::reverse(picked_);
}

bool BlockScan::deliver(const ScanBlock& block, const RowBlockReader& reader) {
  rows_.clear();
  metadata_.clear();
  metadata_ends_.clear();
  for (const StoredRow& row : picked_) {
    if (!reader.metadata(row, metadata_))
      damage_.block(Error{Error::Kind::kPermanent, "malformed metadata of a row", {}});
    metadata_ends_.push_back(metadata_.size());
    rows_.push_back({row.time_ns, row.arrival, row.line, {}});
  }
  // Only now, as the vector no longer moves.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < rows_.size(); begin = metadata_ends_[i++])
    rows_[i].metadata = std::span<const LabelView>(metadata_).subspan(begin, metadata_ends_[i] - begin);
  return sink_.rows(*block.stream, rows_);
}

}  // namespace

Status scan_blocks(std::vector<ScanBlock> blocks, const query::ScanRequest& request, query::RowSink& sink,
                   DamageReport& damage) {
  OC_TRY_ASSIGN(const auto filters, query::CompiledLineFilters::compile(request.line_filters));
  if (request.direction == Direction::kBackward)
    std::ranges::sort(blocks, std::greater(), [](const ScanBlock& block) { return block.bounds.last_ns; });
  else
    std::ranges::sort(blocks, {}, [](const ScanBlock& block) { return block.bounds.first_ns; });
  BlockScan scan(request, filters, sink, damage);
  for (const ScanBlock& block : blocks) {
    OC_TRY_ASSIGN(const bool more, scan.scan(block));
    if (!more) break;
  }
  return {};
}

}  // namespace oc::stores
