#include "query/logql/log_query.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "query/logql/dropped_rows.h"
#include "query/logql/pipeline.h"
#include "query/logql/series.h"

namespace oc::query {

namespace {

// Keeps the first `limit` entries in a heap whose top is the last of them.
class FirstEntries final : public RowSink {
 public:
  FirstEntries(QueryContext& context, Pipeline& pipeline, Direction direction, std::size_t limit)
      : context_(context),
        pipeline_(pipeline),
        direction_(direction),
        limit_(limit),
        interruption_(context.interruption) {}

  bool rows(const Stream& stream, std::span<const Row> rows) override {
    for (const auto& row : rows) {
      if (auto go_on = interruption_.check(); !go_on) return fail(std::move(go_on).error());
      ++context_.stats.lines;
      context_.stats.bytes += row.line.size();
      if (full() && !comes_first(row, heap_.front())) break;  // those behind come even later
      if (auto* line = pipeline_.run(stream, row)) keep(stream, row, *line);
      if (kept_bytes_ > kMaxEntriesBytes) return fail(too_much());
    }
    return true;
  }

  bool takes_batches() const override { return pipeline_.may_drop_by_template() || pipeline_.may_drop_by_metadata(); }

  // Few rows at first: often they are enough.
  Result<bool> batch(RowBatch& batch) override {
    constexpr std::size_t kFirstRows = 256, kGrowth = 16;
    OC_TRY_ASSIGN(const auto times, batch.times());
    for (std::size_t begin = 0, end = 0; begin < times.size(); begin = end) {
      end = std::min(times.size(), std::max(kFirstRows, begin * kGrowth));
      if (!wants_between(times[begin], times[end - 1])) return true;
      OC_TRY_ASSIGN(const auto places, rows_left(context_, pipeline_, batch, {begin, end}));
      context_.stats.lines += end - begin - places.size();
      if (places.empty()) continue;
      OC_TRY_ASSIGN(const bool more, batch.hand_out(places, *this));
      if (!more) return false;
    }
    return true;
  }

  bool wants(Nanos first_ns, Nanos last_ns) const override {
    if (!full()) return true;
    return direction_ == Direction::kBackward ? last_ns >= heap_.front().time_ns : first_ns <= heap_.front().time_ns;
  }

 private:
  bool wants_between(Nanos a_ns, Nanos b_ns) const { return wants(std::min(a_ns, b_ns), std::max(a_ns, b_ns)); }
  bool full() const { return heap_.size() >= limit_; }

  bool fail(Error error) {
    error_ = std::move(error);
    return false;
  }
  static Error too_much() {
    return {.message = fmt::format("the entries of the answer take more than {} MiB", kMaxEntriesBytes >> 20),
            .next_step = "ask for fewer entries, or shorten them with line_format"};
  }

  auto order() const {
    return [this](const LogEntry& a, const LogEntry& b) { return comes_first(a, b); };
  }

  template <typename A, typename B>
  bool comes_first(const A& a, const B& b) const {
    if (a.time_ns != b.time_ns)
      return direction_ == Direction::kForward ? a.time_ns < b.time_ns : a.time_ns > b.time_ns;
    return direction_ == Direction::kForward ? a.arrival < b.arrival : a.arrival > b.arrival;
  }

  void keep(const Stream& stream, const Row& row, Line& line) {
    if (full()) {
      std::ranges::pop_heap(heap_, order());
      kept_bytes_ -= heap_.back().bytes();
      heap_.pop_back();
    }
    heap_.push_back({row.time_ns, row.arrival, stream.id, std::string(line.text), categorized(line.labels)});
    kept_bytes_ += heap_.back().bytes();
    std::ranges::push_heap(heap_, order());
  }

 public:
  Result<std::vector<LogEntry>> take() {
    if (error_) return std::unexpected(*error_);
    std::ranges::sort(heap_, order());
    return std::move(heap_);
  }

