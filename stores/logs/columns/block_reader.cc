#include "stores/logs/columns/block_reader.h"

#include <algorithm>

#include "stores/logs/columns/block_format.h"
#include "stores/logs/columns/number_text.h"

namespace oc::stores::columns {

namespace {

// What the columns of a block may take in memory, for what its text takes: a digit may be eight bytes for a while, and
// each value has an end of four bytes.
std::uint64_t memory_budget(std::uint64_t rows, std::uint64_t text_bytes) {
  return (1 << 20) + 32 * text_bytes + 256 * rows;
}

constexpr std::size_t kLongestNumber = 20;

}  // namespace

void BlockMetadata::own(std::size_t i, std::vector<query::LabelView>& out) {
  if (i < row_) {
    row_ = 0;
    std::ranges::fill(next_, 0);
  }
  for (; row_ < i; ++row_)
    for (const std::uint32_t name : (*lists_)[list_of_[row_]]) ++next_[name];
  for (const std::uint32_t name : (*lists_)[list_of_[i]]) out.emplace_back((*names_)[name], values_[name][next_[name]]);
}

BlockReader::BlockReader(std::string directory, ReadBytes read, std::uint64_t rows, std::uint64_t budget)
    : in_(std::move(directory), std::move(read), budget), rows_(rows), times_([this] { return load_times(); }) {}

Result<std::unique_ptr<BlockReader>> BlockReader::open(std::string directory, ReadBytes read, std::uint64_t rows,
                                                       std::uint64_t text_bytes) {
  std::unique_ptr<BlockReader> reader(
      new BlockReader(std::move(directory), std::move(read), rows, memory_budget(rows, text_bytes)));
  if (!reader->read_directory()) return permanent("malformed column block: its directory");
  return reader;
}

bool BlockReader::has_metadata(std::string_view name) const {
  return std::ranges::find(names_, name) != names_.end() || std::ranges::any_of(sets_, [&](const auto& set) {
           return std::ranges::find(set, name, &query::LabelView::first) != set.end();
         });
}

bool BlockReader::read_directory() {
  if (in_.directory().varint() != rows_) return false;
  read_times();
  if (!read_shared() || !read_own()) return false;
  lines_ = read_column(in_, rows_, times_);
  return lines_ && in_.directory().ok() && in_.directory().at_end();
}

void BlockReader::read_times() {
  time_unit_ = in_.directory().varint();
  time_units_ = Integers::read(in_, rows_);
  arrivals_ = Integers::read(in_, rows_);
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

bool BlockReader::read_own() {
  ByteReader& in = in_.directory();
  const std::uint64_t names = in.count();
  for (std::uint64_t i = 0; i < names && in.ok(); ++i) names_.push_back(in.bytes());
  const std::uint64_t lists = in.count();
  for (std::uint64_t i = 0; i < lists && in.ok(); ++i) {
    const std::uint64_t size = in.count();
    auto& list = lists_.emplace_back();
    for (std::uint64_t name = 0; name < size && in.ok(); ++name) {
      list.push_back(static_cast<std::uint32_t>(in.varint()));
      if (list.back() >= names_.size()) return false;
    }
  }
  list_of_ = Integers::read(in_, rows_);
  for (std::uint64_t i = 0; i < names && in.ok(); ++i)
    if (!read_values()) return false;
  return in.ok();
}

bool BlockReader::read_values() {
  const std::size_t name = values_.size();
  const auto times_of_values = [this, name]() -> Result<std::vector<Nanos>> {
    OC_TRY(load_rows_of_values());
    return times_.of_rows(values_[name]->rows);
  };
  auto& values = *values_.emplace_back(std::make_unique<Values>(times_of_values));
  values.count = in_.directory().varint();
  const auto form = static_cast<ValuesForm>(in_.directory().varint());
  if (values.count > rows_) return false;
  if (form == ValuesForm::kOffsets) {
    values.surprises = Integers::read(in_, values.count);
    values.anchors = Integers::read(in_, (values.count + kOffsetsPerAnchor - 1) / kOffsetsPerAnchor);
    return true;
  }
  if (form != ValuesForm::kColumn) return false;
  values.column = read_column(in_, values.count, values.times);
  return values.column != nullptr;
}

Result<std::vector<Nanos>> BlockReader::load_times() {
  if (time_unit_ >= kTimeUnits.size()) return permanent("malformed column block: unit of its times");
  OC_TRY_ASSIGN(const auto units, time_units_.load(in_));
  std::vector<Nanos> times;
  times.reserve(units.size());
  const auto unit = static_cast<std::uint64_t>(kTimeUnits[time_unit_]);
  for (const std::uint64_t value : units) times.push_back(static_cast<Nanos>(value * unit));
  return times;
}

Status BlockReader::load_rows_of_values() {
  if (rows_of_values_loaded_) return {};
  OC_TRY_ASSIGN(const auto list_of, list_of_.load(in_));
  for (std::uint32_t row = 0; row < list_of.size(); ++row) {
    if (list_of[row] >= lists_.size()) return permanent("malformed column block: names of a row");
    for (const std::uint32_t name : lists_[list_of[row]]) {
      if (values_[name]->rows.size() == values_[name]->count)
        return permanent("malformed column block: values of a name");
      values_[name]->rows.push_back(row);
    }
  }
  for (const auto& values : values_)
    if (values->rows.size() != values->count) return permanent("malformed column block: values of a name");
  rows_of_values_loaded_ = true;
  return {};
}

// From the anchor before each one wanted on: its row's line says where the next begins.
Result<TextColumn> BlockReader::offsets(const Values& values, const RowSet& wanted) {
  OC_TRY_ASSIGN(const auto surprises, values.surprises.load(in_));
  OC_TRY_ASSIGN(const auto anchors, values.anchors.load(in_));
  RowSet passed(rows_);  // rows whose lines lie between an anchor and an offset wanted
  std::size_t done = 0;
  wanted.for_each([&](std::size_t i) {
    for (done = std::max(done, i - i % kOffsetsPerAnchor); done < i; ++done) passed.add(values.rows[done]);
  });
  OC_TRY_ASSIGN(const TextColumn lines, lines_->pick(passed));
  TextColumn text;
  text.reserve(wanted.count(), wanted.count() * kLongestNumber);
  std::size_t line = 0, at = 0;
  std::uint64_t offset = 0;
  wanted.for_each([&](std::size_t i) {
    if (const std::size_t anchor = i - i % kOffsetsPerAnchor; anchor >= at || i == 0) {
      at = anchor;
      offset = anchors[anchor / kOffsetsPerAnchor];
    }
    for (; at < i; ++at) offset += lines[line++].size() + 1 + surprises[at + 1];
    text.close(write_number(text.end(), offset, 0));
  });
  return text;
}

Result<TextColumn> BlockReader::pick(Values& values, const RowSet& rows) {
  RowSet wanted(values.count);
  for (std::size_t i = 0; i < values.rows.size(); ++i)
    if (rows.contains(values.rows[i])) wanted.add(i);
  return values.column ? values.column->pick(wanted) : offsets(values, wanted);
}

Result<BlockMetadata> BlockReader::metadata(const RowSet& rows) {
  OC_TRY(load_rows_of_values());
  BlockMetadata metadata;
  metadata.sets_ = &sets_;
  metadata.names_ = &names_;
  metadata.lists_ = &lists_;
  metadata.next_.resize(names_.size());
  OC_TRY_ASSIGN(metadata.set_of_, set_of_.load(in_, &rows));
  OC_TRY_ASSIGN(metadata.list_of_, list_of_.load(in_, &rows));
  if (std::ranges::any_of(metadata.set_of_, [&](std::uint64_t set) { return set > sets_.size(); }))
    return permanent("malformed column block: shared metadata of a row");
  // A block may have thousands of names, and few rows few of them.
  std::vector<bool> wanted(names_.size());
  for (const std::uint64_t list : metadata.list_of_)
    for (const std::uint32_t name : lists_[list]) wanted[name] = true;
  metadata.values_.resize(names_.size());
  for (std::size_t name = 0; name < names_.size(); ++name) {
    if (!wanted[name]) continue;
    OC_TRY_ASSIGN(metadata.values_[name], pick(*values_[name], rows));
  }
  return metadata;
}

}  // namespace oc::stores::columns
