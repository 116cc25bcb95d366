#include "stores/logs/columns/column.h"

#include <algorithm>

#include "stores/logs/columns/find_in_text.h"
#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

namespace {
// Where many are wanted they are cheaper made together, and likely to be asked for again.
bool are_few(std::size_t wanted, std::size_t size) {
  constexpr std::size_t kFew = 8;
  return wanted * kFew < size;
}
}  // namespace

Result<const std::vector<Nanos>*> ValueTimes::get() const {
  if (!times_) {
    OC_TRY_ASSIGN(times_, load_(nullptr));
  }
  return &*times_;
}

Result<std::vector<Nanos>> ValueTimes::at(std::span<const std::uint32_t> values) const {
  OC_TRY_ASSIGN(const std::vector<Nanos>* all, get());
  std::vector<Nanos> times;
  times.reserve(values.size());
  for (const std::uint32_t i : values) times.push_back((*all)[i]);
  return times;
}

Result<std::vector<Nanos>> ValueTimes::pick(const RowSet& values) const {
  if (!times_ && are_few(values.count(), values.size())) return load_(&values);
  OC_TRY_ASSIGN(const std::vector<Nanos>* all, get());
  std::vector<Nanos> times;
  times.reserve(values.count());
  values.for_each([&](std::size_t i) { times.push_back((*all)[i]); });
  return times;
}

bool is_at(std::string_view value, std::string_view piece, Place place) {
  switch (place) {
    case Place::kInside:
      return value.find(piece) != std::string_view::npos;
    case Place::kBegin:
      return value.starts_with(piece);
    case Place::kEnd:
      return value.ends_with(piece);
    case Place::kWhole:
      return value == piece;
  }
  return false;
}

bool is_constant(std::span<const std::string_view> texts) {
  return std::ranges::all_of(texts, [&](std::string_view text) { return same_text(text, texts.front()); });
}

bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

Result<const TextColumn*> Column::text() {
  if (!text_) {
    OC_TRY_ASSIGN(TextColumn made, make(nullptr));
    OC_TRY(in_.charge(made.all().size() + size_ * sizeof(std::uint32_t)));
    text_ = std::move(made);
  }
  return &*text_;
}

Result<TextColumn> Column::pick(const RowSet& rows) {
  const std::size_t wanted = rows.count();
  if (!text_ && are_few(wanted, size_)) return make(&rows);
  OC_TRY_ASSIGN(const TextColumn* values, text());
  std::uint64_t bytes = 0;
  rows.for_each([&](std::size_t row) { bytes += (*values)[row].size(); });
  TextColumn picked;
  picked.reserve(wanted, bytes);
  rows.for_each([&](std::size_t row) { picked.append((*values)[row]); });
  return picked;
}

Status Column::add_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) {
  OC_TRY_ASSIGN(const Lengths all, lengths());
  if (all.least != all.most) return add_different_sizes(rows, sizes);
  for (std::uint32_t& size : sizes) size += all.least;
  return {};
}

Status Column::add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) {
  OC_TRY_ASSIGN(const TextColumn values, pick(rows));
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += static_cast<std::uint32_t>(values[i].size());
  return {};
}

formats::ByteSet::Bits Column::bytes_at(Place place) const {
  formats::ByteSet::Bits bytes;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    const char piece = static_cast<char>(byte);
    bytes[byte] = may_hold({&piece, 1}, place);
  }
  return bytes;
}

Status Column::reserve(TextColumn& out, std::size_t values, std::uint64_t bytes) {
  // Values are addressed with 32 bits.
  if (bytes > UINT32_MAX) return permanent("malformed column block: more text than a block holds");
  OC_TRY(in_.allow(bytes + values * sizeof(std::uint32_t)));
  out.reserve(values, bytes);
  return {};
}

Result<RowSet> Column::find(std::string_view piece, Place place) {
  if (!may_hold(piece, place)) return RowSet(size_);
  OC_TRY_ASSIGN(const TextColumn* values, text());
  if (place == Place::kInside) return find_inside(*values, piece);
  RowSet found(size_);
  for (std::size_t i = 0; i < size_; ++i)
    if (is_at((*values)[i], piece, place)) found.add(i);
  return found;
}

namespace {

class ConstantColumn final : public Column {
 public:
  ConstantColumn(std::string_view value, std::size_t size, StretchReader& reader)
      : Column(size, reader), value_(value) {}
  bool may_hold(std::string_view piece, Place place) const override { return is_at(value_, piece, place); }
  Result<Lengths> lengths() override {
    const auto length = static_cast<std::uint32_t>(value_.size());
    return Lengths{length, length};
  }
  Result<std::vector<std::uint64_t>> words() override { return std::vector<std::uint64_t>(size()); }
  Result<RowSet> find(std::string_view piece, Place place) override {
    return RowSet(size(), is_at(value_, piece, place));
  }

 private:
  Result<TextColumn> make(const RowSet* rows) override {
    TextColumn text;
    const std::size_t values = count(rows);
    OC_TRY(reserve(text, values, values * value_.size()));
    for (std::size_t i = 0; i < values; ++i) text.append(value_);
    return text;
  }
  std::string_view value_;  // in the directory
};

}  // namespace

void put_column(const Values& values, unsigned depth, StretchWriter& out) {
  if (values.texts.empty()) return put_texts(values, out);
  if (is_constant(values.texts)) {
    out.put_number(static_cast<unsigned>(Kind::kConstant));
    return out.put_text(values.texts.front());
  }
  if (depth == 0) return put_templates(values, depth, out);
  if (put_dictionary(values, out) || put_numbers(values, out) || put_hex(values, out) || put_times(values, out) ||
      put_addresses(values, out) || put_affixed(values, out))
    return;
  constexpr std::size_t kShortestLine = 16;  // on average; shorter text has no words to find again
  std::size_t bytes = 0;
  for (const std::string_view text : values.texts) bytes += text.size();
  if (depth < kMaxDepth && bytes >= kShortestLine * values.texts.size()) return put_templates(values, depth, out);
  if (!put_words(values, out)) put_texts(values, out);
}

std::optional<std::string_view> constant_ahead(StretchReader& in) {
  ByteReader ahead = in.directory();
  if (static_cast<Kind>(ahead.varint()) != Kind::kConstant) return {};
  const std::string_view value = ahead.bytes();
  in.directory() = ahead;
  return value;
}

std::unique_ptr<Column> read_column(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth) {
  // Templates are as deep as they are written, and an affixed column holds no affixed one.
  if (depth > 2 * kMaxDepth + 1) return nullptr;
  switch (static_cast<Kind>(in.directory().varint())) {
    case Kind::kConstant: {
      const std::string_view value = in.directory().bytes();
      return std::make_unique<ConstantColumn>(value, size, in);
    }
    case Kind::kDictionary:
      return read_dictionary(in, size);
    case Kind::kNumber:
      return read_numbers(in, size);
    case Kind::kHex:
      return read_hex(in, size);
    case Kind::kAddress:
      return read_addresses(in, size);
    case Kind::kTime:
      return read_times(in, size, times);
    case Kind::kText:
      return read_texts(in, size);
    case Kind::kTemplates:
      return read_templates(in, size, times, depth);
    case Kind::kWords:
      return read_words(in, size);
    case Kind::kAffixed:
      return read_affixed(in, size, times, depth);
    case Kind::kRecurring:
      return read_recurring(in, size);
  }
  return nullptr;
}

}  // namespace oc::stores::columns
