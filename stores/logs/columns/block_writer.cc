#include "stores/logs/columns/block_writer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "stores/logs/columns/block_format.h"
#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/parse_digits.h"
#include "stores/logs/columns/short_text.h"
#include "stores/logs/columns/template_values.h"
#include "stores/logs/encoding.h"

namespace oc::stores::columns {

// Neighbours mostly share a set; each stream of a block has its own.
std::uint64_t BlockWriter::shared_set(Metadata shared) {
  if (shared.empty()) return 0;
  const auto same = [](const query::LabelView& a, const query::LabelView& b) {
    return same_text(a.first, b.first) && same_text(a.second, b.second);
  };
  const auto is_it = [&](std::uint64_t set) { return std::ranges::equal(sets_[set], shared, same); };
  if (!set_of_.empty() && set_of_.back() != 0 && is_it(set_of_.back() - 1)) return set_of_.back();
  std::uint64_t hash = 0;
  for (const auto& [name, value] : shared) hash = checksum(value, checksum(name, hash));
  const std::uint32_t set = set_indexes_.find_or_add(hash, is_it);
  if (set == sets_.size()) keep_set(shared);
  return set + std::uint64_t{1};
}

void BlockWriter::keep_set(Metadata shared) {
  auto* pairs = kept_.array<query::LabelView>(shared.size());
  for (std::size_t i = 0; i < shared.size(); ++i)
    std::construct_at(pairs + i, keep(shared[i].first), keep(shared[i].second));
  sets_.push_back({pairs, shared.size()});
}

std::uint32_t BlockWriter::name_index(std::string_view name) {
  const auto is_it = [&](std::uint32_t known) { return same_text(names_[known], name); };
  const std::uint32_t index = name_indexes_.find_or_add(checksum(name), is_it);
  if (index == names_.size()) {
    names_.push_back(keep(name));
    rows_having_.push_back(0);
  }
  return index;
}

std::uint64_t BlockWriter::name_list(Metadata own) {
  if (!list_of_.empty()) {
    const List last = lists_[list_of_.back()];
    const auto same = [&](std::uint32_t name, const query::LabelView& pair) {
      return same_text(names_[name], pair.first);
    };
    if (std::ranges::equal(last, own, same)) return list_of_.back();
  }
  list_.clear();
  for (const auto& pair : own) list_.push_back(name_index(pair.first));
  const std::string_view bytes(reinterpret_cast<const char*>(list_.data()), list_.size() * sizeof list_[0]);
  const auto is_it = [this](std::uint32_t known) { return std::ranges::equal(lists_[known], list_); };
  const std::uint32_t list = list_indexes_.find_or_add(checksum(bytes), is_it);
  if (list == lists_.size()) {
    auto* kept = kept_.array<std::uint32_t>(list_.size());
    std::ranges::copy(list_, kept);
    lists_.push_back({kept, list_.size()});
  }
  return list;
}

void BlockWriter::add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own) {
  set_of_.push_back(shared_set(shared));
  list_of_.push_back(name_list(own));
  const List names = lists_[list_of_.back()];
  for (std::size_t i = 0; i < own.size(); ++i) {
    OwnValue& value = own_.emplace_back(names[i], static_cast<std::uint32_t>(times_.size()));
    value.value = keep(own[i].second);  // in place: a view on the stack would be waited for
    ++rows_having_[names[i]];
    text_bytes_ += own[i].second.size();
  }
  lines_.push_back(line);
  text_bytes_ += line.size();
  bounds_.first_ns = times_.empty() ? time_ns : std::min(bounds_.first_ns, time_ns);
  bounds_.last_ns = times_.empty() ? time_ns : std::max(bounds_.last_ns, time_ns);
  ++bounds_.rows;
  times_.push_back(time_ns);
  arrivals_.push_back(arrival);
}

BlockWriter::ByName BlockWriter::take_by_name() {
  ByName own{Lists<std::uint32_t>(rows_having_), Lists<std::string_view>(rows_having_)};
  for (const OwnValue& value : std::exchange(own_, {})) {
    own.rows.add(value.name, value.row);
    own.values.add(value.name, value.value);
  }
  return own;
}

// Among the values of names, whose columns come first, and what lines are made of.
RecurringValues BlockWriter::find_recurring(const ByName& own, TemplateWriter* lines) const {
  RecurringValues recurring(times_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) recurring.look_at(i, own.values[i]);
  if (lines != nullptr) lines->look_for(recurring, names_.size());
  recurring.choose();
  if (!recurring.any()) return recurring;
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (recurring.has(i)) recurring.add(i, own.values[i], own.rows[i]);
  if (lines != nullptr) lines->add_to(recurring, names_.size());
  return recurring;
}

