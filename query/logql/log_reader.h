// What a log store offers to LogQL: scanning the streams that match a selector. The executor knows nothing of how rows
// lie on disk; a store knows nothing of LogQL beyond matchers and line filters.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "formats/regex/template_pattern.h"
#include "query/logql/interruption.h"

namespace oc::query {

using Label = std::pair<std::string, std::string>;
using Labels = std::vector<Label>;  // sorted by name, names unique; of streams: no empty values
using LabelView = std::pair<std::string_view, std::string_view>;

struct Matcher {
  enum class Type { kEqual, kNotEqual, kRegex, kNotRegex };
  std::string name;
  Type type = Type::kEqual;
  std::string value;  // a regular expression is anchored at both ends (Loki's rule); an absent label is ""
};

struct LineFilter {
  enum class Type { kContains, kNotContains, kMatches, kNotMatches };  // regular expressions are not anchored
  Type type = Type::kContains;
  std::vector<std::string> alternatives;  // `|= "a" or "b"`: any (for the negated types: none) of them
};

struct Stream {
  std::uint64_t id = 0;  // unique in the store
  Labels labels;
};
using StreamPtr = std::shared_ptr<const Stream>;

// Views live until the sink returns.
struct Row {
  Nanos time_ns = 0;
  std::uint64_t arrival = 0;  // order of arrival; breaks ties of time
  std::string_view line;
  std::span<const LabelView> metadata;  // structured metadata, sorted by name
};

enum class Direction { kForward, kBackward };

struct ScanRequest {
  std::vector<Matcher> matchers;
  Nanos start_ns = 0;  // inclusive
  Nanos end_ns = 0;    // exclusive
  Direction direction = Direction::kBackward;
  // All of them must hold. The store applies them as early as it can; rows that fail never reach the sink.
  std::vector<LineFilter> line_filters;
  // Rows may come without what the reader does not look at: with an empty line, without metadata; without either, no
  // row is told from another, and arrival may be 0.
  bool needs_lines = true;
  bool needs_metadata = true;
  // If it does, of these names only; nullopt: of all.
  std::optional<std::vector<std::string>> metadata_names;
  Interruption interruption;    // the scan ends early with its error
  std::uint64_t max_bytes = 0;  // of lines looked at; 0: no limit; beyond it the scan ends with a permanent error
};

// Rows of a batch whose lines are one text but for what differs from row to row.
struct RowTemplate {
  std::vector<formats::TemplatePiece> pieces;
  std::span<const std::uint32_t> rows;  // places in the batch, ascending
};

// Rows of a batch whose metadata are the same as far as somebody asked.
struct AlikeRows {
  std::vector<std::uint32_t> rows;      // places in the batch, ascending; not none
  std::span<const LabelView> metadata;  // of the first of them; other names may be left out
};

class RowSink;

// Values of a gap, as views of `memory`.
struct GapValues {
  std::vector<std::string_view> texts;
  std::shared_ptr<const void> memory;
};

// Labels by which streams are told apart; nullopt: by all of them.
using ToldApartBy = std::optional<std::span<const std::string>>;

// Rows that passed the request's filters: of one stream, in the order of the request's direction, or of several that
// the sink does not tell apart, then in any order and with one of these streams. Whatever is asked for is read when it
// is asked for; an error says that it can't be. Views live until the sink returns.
class RowBatch {
 public:
  virtual ~RowBatch() = default;
  virtual const Stream& stream() const = 0;
  virtual std::size_t size() const = 0;
  // About what their lines and own metadata take, as if all rows that lie together were of one size.
  virtual std::uint64_t bytes() const = 0;
  virtual Result<std::span<const Nanos>> times() = 0;
  virtual Result<std::span<const Row>> rows() = 0;
  virtual Result<std::span<const Row>> rows_at(std::span<const std::uint32_t> places) = 0;
  // Gives the sink rows, each with its own stream, some at a time where they are many; places ascend. False: it has
  // enough.
  virtual Result<bool> hand_out(std::span<const std::uint32_t> places, RowSink& sink);
  // Every row is in one of them; or there are none, where the store does not know.
  virtual Result<std::span<const RowTemplate>> templates() { return std::span<const RowTemplate>(); }
  // What rows of a template, given by their index in RowTemplate::rows, have in one of its gaps. Views live as long as
  // the batch and the memory that comes with them.
  virtual Result<GapValues> gap_values(std::size_t /*of*/, std::size_t /*piece*/,
                                       std::span<const std::uint32_t> /*indices*/) {
    return GapValues();
  }
  virtual Result<std::span<const std::uint64_t>> arrivals() { return std::span<const std::uint64_t>(); }
  // The bytes of each row's line; none where that takes as long as making it.
  virtual Result<std::vector<std::uint32_t>> line_sizes() { return std::vector<std::uint32_t>(); }
  // By their metadata of these names: every row is in one of them; or there are none, where the store can't tell
  // quickly.
  virtual Result<std::vector<AlikeRows>> alike(std::span<const std::string> /*names*/) {
    return std::vector<AlikeRows>();
  }
  // Whether some row may have metadata of that name.
  virtual bool may_have_metadata(std::string_view) const { return true; }
};

// Calls come from one thread, one stream's rows in one call. Batches come roughly in the request's direction, so that a
// reader who wants the first N can narrow the bound and end early.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Whether batch() may need less than all rows. Others are given rows only, some at a time, so that they can stop
  // early.
  virtual bool takes_batches() const { return false; }
  // By which labels batch() tells streams apart.
  virtual ToldApartBy told_apart_by() const { return std::nullopt; }
  // False: enough, stop the scan. An error is the batch's: what it held of it may be lost to this query.
  virtual Result<bool> batch(RowBatch& batch) {
    std::vector<std::uint32_t> all(batch.size());
    std::iota(all.begin(), all.end(), 0u);
    return batch.hand_out(all, *this);
  }
  virtual bool rows(const Stream& stream, std::span<const Row> rows) = 0;
  // Rows at or beyond this time (later for forward, earlier for backward) are no longer wanted; the store asks before
  // each block. Default: all are wanted.
  virtual bool wants(Nanos first_ns, Nanos last_ns) const { return first_ns <= last_ns; }
  // All rows of a block at once, from the first to the last time, before they are read; `bytes` is about what they
  // take. True: that is enough, they need not be read. Offered where no line filter is asked for.
  virtual bool takes_whole(const Stream&, [[maybe_unused]] Nanos first_ns, [[maybe_unused]] Nanos last_ns,
                           [[maybe_unused]] std::uint64_t rows, [[maybe_unused]] std::uint64_t bytes) {
    return false;
  }
};

