#include "stores/logs/column_batch.h"

#include <algorithm>

namespace oc::stores {

using columns::RowSet;
using query::Row;

void MetadataOfRows::add(columns::BlockMetadata& metadata, std::size_t row) {
  const std::size_t begin = pairs_.size();
  metadata.own(row, pairs_);
  add_shared(metadata.shared(row), begin, pairs_);
  ends_.push_back(pairs_.size());
}

std::span<const query::LabelView> MetadataOfRows::operator[](std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::span(pairs_).subspan(begin, ends_[i] - begin);
}

ColumnBatch::ColumnBatch(columns::BlockReader& block, const RunGroup& group, const RowSet& rows,
                         const query::ScanRequest& request, Deliver deliver)
    : block_(block),
      group_(group),
      rows_(rows),
      request_(request),
      deliver_(std::move(deliver)),
      size_(rows.count()),
      forward_(request.direction == query::Direction::kForward) {}

const std::vector<std::uint32_t>& ColumnBatch::places_in_block() {
  if (!places_.empty()) return places_;
  places_.reserve(size_);
  rows_.for_each([&](std::size_t row) { places_.push_back(static_cast<std::uint32_t>(row)); });
  if (!forward_) std::ranges::reverse(places_);
  return places_;
}

Result<std::span<const Nanos>> ColumnBatch::times() {
  OC_TRY_ASSIGN(const std::vector<Nanos>* all, block_.times());
  if (is_whole()) return std::span<const Nanos>(*all);
  times_.clear();
  for (const std::uint32_t place : places_in_block()) times_.push_back((*all)[place]);
  return std::span<const Nanos>(times_);
}

RowSet ColumnBatch::in_block(std::span<const std::uint32_t> places) {
  RowSet rows(block_.rows());
  for (const std::uint32_t place : places) rows.add(places_in_block()[place]);
  return rows;
}

Result<std::span<const std::uint64_t>> ColumnBatch::arrivals() {
  OC_TRY_ASSIGN(const std::vector<std::uint64_t> all, block_.arrivals());
  arrivals_.clear();
  for (const std::uint32_t place : places_in_block()) arrivals_.push_back(all[place]);
  return std::span<const std::uint64_t>(arrivals_);
}

Result<std::span<const query::RowTemplate>> ColumnBatch::templates() {
  if (!templates_.empty()) return std::span<const query::RowTemplate>(templates_);
  OC_TRY_ASSIGN(templates_, block_.lines().templates());
  if (!is_whole()) keep_own_rows();
  return std::span<const query::RowTemplate>(templates_);
}

Result<std::vector<std::uint32_t>> ColumnBatch::line_sizes() {
  std::vector<std::uint32_t> sizes(size_);
  OC_TRY(block_.lines().add_sizes(rows_, sizes));
  if (!forward_) std::ranges::reverse(sizes);
  return sizes;
}

Result<std::vector<query::AlikeRows>> ColumnBatch::alike(std::span<const std::string> names) {
  OC_TRY_ASSIGN(const auto kinds, block_.kinds_of_metadata(names));
  if (!kinds) return std::vector<query::AlikeRows>();
  std::vector<query::AlikeRows> alike(std::ranges::max(*kinds) + 1);
  const auto& places = places_in_block();
  for (std::uint32_t place = 0; place < places.size(); ++place) alike[(*kinds)[places[place]]].rows.push_back(place);
  std::erase_if(alike, [](const query::AlikeRows& rows) { return rows.rows.empty(); });
  OC_TRY(add_metadata(alike, names));
  return alike;
}

// Made in the block's order.
Status ColumnBatch::add_metadata(std::vector<query::AlikeRows>& alike, std::span<const std::string> names) {
  const auto first_row = [&](const query::AlikeRows& rows) { return places_in_block()[rows.rows.front()]; };
  std::ranges::sort(alike, {}, first_row);
  RowSet firsts(block_.rows());
  for (const auto& rows : alike) firsts.add(first_row(rows));
  OC_TRY_ASSIGN(metadata_, block_.metadata(firsts, names));
  pairs_ = {};
  for (std::size_t i = 0; i < alike.size(); ++i) pairs_.add(metadata_, i);
  for (std::size_t i = 0; i < alike.size(); ++i) alike[i].metadata = pairs_[i];
  return {};
}

void ColumnBatch::keep_own_rows() {
  constexpr std::uint32_t kAbsent = ~0u;
  std::vector<std::uint32_t> place_of(block_.rows(), kAbsent);
  const auto& places = places_in_block();
  for (std::uint32_t i = 0; i < places.size(); ++i) place_of[places[i]] = i;
  own_rows_.assign(templates_.size(), {});
  own_lines_.assign(templates_.size(), {});
  for (std::size_t of = 0; of < templates_.size(); ++of) {
    for (std::uint32_t line = 0; line < templates_[of].rows.size(); ++line) {
      const std::uint32_t place = place_of[templates_[of].rows[line]];
      if (place == kAbsent) continue;
      own_rows_[of].push_back(place);
      own_lines_[of].push_back(line);
    }
    if (!forward_) std::ranges::reverse(own_rows_[of]);
    if (!forward_) std::ranges::reverse(own_lines_[of]);
    templates_[of].rows = own_rows_[of];
  }
}

Result<query::GapValues> ColumnBatch::gap_values(std::size_t of, std::size_t piece,
                                                 std::span<const std::uint32_t> indices) {
  columns::Column& column = *block_.lines().gap(of, piece);
  const auto line_of = [&](std::uint32_t index) { return own_lines_.empty() ? index : own_lines_[of][index]; };
  query::GapValues values;
  values.texts.reserve(indices.size());
  if (indices.size() * 2 > column.size()) {
    OC_TRY_ASSIGN(const columns::TextColumn* all, column.text());
    for (const std::uint32_t index : indices) values.texts.push_back((*all)[line_of(index)]);
    return values;
  }
  RowSet wanted(column.size());
  for (const std::uint32_t index : indices) wanted.add(line_of(index));
  auto picked = std::make_shared<columns::TextColumn>();
  OC_TRY_ASSIGN(*picked, column.pick(wanted));
  for (std::size_t i = 0; i < picked->size(); ++i) values.texts.push_back((*picked)[i]);
  if (!forward_) std::ranges::reverse(values.texts);
  values.memory = std::move(picked);
  return values;
}

Result<std::span<const Row>> ColumnBatch::made(const RowSet& rows) {
  OC_TRY_ASSIGN(const std::vector<Nanos>* times, block_.times());
  OC_TRY_ASSIGN(const std::vector<std::uint64_t> arrivals, block_.arrivals());
  const columns::TextColumn* lines = &lines_;
  if (request_.needs_lines && rows.count() == rows.size()) {
    OC_TRY_ASSIGN(lines, block_.lines().text());
  } else if (request_.needs_lines) {
    OC_TRY_ASSIGN(lines_, block_.lines().pick(rows));
  }
  if (request_.needs_metadata) {
    OC_TRY_ASSIGN(metadata_, block_.metadata(rows, request_.metadata_names));
  }
  made_.clear();
  pairs_ = {};
  rows.for_each([&](std::size_t row) {
    const std::size_t i = made_.size();
    Row& made = made_.emplace_back(Row{.time_ns = (*times)[row], .arrival = arrivals[row], .line = {}, .metadata = {}});
    if (request_.needs_lines) made.line = (*lines)[i];
    if (request_.needs_metadata) pairs_.add(metadata_, i);
  });
  // Only now, as the vector no longer moves.
  for (std::size_t i = 0; request_.needs_metadata && i < made_.size(); ++i) made_[i].metadata = pairs_[i];
  if (!forward_) std::ranges::reverse(made_);
  return std::span<const Row>(made_);
}

}  // namespace oc::stores
