// One column of a block: values which are kept as what they are (numbers, hex digits, times, words of a few kinds,
// lines of text again) and come out as the bytes they came in as.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "formats/regex/byte_set.h"
#include "query/logql/log_reader.h"
#include "stores/logs/columns/row_set.h"
#include "stores/logs/columns/stretch.h"
#include "stores/logs/columns/text_column.h"

namespace oc::stores::columns {

// The numbers of the format.
enum class Kind : std::uint8_t {
  kConstant = 0,
  kDictionary = 1,
  kNumber = 2,
  kHex = 3,
  kAddress = 4,
  kTime = 5,
  kText = 6,
  kTemplates = 7,
  kAffixed = 8,
  kWords = 9,
  kRecurring = 10,
};

// Values to be written, with the times of the rows that they belong to.
struct Values {
  std::span<const std::string_view> texts;
  std::span<const Nanos> times;
};

// The times of the rows that a column's values belong to, loaded once a column wants them.
class ValueTimes {
 public:
  // Those of some values, in order; of all when null.
  using Load = std::function<Result<std::vector<Nanos>>(const RowSet* values)>;
  explicit ValueTimes(Load load) : load_(std::move(load)) {}
  // Of all, which are kept.
  Result<const std::vector<Nanos>*> get() const;
  Result<std::vector<Nanos>> at(std::span<const std::uint32_t> values) const;
  // Of some, in order; of few far quicker than of all.
  Result<std::vector<Nanos>> pick(const RowSet& values) const;

 private:
  Load load_;
  mutable std::optional<std::vector<Nanos>> times_;
};

// Where in a value a piece of text is looked for.
enum class Place { kInside, kBegin, kEnd, kWhole };
bool is_at(std::string_view value, std::string_view piece, Place place);

// Of a column's values, in bytes.
struct Lengths {
  std::uint32_t least = 0, most = ~0u;
};

// Used by one thread. The reader and the times must outlive it.
class Column {
 public:
  Column(std::size_t size, StretchReader& in) : size_(size), in_(in) {}
  virtual ~Column() = default;
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  std::size_t size() const { return size_; }
  // All values; made at the first call. Errors are permanent (damaged, malformed) or retryable (not readable now).
  Result<const TextColumn*> text();
  // As text(), but they are not kept: for whoever asks once.
  Result<TextColumn> all() { return make(nullptr); }
  // False: no value has the piece there. Reads nothing.
  virtual bool may_hold(std::string_view piece, Place place) const = 0;
  // The bytes that may_hold() there, kInside or kBegin.
  virtual formats::ByteSet::Bits bytes_at(Place place) const;
  // What is known of the values' lengths.
  virtual Result<Lengths> lengths() { return Lengths(); }
  // For each value which of the column's different words it is; none where they are not kept as words.
  virtual Result<std::vector<std::uint64_t>> words() { return std::vector<std::uint64_t>(); }
  // Adds the size in bytes of each of these values, in order, to what is in `sizes`. Makes no text of most kinds.
  Status add_sizes(const RowSet& rows, std::span<std::uint32_t> sizes);
  // Of lines: the templates they are written with, and which have which; none where they are not. Views into the
  // column.
  virtual Result<std::vector<query::RowTemplate>> templates() { return std::vector<query::RowTemplate>(); }
  // Of lines: the number of the template that each is written with; none where they are not.
  virtual Result<std::span<const std::uint32_t>> template_of() { return std::span<const std::uint32_t>(); }
  // The column of a gap in one of templates()' pieces.
  virtual Column* gap(std::size_t /*of*/, std::size_t /*piece*/) { return nullptr; }
  // The values that have it.
  virtual Result<RowSet> find(std::string_view piece, Place place);
  // The values at these places, in order; of few rows far quicker than text().
  Result<TextColumn> pick(const RowSet& rows);

 protected:
  // The values of these rows, of all when null.
  virtual Result<TextColumn> make(const RowSet* rows) = 0;
  // As add_sizes, where not all values have the same.
  virtual Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes);
  std::size_t count(const RowSet* rows) const { return rows == nullptr ? size_ : rows->count(); }
  Status reserve(TextColumn& out, std::size_t values, std::uint64_t bytes);
  StretchReader& in() { return in_; }

 private:
  std::size_t size_;
  StretchReader& in_;
  std::optional<TextColumn> text_;
};

// How far lines within values are taken apart: a line, and the quoted text in it.
inline constexpr unsigned kMaxDepth = 2;

// Chooses the kind. `depth` 0: the values are lines; kMaxDepth: they are not taken apart.
void put_column(const Values& values, unsigned depth, StretchWriter& out);
// Null: malformed.
std::unique_ptr<Column> read_column(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth = 0);

// For each kind: false, and nothing was written, where the values are not of the kind.
bool put_dictionary(const Values& values, StretchWriter& out);
bool put_numbers(const Values& values, StretchWriter& out);
bool put_hex(const Values& values, StretchWriter& out);
bool put_addresses(const Values& values, StretchWriter& out);
bool put_times(const Values& values, StretchWriter& out);
bool put_affixed(const Values& values, StretchWriter& out);
bool put_words(const Values& values, StretchWriter& out);
void put_texts(const Values& values, StretchWriter& out);
void put_templates(const Values& values, unsigned depth, StretchWriter& out);

using ColumnPtr = std::unique_ptr<Column>;
// The value, where a column of kConstant comes next; else nothing is read.
std::optional<std::string_view> constant_ahead(StretchReader& in);
ColumnPtr read_dictionary(StretchReader& in, std::size_t size);
ColumnPtr read_numbers(StretchReader& in, std::size_t size);
ColumnPtr read_hex(StretchReader& in, std::size_t size);
ColumnPtr read_addresses(StretchReader& in, std::size_t size);
ColumnPtr read_times(StretchReader& in, std::size_t size, const ValueTimes& times);
ColumnPtr read_texts(StretchReader& in, std::size_t size);
ColumnPtr read_recurring(StretchReader& in, std::size_t size);
ColumnPtr read_words(StretchReader& in, std::size_t size);
ColumnPtr read_templates(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth);
ColumnPtr read_affixed(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth);

// Calls visit(row) for each of the rows, for all of `size` when null.
template <typename Visit>
void for_each_row(const RowSet* rows, std::size_t size, Visit visit) {
  if (rows != nullptr) return rows->for_each(visit);
  for (std::size_t row = 0; row < size; ++row) visit(row);
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool all_digits(std::string_view text);
bool is_constant(std::span<const std::string_view> texts);

}  // namespace oc::stores::columns
