#include "stores/logs/columns/block_reader.h"

#include <algorithm>

#include "stores/logs/columns/block_format.h"

namespace oc::stores::columns {

namespace {

// What the columns of a block may take in memory, for what its text takes: a digit may be eight bytes for a while, and
// each value has an end of four bytes.
std::uint64_t memory_budget(std::uint64_t rows, std::uint64_t text_bytes) {
  return (1 << 20) + 32 * text_bytes + 256 * rows;
}

}  // namespace

BlockReader::BlockReader(std::string directory, ReadBytes read, std::uint64_t rows, std::uint64_t budget)
    : in_(std::move(directory), std::move(read), budget),
      rows_(rows),
      times_([this](const RowSet* rows) { return load_times(rows); }),
      own_(in_, rows_, times_) {}

Result<std::unique_ptr<BlockReader>> BlockReader::open(std::string directory, ReadBytes read, std::uint64_t rows,
                                                       std::uint64_t text_bytes) {
  std::unique_ptr<BlockReader> reader(
      new BlockReader(std::move(directory), std::move(read), rows, memory_budget(rows, text_bytes)));
  if (!reader->read_directory()) return permanent("malformed column block: its directory");
  return reader;
}

bool BlockReader::has_metadata(std::string_view name) const {
  return own_.has(name) || std::ranges::any_of(sets_, [&](const auto& set) {
           return std::ranges::find(set, name, &query::LabelView::first) != set.end();
         });
}

bool BlockReader::read_directory() {
  if (in_.directory().varint() != rows_) return false;
  if (!read_times() || !read_shared() || !own_.read()) return false;
  lines_ = read_column(in_, rows_, times_);
  return lines_ && in_.directory().ok() && in_.directory().at_end();
}

bool BlockReader::read_times() {
  time_unit_ = in_.directory().varint();
  if (time_unit_ >= kValuesRecur) {
    time_unit_ -= kValuesRecur;
    recurring_ = RecurringValuesReader::read(in_);
    if (!recurring_) return false;
    in_.set_recurring(recurring_.get());
  }
  time_units_ = Integers::read(in_, rows_);
  arrivals_ = Integers::read(in_, rows_);
  return true;
}

bool BlockReader::read_shared() {
  ByteReader& in = in_.directory();
  const std::uint64_t sets = in.count();
  for (std::uint64_t i = 0; i < sets && in.ok(); ++i) {
    const std::uint64_t pairs = in.count(2);
    auto& set = sets_.emplace_back();
    for (std::uint64_t pair = 0; pair < pairs && in.ok(); ++pair) {
      const std::string_view name = in.bytes();
      set.emplace_back(name, in.bytes());
    }
  }
  set_of_ = Integers::read(in_, rows_);
  return in.ok();
}

Result<std::vector<Nanos>> BlockReader::load_times(const RowSet* rows) {
  if (time_unit_ >= kTimeUnits.size()) return permanent("malformed column block: unit of its times");
  const auto unit = static_cast<std::uint64_t>(kTimeUnits[time_unit_]);
  std::vector<Nanos> times;
  const auto add = [&](std::span<const std::uint64_t> units) {
    for (const std::uint64_t value : units) times.push_back(static_cast<Nanos>(value * unit));
  };
  if (rows != nullptr) {
    OC_TRY_ASSIGN(const auto units, time_units_.load(in_, rows));
    add(units);
    return times;
  }
  OC_TRY(in_.allow(rows_ * sizeof(Nanos)));
  times.reserve(rows_);
  OC_TRY(time_units_.for_each_run(in_, [&](std::size_t, std::span<const std::uint64_t> units) { add(units); }));
  return times;
}

Result<BlockMetadata> BlockReader::metadata(const RowSet& rows) {
  BlockMetadata metadata;
  metadata.sets_ = &sets_;
  OC_TRY_ASSIGN(metadata.set_of_, set_of_.load(in_, &rows));
  if (std::ranges::any_of(metadata.set_of_, [&](std::uint64_t set) { return set > sets_.size(); }))
    return permanent("malformed column block: shared metadata of a row");
  OC_TRY_ASSIGN(metadata.own_, own_.pick(rows, *lines_));
  return metadata;
}

}  // namespace oc::stores::columns
