#include "stores/logs/row_block.h"

#include <algorithm>

#include "stores/logs/columns/short_text.h"
#include "stores/logs/encoding.h"

namespace oc::stores {

using columns::same_text;
using query::LabelView;

void add_shared(Metadata shared, std::size_t begin, std::vector<LabelView>& out) {
  const std::size_t own_end = out.size();
  for (const LabelView& pair : shared) {
    const auto first = out.begin() + begin, last = out.begin() + own_end;
    const bool overridden = std::any_of(first, last, [&](const LabelView& own) { return own.first == pair.first; });
    if (!overridden) out.push_back(pair);
  }
  std::sort(out.begin() + begin, out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::uint32_t RowBlockBuilder::name_index(std::string_view name) {
  const auto is_it = [&](std::uint32_t known) { return name_list_[known] == name; };
  const std::uint32_t index = name_indexes_.find_or_add(checksum(name), is_it);
  if (index == name_list_.size()) {
    name_list_.push_back(name);
    put_bytes(names_, name);
  }
  return index;
}

std::size_t RowBlockBuilder::look_up(Metadata pairs) {
  if (looked_up_.size() < pairs.size()) looked_up_.resize(pairs.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Name& known = looked_up_[i];
    const auto& [pair_name, value] = pairs[i];
    if (known.name.empty() || !same_text(known.name, pair_name)) known = {pair_name, name_index(pair_name)};
    bytes += varint_bytes(known.index) + varint_bytes(value.size()) + value.size();
  }
  return bytes;
}

char* RowBlockBuilder::write_pairs(char* to, Metadata pairs) const {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    to = write_varint(to, looked_up_[i].index);
    to = write_bytes(to, pairs[i].second);
  }
  return to;
}

std::uint64_t RowBlockBuilder::share(Metadata shared) {
  if (shared.empty()) return 0;
  set_.resize_and_overwrite(look_up(shared), [&](char* to, std::size_t) { return write_pairs(to, shared) - to; });
  const auto is_it = [this](std::uint32_t known) { return set_bytes(known) == set_; };
  const std::uint32_t set = set_indexes_.find_or_add(checksum(set_), is_it);
  if (set == set_ends_.size()) {
    put_bytes(shared_, set_);
    set_ends_.push_back(shared_.size());
  }
  return set + std::uint64_t{1};
}

std::string_view RowBlockBuilder::set_bytes(std::uint32_t set) const {
  const std::size_t begin = set == 0 ? 0 : set_ends_[set - 1];
  return ByteReader(std::string_view(shared_).substr(begin)).bytes();
}

void RowBlockBuilder::add(Nanos time_ns, std::uint64_t arrival, std::string_view line, std::uint64_t shared,
                          Metadata own) {
  // Differences are taken modulo 2^64, so that times at both ends of the range survive.
  const auto difference = [](std::uint64_t a, std::uint64_t b) { return zigzag(static_cast<std::int64_t>(a - b)); };
  const std::size_t pairs_bytes = look_up(own), begin = rows_.size();
  const std::size_t most = 5 * kMaxVarintBytes + line.size() + pairs_bytes;
  // Without a call for each of its pieces, of which most are a few bytes.
  rows_.resize_and_overwrite(begin + most, [&](char* rows, std::size_t) {
    char* to = rows + begin;
    to = write_varint(to, difference(static_cast<std::uint64_t>(time_ns), static_cast<std::uint64_t>(previous_time_)));
    to = write_varint(to, difference(arrival, previous_arrival_));
    to = write_varint(to, shared);
    to = write_bytes(to, line);
    to = write_varint(to, pairs_bytes);
    return static_cast<std::size_t>(write_pairs(to, own) - rows);
  });
  previous_time_ = time_ns;
  previous_arrival_ = arrival;
  bounds_.first_ns = bounds_.rows == 0 ? time_ns : std::min(bounds_.first_ns, time_ns);
  bounds_.last_ns = bounds_.rows == 0 ? time_ns : std::max(bounds_.last_ns, time_ns);
  ++bounds_.rows;
}

void RowBlockBuilder::finish(std::string& out, bool with_length) {
  if (with_length)
    put_varint(out, varint_bytes(name_list_.size()) + names_.size() + varint_bytes(set_ends_.size()) + shared_.size() +
                        varint_bytes(bounds_.rows) + rows_.size());
  put_varint(out, name_list_.size());
  out.append(names_);
  put_varint(out, set_ends_.size());
  out.append(shared_);
  put_varint(out, bounds_.rows);
  out.append(rows_);
  clear();
}

// Keeps the memory: it is as large as the next block needs.
void RowBlockBuilder::clear() {
  for (std::string* bytes : {&names_, &shared_, &rows_}) bytes->clear();
  name_list_.clear();
  set_ends_.clear();
  looked_up_.clear();
  name_indexes_.clear();
  set_indexes_.clear();
  previous_time_ = 0;
  previous_arrival_ = 0;
  bounds_ = {};
}

std::string RowBlockBuilder::finish() {
  std::string block;
  block.reserve(size_bytes() + 32);
  finish(block, false);
  return block;
}

Result<RowBlockReader> RowBlockReader::open(std::string_view bytes, std::uint64_t arrival_base) {
  RowBlockReader reader;
  OC_TRY(reader.read(bytes, arrival_base));
  return reader;
}

Status RowBlockReader::read(std::string_view bytes, std::uint64_t arrival_base) {
  names_.clear();
  shared_.clear();
  ByteReader in(bytes);
  const std::uint64_t names = in.count();
  for (std::uint64_t i = 0; i < names && in.ok(); ++i) names_.push_back(in.bytes());
  const std::uint64_t sets = in.count();
  for (std::uint64_t i = 0; i < sets && in.ok(); ++i) {
    if (!read_pairs(in.bytes(), shared_.items())) return permanent("malformed row block: shared metadata");
    shared_.end_list();
  }
  constexpr std::size_t kSmallestRow = 5;  // five varints
  rows_ = left_ = in.count(kSmallestRow);
  if (!in.ok()) return permanent("malformed row block: header");
  rest_ = in.rest();
  previous_time_ = 0;
  previous_arrival_ = arrival_base;
  ok_ = true;
  return {};
}

bool RowBlockReader::next(StoredRow& row) {
  if (left_ == 0 || !ok_) return false;
  ByteReader in(rest_);
  const auto time = static_cast<std::uint64_t>(previous_time_) + static_cast<std::uint64_t>(in.signed_varint());
  row.time_ns = previous_time_ = static_cast<Nanos>(time);
  row.arrival = previous_arrival_ += static_cast<std::uint64_t>(in.signed_varint());
  row.shared = in.varint();
  row.line = in.bytes();
  row.own = in.bytes();
  ok_ = in.ok() && row.shared <= shared_.size();
  rest_ = in.rest();
  --left_;
  return ok_;
}

Metadata RowBlockReader::shared(const StoredRow& row) const {
  return row.shared == 0 ? Metadata() : shared_[row.shared - 1];
}

bool RowBlockReader::read_pairs(std::string_view encoded, std::vector<LabelView>& out) const {
  ByteReader in(encoded);
  while (in.ok() && !in.at_end()) {
    const std::uint64_t name = in.varint();
    const std::string_view value = in.bytes();
    if (!in.ok() || name >= names_.size()) return false;
    LabelView& pair = out.emplace_back();  // filled in place: a pair on the stack would be waited for
    pair.first = names_[name];
    pair.second = value;
  }
  return in.ok();
}

bool RowBlockReader::own(const StoredRow& row, std::vector<LabelView>& out) const { return read_pairs(row.own, out); }

bool RowBlockReader::metadata(const StoredRow& row, std::vector<LabelView>& out) const {
  const std::size_t begin = out.size();
  if (!read_pairs(row.own, out)) return false;
  add_shared(shared(row), begin, out);
  return true;
}

}  // namespace oc::stores
