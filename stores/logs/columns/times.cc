// Kind kTime: times of a few layouts, as the difference to the row's own time: mostly nothing.
#include <algorithm>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/time_layout.h"

namespace oc::stores::columns {

namespace {

std::uint64_t reference(Nanos time, const TimeLayout& layout) {
  const std::int64_t units = floor_divide(time, layout.unit_ns());
  return static_cast<std::uint64_t>(
      layout.has_date() ? units : units - floor_divide(units, layout.units_a_day()) * layout.units_a_day());
}

class TimeColumn final : public Column {
 public:
  TimeColumn(TimeLayout layout, const ValueTimes& times, std::size_t size, StretchReader& reader)
      : Column(size, reader), layout_(std::move(layout)), times_(times), differences_(Integers::read(reader, size)) {}

  Result<Lengths> lengths() override {
    const auto length = static_cast<std::uint32_t>(layout_.pattern().size());
    return Lengths{length, length};
  }
  bool may_hold(std::string_view piece, Place place) const override { return !places_of(piece, place).empty(); }
  // Each is written to the same place.
  Result<RowSet> find(std::string_view piece, Place place) override {
    RowSet found(size());
    const std::vector<std::size_t> places = places_of(piece, place);
    if (places.empty()) return found;
    OC_TRY_ASSIGN(const std::vector<Nanos>* times, times_.get());
    OC_TRY_ASSIGN(const auto differences, differences_.load(in()));
    TimeWriter writer(layout_);
    std::string text(layout_.pattern().size() + TextColumn::kSlack, '\0');
    for (std::size_t i = 0; i < size(); ++i) {
      writer.write(text.data(), units((*times)[i], differences[i]));
      for (const std::size_t at : places)
        if (std::memcmp(&text[at], piece.data(), piece.size()) == 0) found.add(i);
    }
    return found;
  }

 private:
  // Where the piece could begin in times of the layout.
  std::vector<std::size_t> places_of(std::string_view piece, Place place) const {
    const std::size_t length = layout_.pattern().size();
    std::vector<std::size_t> places;
    if (piece.size() > length || (place == Place::kWhole && piece.size() != length)) return places;
    const std::size_t first = place == Place::kEnd ? length - piece.size() : 0;
    const std::size_t last = place == Place::kBegin ? 0 : length - piece.size();
    for (std::size_t at = first; at <= last; ++at)
      if (layout_.may_stand(piece, at)) places.push_back(at);
    return places;
  }
  std::int64_t units(Nanos row_time, std::uint64_t difference) const {
    return static_cast<std::int64_t>(reference(row_time, layout_) + difference);
  }
  Result<TextColumn> make(const RowSet* rows) override {
    std::vector<Nanos> picked;
    const std::vector<Nanos>* times = &picked;
    if (rows != nullptr) {
      OC_TRY_ASSIGN(picked, times_.pick(*rows));
    } else {
      OC_TRY_ASSIGN(times, times_.get());
    }
    OC_TRY_ASSIGN(const auto differences, differences_.load(in(), rows));
    TextColumn text;
    OC_TRY(reserve(text, differences.size(), differences.size() * layout_.pattern().size()));
    TimeWriter writer(layout_);
    for (std::size_t i = 0; i < differences.size(); ++i)
      text.close(writer.write(text.end(), units((*times)[i], differences[i])));
    return text;
  }
  TimeLayout layout_;
  const ValueTimes& times_;
  Integers differences_;
};

}  // namespace

bool put_times(const Values& values, StretchWriter& out) {
  const auto layout = TimeLayout::of(values.texts.front());
  if (!layout) return false;
  std::vector<std::uint64_t> differences;
  differences.reserve(values.texts.size());
  TimeParser parser(*layout);
  for (std::size_t i = 0; i < values.texts.size(); ++i) {
    const auto units = parser.parse(values.texts[i]);
    if (!units) return false;
    differences.push_back(static_cast<std::uint64_t>(*units) - reference(values.times[i], *layout));
  }
  out.put_number(static_cast<unsigned>(Kind::kTime));
  out.put_text(layout->pattern());
  put_integers(differences, out);
  return true;
}

ColumnPtr read_times(StretchReader& in, std::size_t size, const ValueTimes& times) {
  auto layout = TimeLayout::from_pattern(in.directory().bytes());
  return layout ? std::make_unique<TimeColumn>(std::move(*layout), times, size, in) : nullptr;
}

}  // namespace oc::stores::columns
