#include "stores/logs/columns/integers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

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

// In place of the width of planes.
constexpr unsigned kPackedForm = 9;

unsigned bytes_for(std::uint64_t span) { return (static_cast<unsigned>(std::bit_width(span)) + 7) / 8; }

// How many bits the numbers have left in either form, from a few runs of them.
bool differences_are_smaller(std::span<const std::uint64_t> values, std::uint64_t low) {
  constexpr std::size_t kRun = 256, kRuns = 4;
  std::uint64_t looked_at = 0, plain = 0, different = 0;
  const std::size_t stride = std::max(kRun, values.size() / kRuns);
  for (std::size_t begin = 1; begin < values.size(); begin += stride)
    for (std::size_t i = begin; i < std::min(begin + kRun, values.size()); ++i) {
      plain += static_cast<unsigned>(std::bit_width(values[i] - low));
      different += static_cast<unsigned>(std::bit_width(zigzag(static_cast<std::int64_t>(values[i] - values[i - 1]))));
      ++looked_at;
    }
  // Of a few numbers in long runs nothing is left either.
  constexpr std::uint64_t kFewBits = 2;
  // Differences cost a pass more in reading.
  return plain > kFewBits * looked_at && different + different / 16 < plain;
}

// What a stretch costs in the directory, about.
constexpr std::size_t kStretchBytes = 8;

std::vector<StretchWriter::Packed> planes_of(std::span<const std::uint64_t> values, std::uint64_t base, unsigned width,
                                             StretchWriter& out) {
  std::vector<StretchWriter::Packed> planes;
  for (unsigned byte = 0; byte < width; ++byte) {
    std::string plane;
    plane.resize_and_overwrite(values.size(), [&](char* to, std::size_t) {
      for (std::size_t i = 0; i < values.size(); ++i) to[i] = static_cast<char>((values[i] - base) >> 8 * byte);
      return values.size();
    });
    planes.push_back(out.pack(std::move(plane), StretchWriter::kNumberLevel));
  }
  return planes;
}

// What is stored: numbers or differences, their smallest and largest, the first number where they are differences.
struct Stored {
  std::span<const std::uint64_t> values;
  Range range;
  const std::uint64_t* first = nullptr;
};

// A smaller one where the numbers take no more bits above it, so that directories repeat themselves.
std::uint64_t round_base(const Range& range, const Packing& packing) {
  const auto low = static_cast<std::uint64_t>(range.low);
  const auto bits = static_cast<unsigned>(std::bit_width(range.span()));
  const std::uint64_t base = bits >= 64 ? 0 : low >> bits << bits;
  return static_cast<std::uint64_t>(range.high) - base <= packing.most() ? base : low;
}

void put_form(unsigned form, std::uint64_t base, const Stored& stored, StretchWriter& out) {
  out.put_number(form << 1 | static_cast<unsigned>(stored.first != nullptr));
  out.put_number(zigzag(static_cast<std::int64_t>(base)));
  if (stored.first != nullptr) out.put_number(zigzag(static_cast<std::int64_t>(*stored.first)));
}

// As planes or packed, whichever takes fewer bytes.
void put_stored(const Stored& stored, StretchWriter& out) {
  const auto base = static_cast<std::uint64_t>(stored.range.low);
  const std::uint64_t most = stored.range.span();
  if (most == 0) return put_form(0, base, stored, out);
  const auto planes = planes_of(stored.values, base, bytes_for(most), out);
  const auto add_size = [](std::size_t sum, const auto& plane) { return sum + plane.bytes.size() + kStretchBytes; };
  const std::size_t planes_bytes = std::accumulate(planes.begin(), planes.end(), std::size_t{0}, add_size);
  const Packing packing = Packing::of(most);
  if (packing.bytes(stored.values.size()) + kStretchBytes < planes_bytes) {
    const std::uint64_t rounded = round_base(stored.range, packing);
    put_form(kPackedForm, rounded, stored, out);
    out.put_number(packing.in_group());
    out.put_number(packing.group_bits());
    return out.put_plain_stretch(packing.pack(stored.values, rounded));
  }
  put_form(static_cast<unsigned>(planes.size()), base, stored, out);
  for (const auto& plane : planes) out.put_stretch(plane);
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
  if (values.empty()) return put_stored({values, {0, 0}}, out);
  const Range plain = range_of(values);
  if (values.size() < 2 || !differences_are_smaller(values, static_cast<std::uint64_t>(plain.low)))
    return put_stored({values, plain}, out);
  std::vector<std::uint64_t> differences(values.size() - 1);
  for (std::size_t i = 1; i < values.size(); ++i) differences[i - 1] = values[i] - values[i - 1];
  put_stored({differences, range_of(differences), &values[0]}, out);
}

Integers Integers::read(StretchReader& in, std::size_t count) {
  Integers integers;
  const std::uint64_t form = in.directory().varint();
  integers.count_ = count;
  integers.differences_ = (form & 1) != 0;
  integers.base_ = static_cast<std::uint64_t>(in.directory().signed_varint());
  if (integers.differences_) integers.first_ = static_cast<std::uint64_t>(in.directory().signed_varint());
  if (form >> 1 == kPackedForm) {
    const std::uint64_t in_group = in.directory().varint();
    integers.packing_.emplace(in_group, in.directory().varint());
    if (integers.packing_->valid()) integers.stretches_ = {in.next_plain_stretch(integers.stored_bytes())};
    return integers;
  }
  // A width beyond eight cannot be met: reading a further stretch then fails.
  const auto width = std::min<std::uint64_t>(form >> 1, LoadedStretches::kMost);
  integers.stretches_.reserve(width);
  for (unsigned byte = 0; byte < width; ++byte) integers.stretches_.push_back(in.next_stretch());
  return integers;
}

std::uint64_t Integers::stored_bytes() const {
  const std::size_t stored = differences_ && count_ != 0 ? count_ - 1 : count_;
  return packing_ ? packing_->bytes(stored) : stored;
}

void Integers::join(const BytePlanes& planes, std::size_t first, std::uint64_t before,
                    std::span<std::uint64_t> out) const {
  if (differences_ && first == 0) {
    before = out[0] = first_;
    out = out.subspan(1);
  } else if (differences_) {
    --first;  // the first number has none
  }
  if (!packing_) return kJoins[stretches_.size()](planes, first, base_, differences_, out, before);
  packing_->unpack(planes[0], first, base_, out);
  if (!differences_) return;
  for (std::uint64_t& number : out) number = before += number;
}

std::vector<std::uint64_t> Integers::pick(const BytePlanes& planes, const RowSet& rows) const {
  std::vector<std::uint64_t> values;
  values.reserve(rows.count());
  rows.for_each([&](std::size_t row) { values.push_back(sum(planes, row, row + 1)); });
  return values;
}

std::uint64_t Integers::sum(const BytePlanes& planes, std::size_t begin, std::size_t end) const {
  std::uint64_t sum = base_ * (end - begin);
  if (packing_) return sum + packing_->sum(planes[0], begin, end);
  for (unsigned byte = 0; byte < stretches_.size(); ++byte) {
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
  if (packing_ && !packing_->valid()) return permanent("malformed column block: numbers of an unknown packing");
  return in.load(stretches_, stored_bytes());
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
