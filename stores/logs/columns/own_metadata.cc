#include "stores/logs/columns/own_metadata.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "stores/logs/columns/block_format.h"
#include "stores/logs/columns/number_text.h"

namespace oc::stores::columns {

namespace {
constexpr std::size_t kLongestNumber = 20;
}  // namespace

void OwnMetadata::Picked::get(std::size_t i, std::vector<query::LabelView>& out) {
  if (i < row_) {
    row_ = 0;
    std::ranges::fill(next_, 0);
  }
  for (; row_ < i; ++row_)
    for (const std::uint32_t name : of_->lists_[list_of_[row_]]) ++next_[name];
  for (const std::uint32_t name : of_->lists_[list_of_[i]])
    if (values_[name].size() != 0) out.emplace_back(of_->names_[name], values_[name][next_[name]]);
}

bool OwnMetadata::has(std::string_view name) const { return std::ranges::find(names_, name) != names_.end(); }

Result<std::optional<std::vector<std::uint64_t>>> OwnMetadata::words(std::string_view name, Column& lines) {
  const auto known = std::ranges::find(names_, name);
  if (known == names_.end()) return std::vector<std::uint64_t>(rows_);
  const auto at = static_cast<std::size_t>(known - names_.begin());
  Values& values = *values_[at];
  if (!values.column && !values.by_template) return std::nullopt;
  OC_TRY_ASSIGN(auto words, values.column ? values.column->words() : values.by_template->words(lines));
  if (words.size() != values.count) return std::nullopt;
  for (std::uint64_t& word : words) ++word;
  if (values.in_every_row) return words;
  OC_TRY(load_rows());
  std::vector<std::uint64_t> of_rows(rows_);
  const auto having = (*having_)[at];
  for (std::size_t i = 0; i < having.size(); ++i) of_rows[having[i]] = words[i];
  return of_rows;
}

bool OwnMetadata::read() {
  ByteReader& in = in_.directory();
  const std::uint64_t names = in.count();
  for (std::uint64_t i = 0; i < names && in.ok(); ++i) names_.push_back(in.bytes());
  if (!read_lists()) return false;
  list_of_ = Integers::read(in_, rows_);
  for (std::uint64_t i = 0; i < names && in.ok(); ++i)
    if (!read_values()) return false;
  return in.ok();
}

bool OwnMetadata::read_lists() {
  ByteReader& in = in_.directory();
  first_lists_.resize(names_.size());
  std::vector<std::uint64_t> last_lists(names_.size());  // by name: the last list that had it, from 1 on
  const std::uint64_t lists = in.count();
  for (std::uint64_t i = 0; i < lists && in.ok(); ++i) {
    const std::uint64_t size = in.count();
    for (std::uint64_t place = 0; place < size && in.ok(); ++place) {
      const std::uint64_t name = in.varint();
      if (name >= names_.size() || std::exchange(last_lists[name], i + 1) == i + 1) return false;
      lists_.items().push_back(static_cast<std::uint32_t>(name));
      if (std::size_t& having = first_lists_[name]; having == i) having = i + 1;
    }
    lists_.end_list();
  }
  return in.ok();
}

bool OwnMetadata::read_values() {
  const auto name = static_cast<std::uint32_t>(values_.size());
  const auto load_times = [this, name](const RowSet* wanted) -> Result<std::vector<Nanos>> {
    OC_TRY(load_rows());
    return times_.pick(rows_of(name, wanted != nullptr ? *wanted : RowSet(values_[name]->count, true)));
  };
  auto& values = *values_.emplace_back(std::make_unique<Values>(load_times));
  values.count = in_.directory().varint();
  const auto form = static_cast<ValuesForm>(in_.directory().varint());
  if (values.count > rows_) return false;
  values.in_every_row = values.count == rows_ && first_lists_[name] == lists_.size();
  if (form == ValuesForm::kOffsets) {
    values.offsets = std::make_unique<Offsets>();
    values.offsets->surprises = Integers::read(in_, values.count);
    values.offsets->anchors = Integers::read(in_, (values.count + kOffsetsPerAnchor - 1) / kOffsetsPerAnchor);
    return true;
  }
  if (form == ValuesForm::kByTemplate) {
    auto read = TemplateValuesReader::read(in_, rows_);
    if (read) values.by_template = std::make_unique<TemplateValuesReader>(*std::move(read));
    return values.in_every_row && values.by_template;
  }
  if (form != ValuesForm::kColumn) return false;
  values.column = read_column(in_, values.count, values.times);
  return values.column != nullptr;
}

// Of each list, the names that not all rows have.
GrowingLists<std::uint32_t> OwnMetadata::in_some_rows() const {
  GrowingLists<std::uint32_t> some;
  for (std::size_t list = 0; list < lists_.size(); ++list) {
    for (const std::uint32_t name : lists_[list])
      if (!values_[name]->in_every_row) some.items().push_back(name);
    some.end_list();
  }
  return some;
}

Status OwnMetadata::load_rows() {
  if (having_ || std::ranges::all_of(values_, &Values::in_every_row)) return {};
  std::vector<std::uint32_t> sizes;
  for (const auto& values : values_)
    sizes.push_back(values->in_every_row ? 0 : static_cast<std::uint32_t>(values->count));
  OC_TRY(in_.charge(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) * sizeof(std::uint32_t)));
  Lists<std::uint32_t> having(sizes);
  const GrowingLists<std::uint32_t> some = in_some_rows();
  const auto add = [&](std::size_t row, std::uint64_t list) {
    return list < some.size() &&
           std::ranges::all_of(
               some[list], [&](auto name) { return having.add(name, static_cast<std::uint32_t>(row)); });
  };
  bool known = true;
  OC_TRY(list_of_.for_each_run(in_, [&](std::size_t first, std::span<const std::uint64_t> list_of) {
    for (std::size_t i = 0; i < list_of.size(); ++i) known = known && add(first + i, list_of[i]);
  }));
  if (!known || !having.full()) return permanent("malformed column block: names of its rows");
  having_ = std::move(having);
  return {};
}