inline Result<bool> RowBatch::hand_out(std::span<const std::uint32_t> places, RowSink& sink) {
  OC_TRY_ASSIGN(const auto rows, rows_at(places));
  return sink.rows(stream(), rows);
}

class TailSubscription {
 public:
  virtual ~TailSubscription() = default;  // ends it
};

class LogReader {
 public:
  virtual ~LogReader() = default;
  // Thread-safe; sees every row that was acknowledged before the call.
  virtual Status scan(const ScanRequest& request, RowSink& sink) const = 0;
  // Streams with at least one row in [start, end) (block granularity), sorted by labels.
  virtual Result<std::vector<StreamPtr>> streams(std::span<const Matcher> matchers, Nanos start_ns,
                                                 Nanos end_ns) const = 0;
  // From now on each acknowledged row of the matching streams, in order of arrival, on the appending thread: must be
  // quick. Rows that fail `line_filters` are left out.
  virtual std::unique_ptr<TailSubscription> tail(std::vector<Matcher> matchers, std::vector<LineFilter> line_filters,
                                                 std::function<void(const Stream&, const Row&)> on_row) = 0;
};

// Compiled matchers and filters, shared by stores and executor. Errors: an invalid regular expression.
class CompiledMatchers {
 public:
  static Result<CompiledMatchers> compile(std::span<const Matcher> matchers);
  bool matches(const Labels& labels) const;
  CompiledMatchers(CompiledMatchers&&) noexcept;
  CompiledMatchers& operator=(CompiledMatchers&&) noexcept;
  ~CompiledMatchers();

 private:
  struct Impl;
  explicit CompiledMatchers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class CompiledLineFilters {
 public:
  static Result<CompiledLineFilters> compile(std::span<const LineFilter> filters);
  bool matches(std::string_view line) const;
  // What matches() says of every line of a template; nullopt: that depends on the line.
  std::optional<bool> matches_template(std::span<const formats::TemplatePiece> pieces) const;
  CompiledLineFilters(CompiledLineFilters&&) noexcept;
  CompiledLineFilters& operator=(CompiledLineFilters&&) noexcept;
  ~CompiledLineFilters();

 private:
  struct Impl;
  explicit CompiledLineFilters(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::query
