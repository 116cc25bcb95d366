// Kinds kText and kDictionary: values that are kept as text, each by itself or each different one once.
#include <algorithm>
#include <array>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/dictionary.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/parse_digits.h"

namespace oc::stores::columns {

namespace {

// Which bytes occur in a column's values.
class ByteSet {
 public:
  void add(std::string_view text) {
    for (const char c : text) words_[static_cast<unsigned char>(c) / 64] |= 1ull << static_cast<unsigned char>(c) % 64;
  }
  bool holds(std::string_view text) const {
    return std::ranges::all_of(text, [&](char c) {
      return (words_[static_cast<unsigned char>(c) / 64] >> static_cast<unsigned char>(c) % 64 & 1) != 0;
    });
  }
  formats::ByteSet::Bits bits() const {
    formats::ByteSet::Bits bits;
    for (std::size_t byte = 0; byte < bits.size(); ++byte) bits[byte] = (words_[byte / 64] >> byte % 64 & 1) != 0;
    return bits;
  }
  void put(std::string& out) const {
    for (const std::uint64_t word : words_) put_fixed(out, word);
  }
  static ByteSet read(ByteReader& in) {
    ByteSet set;
    for (std::uint64_t& word : set.words_) word = in.fixed<std::uint64_t>();
    return set;
  }

 private:
  std::array<std::uint64_t, 4> words_{};
};

// Lengths, then the bytes of all.
void put_text_values(std::span<const std::string_view> texts, StretchWriter& out) {
  std::string all;
  ByteSet bytes;
  std::vector<std::uint64_t> sizes;
  sizes.reserve(texts.size());
  for (const std::string_view text : texts) {
    all += text;
    sizes.push_back(text.size());
  }
  bytes.add(all);
  bytes.put(out.directory());
  put_integers(sizes, out);
  out.put_stretch(std::move(all), StretchWriter::kTextLevel);
}

class TextsColumn final : public Column {
 public:
  TextsColumn(StretchReader& reader, std::size_t size)
      : Column(size, reader),
        bytes_(ByteSet::read(reader.directory())),
        sizes_(Integers::read(reader, size)),
        all_(reader.next_stretch()) {}
  bool may_hold(std::string_view piece, Place) const override {
    return piece.size() <= all_.raw_bytes && bytes_.holds(piece);
  }
  formats::ByteSet::Bits bytes_at(Place) const override { return bytes_.bits(); }

 private:
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    OC_TRY_ASSIGN(const auto own, sizes_.load(in(), &rows));
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += static_cast<std::uint32_t>(own[i]);
    return {};
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const auto sizes, sizes_.load(in()));
    OC_TRY_ASSIGN(const std::string all, in().load(all_, all_.raw_bytes));
    std::vector<std::string_view> values;
    values.reserve(sizes.size());
    std::string_view rest = all;
    for (const std::uint64_t value_size : sizes) {
      if (value_size > rest.size()) return permanent("malformed column block: lengths of texts");
      values.push_back(rest.substr(0, value_size));
      rest.remove_prefix(value_size);
    }
    TextColumn text;
    OC_TRY(reserve(text, count(rows), all.size()));
    for_each_row(rows, size(), [&](std::size_t row) { text.append(values[row]); });
    return text;
  }
  ByteSet bytes_;
  Integers sizes_;
  Stretch all_;
};