RowSet OwnMetadata::values_of(std::size_t name, const RowSet& rows, std::size_t row_count) const {
  if (values_[name]->in_every_row) return rows;
  const auto having = (*having_)[name];
  if (row_count == rows_) return RowSet(having.size(), true);
  RowSet wanted(having.size());
  constexpr std::size_t kFew = 16;  // so many steps take as long as looking for one
  if (row_count * kFew >= having.size()) {
    for (std::size_t i = 0; i < having.size(); ++i)
      if (rows.contains(having[i])) wanted.add(i);
    return wanted;
  }
  auto next = having.begin();
  rows.for_each([&](std::size_t row) {
    next = std::lower_bound(next, having.end(), row);
    if (next != having.end() && *next == row) wanted.add(static_cast<std::size_t>(next - having.begin()));
  });
  return wanted;
}

RowSet OwnMetadata::rows_of(std::size_t name, const RowSet& wanted) const {
  if (values_[name]->in_every_row) return wanted;
  const auto having = (*having_)[name];
  RowSet rows(rows_);
  wanted.for_each([&](std::size_t value) { rows.add(having[value]); });
  return rows;
}

Result<TextColumn> OwnMetadata::texts_of(std::size_t name, const RowSet& wanted, Column& lines) {
  Values& values = *values_[name];
  if (values.column) return wanted.count() == values.count ? values.column->all() : values.column->pick(wanted);
  return values.by_template ? values.by_template->pick(wanted, lines, in_) : offsets(name, wanted, lines);
}

// From the anchor before each one wanted on: the size of its row's line says where the next begins.
Result<TextColumn> OwnMetadata::offsets(std::size_t name, const RowSet& wanted, Column& lines) {
  const Values& values = *values_[name];
  RowSet passed(values.count), reached(values.count);  // between an anchor and an offset wanted; one further each
  std::size_t done = 0;
  wanted.for_each([&](std::size_t i) {
    for (done = std::max(done, i - i % kOffsetsPerAnchor); done < i; ++done) {
      passed.add(done);
      reached.add(done + 1);
    }
  });
  OC_TRY_ASSIGN(const auto surprises, values.offsets->surprises.load(in_, &reached));
  OC_TRY_ASSIGN(const auto anchors, values.offsets->anchors.load(in_));
  std::vector<std::uint32_t> sizes(passed.count());
  OC_TRY(lines.add_sizes(rows_of(name, passed), sizes));
  TextColumn text;
  text.reserve(wanted.count(), wanted.count() * kLongestNumber);
  std::size_t step = 0, at = 0;
  std::uint64_t offset = 0;
  wanted.for_each([&](std::size_t i) {
    if (const std::size_t anchor = i - i % kOffsetsPerAnchor; anchor >= at || i == 0) {
      at = anchor;
      offset = anchors[anchor / kOffsetsPerAnchor];
    }
    for (; at < i; ++at, ++step) offset += sizes[step] + 1 + surprises[step];
    text.close(write_number(text.end(), offset, 0));
  });
  return text;
}

// A block may have thousands of names, and few rows few of them.
RowSet OwnMetadata::names_in(std::span<const std::uint64_t> list_of) const {
  RowSet lists(lists_.size()), names(names_.size());
  for (const std::uint64_t list : list_of) lists.add(list);
  lists.for_each([&](std::size_t list) {
    for (const std::uint32_t name : lists_[list]) names.add(name);
  });
  return names;
}

Result<OwnMetadata::Picked> OwnMetadata::pick(const RowSet& rows, Column& lines, WantedNames wanted) {
  OC_TRY(load_rows());
  Picked picked;
  picked.of_ = this;
  picked.next_.resize(names_.size());
  OC_TRY_ASSIGN(picked.list_of_, list_of_.load(in_, &rows));
  if (std::ranges::any_of(picked.list_of_, [&](std::uint64_t list) { return list >= lists_.size(); }))
    return permanent("malformed column block: names of a row");
  picked.values_.resize(names_.size());
  const RowSet named = names_in(picked.list_of_);
  const std::size_t row_count = rows.count();
  std::uint64_t bytes = 0;  // each name alone may claim what the block may hold
  for (std::size_t name = 0; name < values_.size(); ++name) {
    if (!named.contains(name)) continue;
    if (wanted && std::ranges::find(*wanted, names_[name]) == wanted->end()) continue;
    TextColumn& texts = picked.values_[name];
    OC_TRY_ASSIGN(texts, texts_of(name, values_of(name, rows, row_count), lines));
    bytes += texts.all().size() + texts.size() * sizeof(std::uint32_t);
    OC_TRY(in_.allow(bytes));
  }
  return picked;
}

}  // namespace oc::stores::columns
