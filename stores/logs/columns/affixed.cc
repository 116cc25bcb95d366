// Kind kAffixed: numbers, addresses or hex digits with the same letters before and behind them in all values: db4,
// 0x1f, 20ms.
#include <algorithm>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

namespace {

constexpr std::size_t kMaxAffix = 32;

class AffixedColumn final : public Column {
 public:
  AffixedColumn(std::string_view before, std::string_view after, ColumnPtr middle, StretchReader& reader)
      : Column(middle->size(), reader), before_(before), after_(after), middle_(std::move(middle)) {}
  bool may_hold(std::string_view piece, Place place) const override {
    const auto inner = of_middle(piece, place);
    return inner ? middle_->may_hold(inner->piece, inner->place) : may_hold_bytes(piece);
  }
  Result<Lengths> lengths() override {
    OC_TRY_ASSIGN(const Lengths middle, middle_->lengths());
    const auto affixes = static_cast<std::uint32_t>(before_.size() + after_.size());
    return Lengths{middle.least + affixes, middle.most == ~0u ? ~0u : middle.most + affixes};
  }
  Result<RowSet> find(std::string_view piece, Place place) override {
    const auto inner = of_middle(piece, place);
    return inner ? middle_->find(inner->piece, inner->place) : Column::find(piece, place);
  }

 private:
  bool may_hold_bytes(std::string_view piece) const {
    return std::ranges::all_of(piece, [&](const char& c) {
      return before_.find(c) != before_.npos || after_.find(c) != after_.npos ||
             middle_->may_hold({&c, 1}, Place::kInside);
    });
  }
  struct Inner {
    std::string_view piece;
    Place place = Place::kInside;
  };
  // What the middle must have for the value to have the piece, where that is all there is to it: the rest of the piece
  // shares no byte with what stands before and behind the middle.
  std::optional<Inner> of_middle(std::string_view piece, Place place) const {
    const bool from_begin = place == Place::kBegin || place == Place::kWhole;
    bool to_end = place == Place::kEnd || place == Place::kWhole;
    if (from_begin) {
      if (!piece.starts_with(before_)) return {};
      piece.remove_prefix(before_.size());
    }
    if (!after_.empty() && piece.ends_with(after_)) {
      piece.remove_suffix(after_.size());
      to_end = true;
    } else if (to_end && !after_.empty()) {
      return {};
    }
    if (piece.empty() || piece.find_first_of(before_) != piece.npos || piece.find_first_of(after_) != piece.npos)
      return {};
    if (from_begin) return Inner{piece, to_end ? Place::kWhole : Place::kBegin};
    return Inner{piece, to_end ? Place::kEnd : Place::kInside};
  }
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    for (std::uint32_t& size : sizes) size += static_cast<std::uint32_t>(before_.size() + after_.size());
    return middle_->add_sizes(rows, sizes);
  }
  Result<TextColumn> make(const RowSet* rows) override {
    TextColumn picked;
    const TextColumn* middle = &picked;
    if (rows != nullptr) {
      OC_TRY_ASSIGN(picked, middle_->pick(*rows));
    } else {
      OC_TRY_ASSIGN(middle, middle_->text());
    }
    TextColumn text;
    OC_TRY(reserve(text, middle->size(), middle->all().size() + middle->size() * (before_.size() + after_.size())));
    for (std::size_t i = 0; i < middle->size(); ++i) {
      char* at = std::ranges::copy(before_, text.end()).out;
      at = copy_with_slack(at, (*middle)[i]);
      text.close(std::ranges::copy(after_, at).out);
    }
    return text;
  }
  std::string_view before_, after_;
  ColumnPtr middle_;
};

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

bool put_affixed(const Values& values, StretchWriter& out) {
  const std::string_view first = values.texts.front();
  std::size_t before = std::min(first.find_first_of("0123456789"), first.size());
  if (first.starts_with("0x")) before = 2;
  const std::size_t last_digit = first.find_last_of("0123456789abcdefABCDEF");
  std::size_t after = last_digit == first.npos || last_digit < before ? 0 : first.size() - last_digit - 1;
  if (before + after == 0 || before > kMaxAffix || after > kMaxAffix || before + after >= first.size()) return false;
  for (const std::string_view text : values.texts)
    if (text.size() < before + after || common_prefix(text, first) < before ||
        text.substr(text.size() - after) != first.substr(first.size() - after))
      return false;
  std::vector<std::string_view> middle;
  middle.reserve(values.texts.size());
  for (const std::string_view text : values.texts) middle.push_back(text.substr(before, text.size() - before - after));
  const std::size_t begin = out.directory().size();
  out.put_number(static_cast<unsigned>(Kind::kAffixed));
  out.put_text(first.substr(0, before));
  out.put_text(first.substr(first.size() - after));
  const Values inner{middle, values.times};
  if (put_numbers(inner, out) || put_hex(inner, out) || put_addresses(inner, out)) return true;
  out.directory().resize(begin);
  return false;
}

ColumnPtr read_affixed(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth) {
  const std::string_view before = in.directory().bytes(), after = in.directory().bytes();
  if (before.size() > kMaxAffix || after.size() > kMaxAffix) return nullptr;
  ColumnPtr middle = read_column(in, size, times, depth + kMaxDepth);
  return middle ? std::make_unique<AffixedColumn>(before, after, std::move(middle), in) : nullptr;
}

}  // namespace oc::stores::columns
