// Kind kRecurring, read.
#include <algorithm>

#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/recurring_values.h"

namespace oc::stores::columns {

RecurringValuesReader::RecurringValuesReader(std::size_t size)
    : no_times_([size](const RowSet* values) {
        return Result<std::vector<Nanos>>(std::in_place, values == nullptr ? size : values->count());
      }) {}

std::unique_ptr<RecurringValuesReader> RecurringValuesReader::read(StretchReader& in) {
  const std::uint64_t size = in.directory().varint();
  if (!in.allow(size * sizeof(std::uint32_t))) return nullptr;
  std::unique_ptr<RecurringValuesReader> recurring(new RecurringValuesReader(size));
  recurring->values_ = read_column(in, size, recurring->no_times_, 1);
  return recurring->values_ ? std::move(recurring) : nullptr;
}

Result<const RowSet*> RecurringValuesReader::find(std::string_view piece, Place place) {
  if (!last_found_ || last_place_ != place || last_piece_ != piece) {
    last_found_.reset();
    OC_TRY_ASSIGN(last_found_, values_->find(piece, place));
    last_piece_ = piece;
    last_place_ = place;
  }
  return &*last_found_;
}

namespace {

class RecurringColumn final : public Column {
 public:
  RecurringColumn(StretchReader& reader, RecurringValuesReader& recurring, std::size_t size)
      : Column(size, reader),
        recurring_(recurring),
        lengths_{static_cast<std::uint32_t>(std::min<std::uint64_t>(reader.directory().varint(), UINT32_MAX)),
                 static_cast<std::uint32_t>(std::min<std::uint64_t>(reader.directory().varint(), UINT32_MAX))},
        which_(Integers::read(reader, size)) {}
  bool may_hold(std::string_view piece, Place place) const override {
    return piece.size() <= lengths_.most && recurring_.values().may_hold(piece, place);
  }
  formats::ByteSet::Bits bytes_at(Place place) const override { return recurring_.values().bytes_at(place); }
  Result<Lengths> lengths() override { return lengths_; }
  Result<RowSet> find(std::string_view piece, Place place) override {
    RowSet found(size());
    if (!may_hold(piece, place)) return found;
    OC_TRY_ASSIGN(const RowSet* values, recurring_.find(piece, place));
    if (values->empty()) return found;
    bool known = true;
    OC_TRY(which_.for_each_run(in(), [&](std::size_t first, std::span<const std::uint64_t> which) {
      for (std::size_t i = 0; i < which.size(); ++i) {
        if (which[i] >= values->size())
          known = false;
        else if (values->contains(which[i]))
          found.add(first + i);
      }
    }));
    if (!known) return unknown_value();
    return found;
  }

 private:
  static std::unexpected<Error> unknown_value() {
    return permanent("malformed column block: a recurring value that it lacks");
  }
  // The values that some rows have, each once, and which of these each row has.
  struct Picked {
    TextColumn few;
    const TextColumn* values = nullptr;
    std::vector<std::uint64_t> which;
  };
  Status pick_values(const RowSet* rows, Picked& picked) {
    Column& all = recurring_.values();
    OC_TRY_ASSIGN(picked.which, which_.load(in(), rows));
    auto& which = picked.which;
    if (std::ranges::any_of(which, [&](std::uint64_t value) { return value >= all.size(); })) return unknown_value();
    if (rows == nullptr) {
      OC_TRY_ASSIGN(picked.values, all.text());
      return {};
    }
    RowSet wanted(all.size());
    for (const std::uint64_t value : which) wanted.add(value);
    std::vector<std::uint64_t> different;
    wanted.for_each([&](std::size_t value) { different.push_back(value); });
    OC_TRY_ASSIGN(picked.few, all.pick(wanted));
    picked.values = &picked.few;
    for (std::uint64_t& value : which)
      value = static_cast<std::uint64_t>(std::ranges::lower_bound(different, value) - different.begin());
    return {};
  }
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    Picked picked;
    OC_TRY(pick_values(&rows, picked));
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] += static_cast<std::uint32_t>((*picked.values)[picked.which[i]].size());
    return {};
  }
  Result<TextColumn> make(const RowSet* rows) override {
    Picked picked;
    OC_TRY(pick_values(rows, picked));
    std::uint64_t bytes = 0;
    for (const std::uint64_t value : picked.which) bytes += (*picked.values)[value].size();
    TextColumn text;
    OC_TRY(reserve(text, picked.which.size(), bytes));
    for (const std::uint64_t value : picked.which) text.close(copy_with_slack(text.end(), (*picked.values)[value]));
    return text;
  }

  RecurringValuesReader& recurring_;
  Lengths lengths_;
  Integers which_;
};

}  // namespace

ColumnPtr read_recurring(StretchReader& in, std::size_t size) {
  if (in.recurring() == nullptr) return nullptr;
  return std::make_unique<RecurringColumn>(in, *in.recurring(), size);
}

}  // namespace oc::stores::columns
