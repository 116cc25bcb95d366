#include "stores/logs/columns/integers.h"

#include <algorithm>
#include <array>
#include <bit>

namespace oc::stores::columns {

namespace {

struct Range {
  std::int64_t low = INT64_MAX, high = INT64_MIN;
  void add(std::uint64_t value) {
    low = std::min(low, static_cast<std::int64_t>(value));
    high = std::max(high, static_cast<std::int64_t>(value));
  }
  std::uint64_t span() const { return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low); }
};

// Of several lanes, so that one number does not wait for the one before.
Range range_of(std::span<const std::uint64_t> values) {
  std::array<Range, 4> lanes;
  std::size_t i = 0;
  for (; i + lanes.size() <= values.size(); i += lanes.size())
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane].add(values[i + lane]);
  for (; i < values.size(); ++i) lanes[0].add(values[i]);
  Range all;
  for (const Range& lane : lanes) all = {std::min(all.low, lane.low), std::max(all.high, lane.high)};
  return all;
}

unsigned bytes_for(std::uint64_t span) { return (static_cast<unsigned>(std::bit_width(span)) + 7) / 8; }

// How many bits the numbers have left in either form, from a few runs of them.
bool differences_are_smaller(std::span<const std::uint64_t> values, std::uint64_t low) {
  constexpr std::size_t kRun = 256, kRuns = 4;
  std::uint64_t plain = 0, different = 0;
  const std::size_t stride = std::max(kRun, values.size() / kRuns);
  for (std::size_t begin = 1; begin < values.size(); begin += stride)
    for (std::size_t i = begin; i < std::min(begin + kRun, values.size()); ++i) {
      plain += static_cast<unsigned>(std::bit_width(values[i] - low));
      different += static_cast<unsigned>(std::bit_width(zigzag(static_cast<std::int64_t>(values[i] - values[i - 1]))));
    }
  // Differences cost a pass more in reading.
  return different + different / 16 < plain;
}

void put_planes(std::span<const std::uint64_t> values, std::uint64_t base, unsigned width, StretchWriter& out) {
  std::string plane;
  for (unsigned byte = 0; byte < width; ++byte) {
    plane.resize_and_overwrite(values.size(), [&](char* to, std::size_t) {
      for (std::size_t i = 0; i < values.size(); ++i) to[i] = static_cast<char>((values[i] - base) >> 8 * byte);
      return values.size();
    });
    out.put_stretch(plane, StretchWriter::kNumberLevel);
  }
}

using BytePlanes = std::array<std::string_view, LoadedStretches::kMost>;

// With `sum` each is added to the one before.
template <unsigned Width>
void join_planes(const BytePlanes& planes, std::size_t first, std::uint64_t base, bool sum,
                 std::span<std::uint64_t> out, std::uint64_t before) {
  std::array<const char*, 8> bytes{};
  for (unsigned byte = 0; byte < Width; ++byte) bytes[byte] = planes[byte].data() + first;
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint64_t value = base;
    for (unsigned byte = 0; byte < Width; ++byte)
      value += static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[byte][i])) << 8 * byte;
    out[i] = sum ? before += value : value;
  }
}

using Join = void (*)(const BytePlanes&, std::size_t, std::uint64_t, bool, std::span<std::uint64_t>, std::uint64_t);
constexpr Join kJoins[] = {join_planes<0>, join_planes<1>, join_planes<2>, join_planes<3>, join_planes<4>,
                           join_planes<5>, join_planes<6>, join_planes<7>, join_planes<8>};

}  // namespace

void put_integers(std::span<const std::uint64_t> values, StretchWriter& out) {
  const Range plain = range_of(values);
  const auto low = static_cast<std::uint64_t>(plain.low);
  if (values.size() < 2 || !differences_are_smaller(values, low)) {
    const unsigned width = values.empty() ? 0 : bytes_for(plain.span());
    out.put_number(width << 1);
    out.put_number(zigzag(values.empty() ? 0 : plain.low));
    return put_planes(values, low, width, out);
  }
  std::vector<std::uint64_t> differences(values.size() - 1);
  for (std::size_t i = 1; i < values.size(); ++i) differences[i - 1] = values[i] - values[i - 1];
  const Range range = range_of(differences);
  const unsigned width = bytes_for(range.span());
  out.put_number(width << 1 | 1);
  out.put_number(zigzag(range.low));
  out.put_number(zigzag(static_cast<std::int64_t>(values[0])));
  put_planes(differences, static_cast<std::uint64_t>(range.low), width, out);
}

Integers Integers::read(StretchReader& in, std::size_t count) {
  Integers integers;
  const std::uint64_t form = in.directory().varint();
  integers.count_ = count;
  integers.differences_ = (form & 1) != 0;
  // A width beyond eight cannot be met: reading a further stretch then fails.
  integers.width_ = static_cast<unsigned>(std::min<std::uint64_t>(form >> 1, 8));
  integers.base_ = static_cast<std::uint64_t>(in.directory().signed_varint());
  if (integers.differences_) integers.first_ = static_cast<std::uint64_t>(in.directory().signed_varint());
  for (unsigned byte = 0; byte < integers.width_; ++byte) integers.planes_[byte] = in.next_stretch();
  return integers;
}

void Integers::join(const BytePlanes& planes, std::size_t first, std::uint64_t before,
                    std::span<std::uint64_t> out) const {
  if (differences_ && first == 0) {
    before = out[0] = first_;
    out = out.subspan(1);
  } else if (differences_) {
    --first;  // the first number has none
  }
  kJoins[width_](planes, first, base_, differences_, out, before);
}

std::vector<std::uint64_t> Integers::pick(const BytePlanes& planes, const RowSet& rows) const {
  std::vector<std::uint64_t> values;
  values.reserve(rows.count());
  rows.for_each([&](std::size_t row) { values.push_back(sum(planes, row, row + 1)); });
  return values;
}

std::uint64_t Integers::sum(const BytePlanes& planes, std::size_t begin, std::size_t end) const {
  std::uint64_t sum = base_ * (end - begin);
  for (unsigned byte = 0; byte < width_; ++byte) {
    std::uint64_t bytes = 0;
    for (std::size_t i = begin; i < end; ++i) bytes += static_cast<std::uint8_t>(planes[byte][i]);
    sum += bytes << 8 * byte;
  }
  return sum;
}

// What lies between two rows is added up a plane at a time.
std::vector<std::uint64_t> Integers::pick_sums(const BytePlanes& planes, const RowSet& rows) const {
  std::vector<std::uint64_t> values;
  values.reserve(rows.count());
  std::uint64_t value = first_;
  std::size_t at = 0;
  rows.for_each([&](std::size_t row) {
    value += sum(planes, at, row);
    at = row;
    values.push_back(value);
  });
  return values;
}

Result<LoadedStretches> Integers::load_planes(StretchReader& in) const {
  if (differences_ && count_ == 0) return permanent("malformed column block: differences of nothing");
  return in.load(std::span(planes_).first(width_), differences_ ? count_ - 1 : count_);
}

Result<std::vector<std::uint64_t>> Integers::load(StretchReader& in, const RowSet* rows) const {
  OC_TRY(in.allow(count_ * sizeof(std::uint64_t)));
  OC_TRY_ASSIGN(const LoadedStretches planes, load_planes(in));
  const bool some = rows != nullptr && rows->count() != count_;
  if (some) return differences_ ? pick_sums(planes.bytes, *rows) : pick(planes.bytes, *rows);
  std::vector<std::uint64_t> values(count_);
  join(planes.bytes, 0, 0, values);
  return values;
}

}  // namespace oc::stores::columns