void BlockWriter::put_times(RecurringValues& recurring) {
  const auto* unit = std::ranges::find_if(kTimeUnits, [&](Nanos size) {
    return std::ranges::all_of(times_, [&](Nanos time) { return time % size == 0; });
  });
  std::vector<std::uint64_t> units;
  units.reserve(times_.size());
  for (const Nanos time : times_) units.push_back(static_cast<std::uint64_t>(time / *unit));
  const auto unit_number = static_cast<std::uint64_t>(unit - kTimeUnits.begin());
  out_.put_number(unit_number + (recurring.any() ? kValuesRecur : 0) + kOwnDirectory);
  if (recurring.any()) recurring.put_values(out_);
  put_integers(units, out_);
  put_integers(arrivals_, out_);
}

void BlockWriter::put_shared() {
  out_.put_number(sets_.size());
  for (const Metadata set : sets_) {
    out_.put_number(set.size());
    for (const auto& [name, value] : set) {
      out_.put_text(name);
      out_.put_text(value);
    }
  }
  put_integers(set_of_, out_);
}

void BlockWriter::put_own(const ByName& own, const TemplateWriter* lines, const RecurringValues& recurring) {
  out_.put_number(names_.size());
  for (const std::string_view name : names_) out_.put_text(name);
  out_.put_number(lists_.size());
  for (const List list : lists_) {
    out_.put_number(list.size());
    for (const std::uint32_t name : list) out_.put_number(name);
  }
  put_integers(list_of_, out_);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Name name{own.rows[i], own.values[i]};
    out_.put_number(name.values.size());
    if (put_offsets(name) || put_by_template(name, lines)) continue;
    out_.put_number(static_cast<unsigned>(ValuesForm::kColumn));
    recurring.has(i) ? recurring.put_references(i, out_) : put_values(name);
  }
}

void BlockWriter::put_values(const Name& name) {
  std::vector<Nanos> times;
  times.reserve(name.rows.size());
  for (const std::uint32_t row : name.rows) times.push_back(times_[row]);
  put_column({name.values, times}, 1, out_);
}

// Of consecutive lines of a file each begins where the one before ends. Calls visit(offset, surprise) for the first
// `count` values; false: one is no number.
template <typename Visit>
bool BlockWriter::for_each_offset(const Name& name, std::size_t count, Visit visit) const {
  std::uint64_t offset = 0, expected = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!parse_decimal(name.values[i], offset)) return false;
    visit(offset, i == 0 ? 0 : offset - expected);  // of the first one nothing is expected
    expected = offset + lines_[name.rows[i]].size() + 1;
  }
  return true;
}

bool BlockWriter::are_offsets(const Name& name, std::size_t count) const {
  std::size_t expected_ones = 0;
  const auto add = [&](std::uint64_t, std::uint64_t surprise) { expected_ones += surprise == 0; };
  return count > 1 && for_each_offset(name, count, add) && expected_ones > std::max<std::size_t>(1, count / 2);
}

bool BlockWriter::put_offsets(const Name& name) {
  constexpr std::size_t kTrial = 64;  // told by the first few already
  if (!are_offsets(name, std::min(name.values.size(), kTrial))) return false;
  std::vector<std::uint64_t> surprises, anchors;
  const auto add = [&](std::uint64_t offset, std::uint64_t surprise) {
    if (surprises.size() % kOffsetsPerAnchor == 0) anchors.push_back(offset);
    surprises.push_back(surprise);
  };
  if (!for_each_offset(name, name.values.size(), add)) return false;
  if (std::ranges::count(surprises, std::uint64_t{0}) < std::ssize(surprises) / 2) return false;
  out_.put_number(static_cast<unsigned>(ValuesForm::kOffsets));
  put_integers(surprises, out_);
  put_integers(anchors, out_);
  return true;
}

// What a line's template tells, such as its level. Few templates have lines that differ in it.
bool BlockWriter::put_by_template(const Name& name, const TemplateWriter* lines) {
  if (lines == nullptr || name.rows.size() != times_.size()) return false;
  const TemplateValues values(name.values, *lines);
  if (!values.worth_it()) return false;
  out_.put_number(static_cast<unsigned>(ValuesForm::kByTemplate));
  values.put(out_);
  return true;
}

BlockWriter::Block BlockWriter::finish() {
  const Values lines{lines_, times_};
  auto templates = TemplateWriter::plan(lines, 0);
  const ByName own = take_by_name();
  RecurringValues recurring = find_recurring(own, templates ? &*templates : nullptr);
  out_.put_number(times_.size());
  put_times(recurring);
  put_shared();
  templates ? templates->write(out_, recurring, names_.size()) : put_column(lines, kMaxDepth, out_);
  out_.begin_inner();
  put_own(own, templates ? &*templates : nullptr, recurring);
  out_.end_inner();
  Block block{out_.finish(), text_bytes_, bounds_};
  // The compressor's tables are kept: small blocks would spend more on them than on their bytes.
  *this = BlockWriter(std::move(out_));
  return block;
}

}  // namespace oc::stores::columns
