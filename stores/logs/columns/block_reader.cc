#include "stores/logs/columns/block_reader.h"

#include <algorithm>
#include <iterator>
#include <map>

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
      times_([this](const RowSet* rows) { return load_times(rows); }) {}

Result<std::unique_ptr<BlockReader>> BlockReader::open(std::string directory, ReadBytes read, std::uint64_t rows,
                                                       std::uint64_t text_bytes) {
  std::unique_ptr<BlockReader> reader(
      new BlockReader(std::move(directory), std::move(read), rows, memory_budget(rows, text_bytes)));
  if (!reader->read_directory()) return permanent("malformed column block: its directory");
  return reader;
}

bool BlockReader::has_metadata(std::string_view name) {
  if (!need_own()) return true;  // whoever reads it is told
  return own_->has(name) || std::ranges::find(sets_.items(), name, &query::LabelView::first) != sets_.items().end();
}

bool BlockReader::read_directory() {
  if (in_.directory().varint() != rows_) return false;
  if (!read_times() || !read_shared()) return false;
  if (!own_directory_) {
    own_ = std::make_unique<OwnMetadata>(in_, rows_, times_);
    if (!own_->read()) return false;
  }
  lines_ = read_column(in_, rows_, times_);
  if (own_directory_) own_directory_ = in_.next_inner();
  return lines_ && in_.directory().ok() && in_.directory().at_end();
}

Status BlockReader::need_own() {
  if (own_) return {};
  OC_TRY_ASSIGN(own_in_, in_.open(*own_directory_));
  auto own = std::make_unique<OwnMetadata>(*own_in_, rows_, times_);
  if (!own->read() || !own_in_->directory().at_end())
    return permanent("malformed column block: the directory of its rows' metadata");
  own_ = std::move(own);
  return {};
}

bool BlockReader::read_times() {
  time_unit_ = in_.directory().varint();
  if (time_unit_ >= kOwnDirectory) {
    time_unit_ -= kOwnDirectory;
    own_directory_.emplace();
  }
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
    for (std::uint64_t pair = 0; pair < pairs && in.ok(); ++pair) {
      const std::string_view name = in.bytes();
      sets_.items().emplace_back(name, in.bytes());
    }
    sets_.end_list();
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

Result<std::vector<std::uint64_t>> BlockReader::shared_sets(const RowSet* rows) {
  OC_TRY_ASSIGN(auto set_of, set_of_.load(in_, rows));
  if (std::ranges::any_of(set_of, [&](std::uint64_t set) { return set > sets_.size(); }))
    return permanent("malformed column block: shared metadata of a row");
  return set_of;
}

namespace {

constexpr std::size_t kMostKinds = 1 << 12;  // with more of them the rows are as quickly looked at

// By the old number and the word: nullopt where there may be too many of them.
std::optional<std::vector<std::uint64_t>> told_apart(std::vector<std::uint64_t> kinds,
                                                     std::span<const std::uint64_t> words) {
  if (kinds.empty()) return kinds;
  const std::uint64_t different = std::ranges::max(words) + 1;
  if (std::ranges::max(kinds) >= kMostKinds / different) return std::nullopt;
  for (std::size_t row = 0; row < kinds.size(); ++row) kinds[row] = kinds[row] * different + words[row];
  return kinds;
}

// For each set, and in front of them for none, a number: the same where what they have of these names is the same.
std::vector<std::uint64_t> kinds_of_sets(const MetadataSets& sets, std::span<const std::string> names) {
  std::map<std::vector<query::LabelView>, std::uint64_t> kinds = {{{}, 0}};
  std::vector<std::uint64_t> kind_of = {0};
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::vector<query::LabelView> asked;
    std::ranges::copy_if(sets[set], std::back_inserter(asked),
                         [&](const auto& pair) { return std::ranges::find(names, pair.first) != names.end(); });
    kind_of.push_back(kinds.try_emplace(std::move(asked), kinds.size()).first->second);
  }
  return kind_of;
}

}  // namespace

Result<std::optional<std::vector<std::uint64_t>>> BlockReader::kinds_of_metadata(std::span<const std::string> names) {
  OC_TRY(need_own());
  OC_TRY_ASSIGN(auto sets, shared_sets(nullptr));
  const auto kind_of = kinds_of_sets(sets_, names);
  std::optional kinds = std::move(sets);
  for (std::uint64_t& kind : *kinds) kind = kind_of[kind];
  for (const std::string& name : names) {
    if (!own_->has(name)) continue;
    OC_TRY_ASSIGN(const auto words, own_->words(name, *lines_));
    if (words) kinds = told_apart(*std::move(kinds), *words);
    if (!words || !kinds) return std::nullopt;
  }
  return kinds;
}

Result<BlockMetadata> BlockReader::metadata(const RowSet& rows, WantedNames names) {
  OC_TRY(need_own());
  BlockMetadata metadata;
  metadata.sets_ = &sets_;
  OC_TRY_ASSIGN(metadata.set_of_, shared_sets(&rows));
  OC_TRY_ASSIGN(metadata.own_, own_->pick(rows, *lines_, names));
  return metadata;
}

}  // namespace oc::stores::columns