 private:
  QueryContext& context_;
  Pipeline& pipeline_;
  Direction direction_;
  std::size_t limit_;
  RowInterruption interruption_;
  std::vector<LogEntry> heap_;
  std::size_t kept_bytes_ = 0;
  std::optional<Error> error_;
};

Result<std::vector<LogEntry>> first_entries(QueryContext& context, Pipeline& pipeline, const LogQuery& query) {
  auto request = scan_request(context);
  request.matchers = pipeline.matchers();
  request.line_filters = pipeline.pushed_down();
  request.start_ns = query.start_ns;
  request.end_ns = query.end_ns;
  request.direction = query.direction;
  FirstEntries sink(context, pipeline, query.direction, query.limit);
  OC_TRY(context.reader->scan(request, sink));
  return sink.take();
}

// Loki answers by parts, cut at full hours, and of each looks at the first `limit` entries only: those are kept that
// are an interval away from the last one kept of the part.
class SpacedEntries {
 public:
  SpacedEntries(QueryContext& context, Pipeline& pipeline, const LogQuery& query)
      : context_(context), pipeline_(pipeline), rest_(query) {}

  Result<std::vector<LogEntry>> run() {
    while (kept_.size() < rest_.limit && rest_.start_ns < rest_.end_ns) {
      OC_TRY_ASSIGN(auto entries, first_entries(context_, pipeline_, take_part()));
      keep(std::move(entries));
    }
    return std::move(kept_);
  }

 private:
  LogQuery take_part() {
    constexpr Nanos kHour = 3600 * Nanos{1'000'000'000};
    auto part = rest_;
    if (rest_.direction == Direction::kForward) {
      part.end_ns = std::min(floor_to(rest_.start_ns, kHour) + kHour, rest_.end_ns);
      rest_.start_ns = part.end_ns;
    } else {
      part.start_ns = std::max(floor_to(rest_.end_ns - 1, kHour), rest_.start_ns);
      rest_.end_ns = part.start_ns;
    }
    return part;
  }

  void keep(std::vector<LogEntry> entries) {
    std::optional<Nanos> last_ns;
    for (auto& entry : entries) {
      if (kept_.size() >= rest_.limit) return;
      if (last_ns && std::abs(entry.time_ns - *last_ns) < rest_.interval_ns) continue;
      last_ns = entry.time_ns;
      kept_.push_back(std::move(entry));
    }
  }

  QueryContext& context_;
  Pipeline& pipeline_;
  LogQuery rest_;
  std::vector<LogEntry> kept_;
};

}  // namespace

std::size_t LogEntry::bytes() const {
  std::size_t bytes = line.size();
  for (const auto* category : {&labels.stream, &labels.metadata, &labels.parsed}) {
    for (const auto& [name, value] : *category) bytes += name.size() + value.size() + sizeof(Label);
  }
  return bytes;
}

Labels CategorizedLabels::all() const {
  Labels labels = stream;
  labels.insert(labels.end(), metadata.begin(), metadata.end());
  labels.insert(labels.end(), parsed.begin(), parsed.end());
  std::ranges::sort(labels);
  return labels;
}

CategorizedLabels categorized(LineLabels& labels) {
  CategorizedLabels result;
  for (const auto& label : labels.sorted()) {
    auto& category = label.category == LabelCategory::kStream     ? result.stream
                     : label.category == LabelCategory::kMetadata ? result.metadata
                                                                  : result.parsed;
    category.emplace_back(label.name, label.value);
  }
  return result;
}

Result<std::vector<LogEntry>> run_log_query(QueryContext& context, const LogExpr& log, const LogQuery& query) {
  if (query.start_ns >= query.end_ns || query.limit == 0) return std::vector<LogEntry>();
  OC_TRY_ASSIGN(auto pipeline, Pipeline::compile(log));
  if (query.interval_ns > 0) return SpacedEntries(context, pipeline, query).run();
  return first_entries(context, pipeline, query);
}

}  // namespace oc::query
