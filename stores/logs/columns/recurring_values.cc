#include "stores/logs/columns/recurring_values.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include <xxhash.h>

#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

namespace {

// Fewer samples say too little, and a column of few values gains too little.
constexpr std::size_t kFewestSamples = 32;

}  // namespace

void RecurringValues::look_at(std::size_t column, ValueSample sample) {
  if (column >= columns_.size()) columns_.resize(column + 1);
  columns_[column].samples.push_back(sample);
}

void RecurringValues::look_at(std::size_t column, std::span<const std::string_view> texts) {
  for (const std::string_view text : texts)
    if (text.size() >= ValueSamples::kShortest)
      if (const auto sample = samples_.of(text)) look_at(column, *sample);
}

// By what the samples would take, in bytes, either way.
bool RecurringValues::worth_it(const LookedAt& column,
                               const std::unordered_map<std::uint64_t, std::uint32_t>& times) const {
  constexpr double kBytesPerCharacter = 0.45;  // of ids, which are mostly digits
  constexpr double kBytesPerNumber = 1.75;     // which value it is, of as many as all columns have
  constexpr double kWorth = 0.9;
  // What a dictionary of its own can do for a column.
  constexpr std::size_t kRowsPerWord = 4, kFewWords = 256;
  if (column.samples.size() < kFewestSamples) return false;
  std::unordered_set<std::uint64_t> different;
  double plain = 0, words = 0, recurring = 0;
  for (const ValueSample& sample : column.samples) {
    const double bytes = sample.size * kBytesPerCharacter;
    plain += bytes;
    if (different.insert(sample.hash).second) words += bytes;
    recurring += bytes / times.at(sample.hash) + kBytesPerNumber;
  }
  if (different.size() < kFewestSamples) return false;
  if (different.size() * kRowsPerWord <= column.samples.size())
    plain = words + (different.size() * samples_.one_in() <= kFewWords ? 1 : kBytesPerNumber) *
                        static_cast<double>(column.samples.size());
  return recurring < kWorth * plain;
}

void RecurringValues::choose() {
  std::unordered_map<std::uint64_t, std::uint32_t> times;
  for (const LookedAt& column : columns_)
    for (const ValueSample& sample : column.samples) ++times[sample.hash];
  for (LookedAt& column : columns_) {
    column.chosen = worth_it(column, times);
    any_ |= column.chosen;
  }
}

void RecurringValues::grow() {
  slots_.assign(std::max<std::size_t>(1 << 12, 2 * slots_.size()), 0);
  for (std::uint32_t i = 0; i < values_.size(); ++i) {
    std::size_t at = XXH3_64bits(values_[i].text.data(), values_[i].text.size());
    while (slots_[at & (slots_.size() - 1)] != 0) ++at;
    slots_[at & (slots_.size() - 1)] = i + 1;
  }
}

std::uint64_t RecurringValues::number_of(std::string_view text, std::uint32_t row) {
  if (2 * values_.size() >= slots_.size()) grow();
  for (std::size_t at = XXH3_64bits(text.data(), text.size());; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      values_.push_back({text, row});
      slot = static_cast<std::uint32_t>(values_.size());
      return slot - 1;
    }
    Value& value = values_[slot - 1];
    if (!same_text(value.text, text)) continue;
    value.first_row = std::min(value.first_row, row);
    return slot - 1;
  }
}

void RecurringValues::add(std::size_t column, std::span<const std::string_view> texts,
                          std::span<const std::uint32_t> rows) {
  LookedAt& to = columns_[column];
  to.which.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto size = static_cast<std::uint32_t>(texts[i].size());
    to.shortest = std::min(to.shortest, size);
    to.longest = std::max(to.longest, size);
    to.which.push_back(number_of(texts[i], rows[i]));
  }
}

// Numbered as they first come, so that those of neighbouring rows are close to each other.
void RecurringValues::put_values(StretchWriter& out) {
  std::vector<std::uint32_t> order(values_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t value) { return values_[value].first_row; });
  number_.resize(order.size());
  std::vector<std::string_view> texts;
  texts.reserve(order.size());
  for (const std::uint32_t value : order) {
    number_[value] = texts.size();
    texts.push_back(values_[value].text);
  }
  out.put_number(texts.size());
  const std::vector<Nanos> no_times(texts.size());
  put_column({texts, no_times}, 1, out);
}

void RecurringValues::put_references(std::size_t column, StretchWriter& out) const {
  const LookedAt& from = columns_[column];
  std::vector<std::uint64_t> numbers;
  numbers.reserve(from.which.size());
  for (const std::uint64_t value : from.which) numbers.push_back(number_[value]);
  out.put_number(static_cast<unsigned>(Kind::kRecurring));
  out.put_number(from.shortest);
  out.put_number(from.longest);
  put_integers(numbers, out);
}

}  // namespace oc::stores::columns
