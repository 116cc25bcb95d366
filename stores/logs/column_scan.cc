#include "stores/logs/column_scan.h"

#include <algorithm>

#include <fmt/format.h>

#include "stores/logs/column_batch.h"

namespace oc::stores {

using columns::RowSet;
using query::LineFilter;

namespace {

// Each text is looked for by itself in the columns, many are looked for in the lines, all at once.
constexpr std::size_t kMostSearched = 16;

bool looks_at_lines(const LineFilter& filter) {
  return filter.type == LineFilter::Type::kMatches || filter.type == LineFilter::Type::kNotMatches ||
         filter.alternatives.size() > kMostSearched;
}

}  // namespace

Result<ColumnScan> ColumnScan::create(const query::ScanRequest& request, query::RowSink& sink, DamageReport& damage) {
  std::vector<LineFilter> patterns;
  std::ranges::copy_if(request.line_filters, std::back_inserter(patterns), looks_at_lines);
  OC_TRY_ASSIGN(auto compiled, query::CompiledLineFilters::compile(patterns));
  return ColumnScan(request, std::move(compiled), sink, damage);
}

Status ColumnScan::look_at(std::uint64_t bytes) {
  looked_at_bytes_ += bytes;
  if (request_.max_bytes == 0 || looked_at_bytes_ <= request_.max_bytes) return {};
  return permanent(fmt::format("the query reads more than {} bytes of lines", request_.max_bytes),
                   "shorten its time range or narrow its selector");
}

// The text of the rows in the request's time, as if it were spread evenly.
std::uint64_t ColumnScan::text_in_time(const ScanBlock& block) const {
  const auto [first, last, rows] = block.bounds;
  const double all = static_cast<double>(last) - static_cast<double>(first) + 1;
  const double part = static_cast<double>(std::min(last, request_.end_ns - 1)) -
                      static_cast<double>(std::max(first, request_.start_ns)) + 1;
  const double rows_wanted = static_cast<double>(rows) / static_cast<double>(block.in_part->bounds.rows);
  return static_cast<std::uint64_t>(static_cast<double>(block.in_part->raw_bytes) * rows_wanted *
                                    std::clamp(part / all, 0.0, 1.0));
}

Result<bool> ColumnScan::scan(const ScanBlock& block) {
  OC_TRY(look_at(text_in_time(block)));
  auto reader = block.part->open_columns(*block.in_part, reading());
  if (!reader) return left_out(std::move(reader).error());
  auto more = scan_columns(block, **reader);
  if (more || more.error().retryable()) return more;
  return left_out(in_context(std::move(more).error(), block.part->where(*block.in_part)).error());
}

Result<bool> ColumnScan::left_out(Error why) {
  if (why.retryable()) return std::unexpected(std::move(why));
  damage_.block(why);
  return true;
}

Part::Reading ColumnScan::reading() const {
  const bool searches = std::ranges::any_of(request_.line_filters, std::not_fn(looks_at_lines));
  const bool makes_lines = request_.needs_lines || !request_.line_filters.empty();
  return searches || !makes_lines || sink_.takes_batches() ? Part::Reading::kByColumn : Part::Reading::kWhole;
}

Result<RowSet> ColumnScan::rows_in_time(columns::BlockReader& block, const ScanBlock& wanted) const {
  const bool all = wanted.bounds.first_ns >= request_.start_ns && wanted.bounds.last_ns < request_.end_ns;
  RowSet rows(block.rows(), all && wanted.is_whole());
  if (all && wanted.is_whole()) return rows;
  OC_TRY_ASSIGN(const std::vector<Nanos>* times, block.times());
  for (const PartRun& run : wanted.runs())
    for (std::size_t i = run.first_row; i < run.first_row + std::size_t{run.rows}; ++i)
      if ((*times)[i] >= request_.start_ns && (*times)[i] < request_.end_ns) rows.add(i);
  return rows;
}

Status ColumnScan::keep_matching(columns::BlockReader& block, RowSet& rows) const {
  for (const LineFilter& filter : request_.line_filters) {
    if (looks_at_lines(filter)) continue;
    RowSet holding(rows.size());
    for (const std::string& text : filter.alternatives) {
      OC_TRY(request_.interruption.check());
      OC_TRY_ASSIGN(const RowSet found, block.lines().find(text, columns::Place::kInside));
      holding.add(found);
    }
    if (filter.type == LineFilter::Type::kContains)
      rows.keep(holding);
    else
      rows.remove(holding);
    if (rows.empty()) return {};
  }
  return keep_matching_patterns(block, rows);
}

Status ColumnScan::keep_matching_patterns(columns::BlockReader& block, RowSet& rows) const {
  if (std::ranges::none_of(request_.line_filters, looks_at_lines)) return {};
  OC_TRY_ASSIGN(const RowSet open, decide_by_template(block, rows));
  if (open.empty()) return {};
  OC_TRY_ASSIGN(const columns::TextColumn lines, block.lines().pick(open));
  RowSet failing(rows.size());
  std::size_t i = 0;
  query::RowInterruption interruption(request_.interruption);
  Status go_on;
  open.for_each([&](std::size_t row) {
    if (go_on) go_on = interruption.check();
    if (go_on && !patterns_.matches(lines[i++])) failing.add(row);
  });
  OC_TRY(go_on);
  rows.remove(failing);
  return {};
}

// Takes out rows that no line of their template passes with; the rows that have to be looked at.
Result<RowSet> ColumnScan::decide_by_template(columns::BlockReader& block, RowSet& rows) const {
  // Of a block and of a template: fewer are sooner looked at.
  constexpr std::size_t kWorthwhileBlockRows = 256, kWorthwhileRows = 16;
  if (rows.count() < kWorthwhileBlockRows) return rows;
  OC_TRY_ASSIGN(const auto templates, block.lines().templates());
  if (templates.empty()) return rows;
  RowSet open(rows.size()), failing(rows.size());
  for (const query::RowTemplate& of : templates) {
    OC_TRY(request_.interruption.check());
    const auto matches = of.rows.size() < kWorthwhileRows ? std::nullopt : patterns_.matches_template(of.pieces);
    if (matches && *matches) continue;
    RowSet& fate = matches ? failing : open;
    for (const std::uint32_t row : of.rows) fate.add(row);
  }
  rows.remove(failing);
  open.keep(rows);
  return open;
}

Result<bool> ColumnScan::scan_columns(const ScanBlock& block, columns::BlockReader& reader) {
  OC_TRY_ASSIGN(RowSet rows, rows_in_time(reader, block));
  OC_TRY(keep_matching(reader, rows));
  if (rows.empty()) return true;
  if (sink_.takes_batches()) {
    OC_TRY_ASSIGN(const bool more, hand_over(block, reader, rows));
    if (!more) return false;
  }
  if (rows.empty()) return true;
  return deliver(*block.part, reader, block.runs(), rows);
}

// Takes rows out that the sink was given as batches.
Result<bool> ColumnScan::hand_over(const ScanBlock& block, columns::BlockReader& reader, RowSet& rows) {
  // But for times, what a batch finds out once for its block would be found out again and again.
  constexpr std::size_t kWorthwhileBatch = 256;
  const bool any_size = block.in_part->runs == 1 || (!request_.needs_lines && !request_.needs_metadata);
  for (const RunGroup& group : grouped(*block.part, block.runs(), sink_.told_apart_by())) {
    if (!any_size && group.rows < kWorthwhileBatch) continue;
    RowSet of_group(rows.size());
    for (const PartRun& run : group.runs) of_group.add(rows, run.first_row, run.first_row + std::size_t{run.rows});
    if (of_group.empty() || (!any_size && of_group.count() < kWorthwhileBatch)) continue;
    OC_TRY(request_.interruption.check());
    ColumnBatch batch(reader, group, of_group, request_,
                      [&](const RowSet& some) { return deliver(*block.part, reader, group.runs, some); });
    OC_TRY_ASSIGN(const bool more, sink_.batch(batch));
    if (!more) return false;
    rows.remove(of_group);
  }
  return true;
}

Result<bool> ColumnScan::deliver(const Part& part, columns::BlockReader& block, std::span<const PartRun> of,
                                 const RowSet& rows) {
  OC_TRY_ASSIGN(const std::vector<Nanos> times, block.times_of(rows));
  std::vector<std::uint64_t> arrivals;
  if (request_.needs_lines || request_.needs_metadata) {
    OC_TRY_ASSIGN(arrivals, block.arrivals(&rows));
  }
  const std::vector<std::uint32_t> wanted = positions(rows);
  ContentOfRuns content(block, request_, rows, wanted.size());
  std::vector<query::Row> out;
  query::RowInterruption interruption(request_.interruption);
  bool begun = false;                   // the sink was asked about the block as a whole
  const query::Stream* done = nullptr;  // its further rows are not wanted either
  for (const Run& run : runs_of(part, of, wanted)) {
    OC_TRY(interruption.check());
    if (run.stream == done) continue;
    if (std::exchange(begun, true) && !sink_.wants(times[run.first], times[run.first + run.rows.size() - 1])) {
      done = run.stream;
      continue;
    }
    if (request_.needs_lines) OC_TRY(content.load_lines(run));
    MetadataOfRows pairs;
    if (request_.needs_metadata) {
      OC_TRY(content.load_metadata(run));
      pairs = content.metadata(run);
    }
    const std::size_t size = run.rows.size();
    out.resize(size);  // what nobody needs stays empty in it
    for (std::size_t i = 0; i < size; ++i) {
      query::Row& row = out[request_.direction == query::Direction::kForward ? i : size - 1 - i];
      row.time_ns = times[run.first + i];
      if (!arrivals.empty()) row.arrival = arrivals[run.first + i];
      if (request_.needs_lines) row.line = content.line(run, i);
      if (request_.needs_metadata) row.metadata = pairs[i];
    }
    if (!sink_.rows(*run.stream, out)) return false;
  }
  return true;
}

std::vector<Run> ColumnScan::runs_of(const Part& part, std::span<const PartRun> of,
                                     std::span<const std::uint32_t> wanted) const {
  std::vector<Run> runs;
  std::size_t first = 0;
  for (const PartRun& run : of) {
    const auto rest = wanted.subspan(first);
    const auto behind = std::ranges::lower_bound(rest, run.first_row + run.rows);
    const auto mine = rest.first(static_cast<std::size_t>(behind - rest.begin()));
    add_runs(*part.streams()[run.stream], mine, first, request_.direction, runs);
    first += mine.size();
  }
  return runs;
}

}  // namespace oc::stores