// The values' own column, and for each row which one it is.
class DictionaryColumn final : public Column {
 public:
  DictionaryColumn(StretchReader& reader, std::size_t size, std::size_t different)
      : Column(size, reader), words_(reader, different), which_(Integers::read(reader, size)) {}
  bool may_hold(std::string_view piece, Place place) const override { return words_.may_hold(piece, place); }
  formats::ByteSet::Bits bytes_at(Place place) const override { return words_.bytes_at(place); }
  Result<Lengths> lengths() override {
    OC_TRY_ASSIGN(const TextColumn* words, words_.text());
    Lengths lengths{.least = ~0u, .most = 0};
    for (std::size_t i = 0; i < words->size(); ++i) {
      const auto length = static_cast<std::uint32_t>((*words)[i].size());
      lengths = {std::min(lengths.least, length), std::max(lengths.most, length)};
    }
    return lengths;
  }
  Result<std::vector<std::uint64_t>> words() override { return which_of(nullptr); }
  Result<RowSet> find(std::string_view piece, Place place) override {
    OC_TRY_ASSIGN(const RowSet words, words_.find(piece, place));
    if (words.empty()) return RowSet(size());
    OC_TRY_ASSIGN(const auto which, which_of(nullptr));
    RowSet found(size());
    for (std::size_t i = 0; i < which.size(); ++i)
      if (words.contains(which[i])) found.add(i);
    return found;
  }

 private:
  Result<std::vector<std::uint64_t>> which_of(const RowSet* rows) {
    OC_TRY_ASSIGN(auto which, which_.load(in(), rows));
    if (std::ranges::any_of(which, [&](std::uint64_t word) { return word >= words_.size(); }))
      return permanent("malformed column block: a word that its dictionary lacks");
    return which;
  }
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    OC_TRY_ASSIGN(const TextColumn* words, words_.text());
    OC_TRY_ASSIGN(const auto which, which_of(&rows));
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += static_cast<std::uint32_t>((*words)[which[i]].size());
    return {};
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const TextColumn* words, words_.text());
    OC_TRY_ASSIGN(const auto which, which_of(rows));
    std::uint64_t bytes = 0;
    for (const std::uint64_t word : which) bytes += (*words)[word].size();
    TextColumn text;
    OC_TRY(reserve(text, which.size(), bytes));
    for (const std::uint64_t word : which) text.close(copy_with_slack(text.end(), (*words)[word]));
    return text;
  }
  TextsColumn words_;
  Integers which_;
};

// Numbers without gaps to speak of: which of them each value is says no more than the number itself.
bool are_dense_numbers(std::span<const std::string_view> words) {
  constexpr std::uint64_t kPlacesPerWord = 2;
  std::uint64_t least = UINT64_MAX, most = 0, number = 0;
  for (const std::string_view word : words) {
    if (!parse_decimal(word, number)) return false;
    least = std::min(least, number);
    most = std::max(most, number);
  }
  return most - least < kPlacesPerWord * words.size();
}

bool looks_repetitive(std::span<const std::string_view> texts) {
  constexpr std::size_t kSample = 512;
  if (texts.size() <= kSample) return true;
  Dictionary sample(kSample);
  for (std::size_t i = 0; i < kSample; ++i) sample.add(texts[i * (texts.size() / kSample)]);
  return sample.words().size() < kSample - kSample / 8;
}

}  // namespace

bool put_dictionary(const Values& values, StretchWriter& out) {
  const std::size_t most = std::min(values.texts.size() / kValuesPerWord, kMaxWords);
  if (most == 0 || !looks_repetitive(values.texts)) return false;
  Dictionary dictionary(most);
  for (const std::string_view text : values.texts)
    if (!dictionary.add(text)) return false;
  if (are_dense_numbers(dictionary.words())) return false;
  out.put_number(static_cast<unsigned>(Kind::kDictionary));
  out.put_number(dictionary.words().size());
  put_text_values(dictionary.words(), out);
  put_integers(dictionary.which(), out);
  return true;
}

void put_texts(const Values& values, StretchWriter& out) {
  out.put_number(static_cast<unsigned>(Kind::kText));
  put_text_values(values.texts, out);
}

ColumnPtr read_texts(StretchReader& in, std::size_t size) { return std::make_unique<TextsColumn>(in, size); }

ColumnPtr read_dictionary(StretchReader& in, std::size_t size) {
  const std::uint64_t different = in.directory().varint();
  return different <= size ? std::make_unique<DictionaryColumn>(in, size, different) : nullptr;
}

}  // namespace oc::stores::columns
