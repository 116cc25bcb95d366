// Kind kWords: prose, as the words of its lines; each different one is kept once, and those that come often have the
// small numbers.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/dictionary.h"
#include "stores/logs/columns/integers.h"

namespace oc::stores::columns {

namespace {

// What is between two spaces, which may be nothing.
template <typename Visit>
bool for_each_word(std::string_view text, Visit visit) {
  while (true) {
    const std::size_t space = text.find(' ');
    if (!visit(text.substr(0, space))) return false;
    if (space == text.npos) return true;
    text.remove_prefix(space + 1);
  }
}

class WordsColumn final : public Column {
 public:
  WordsColumn(ColumnPtr words, std::size_t all, std::size_t size, StretchReader& reader)
      : Column(size, reader),
        words_(std::move(words)),
        all_(all),
        counts_(Integers::read(reader, size)),
        which_(Integers::read(reader, all)) {}
  bool may_hold(std::string_view piece, Place) const override {
    return std::ranges::all_of(piece,
                               [&](const char& c) { return c == ' ' || words_->may_hold({&c, 1}, Place::kInside); });
  }
  // Where the longest word of the piece is a part of few words, only the lines that have one of these are made.
  Result<RowSet> find(std::string_view piece, Place place) override {
    std::string_view longest;
    for_each_word(piece, [&](std::string_view word) {
      if (word.size() > longest.size()) longest = word;
      return true;
    });
    if (longest.empty()) return Column::find(piece, place);
    OC_TRY_ASSIGN(const RowSet words, words_->find(longest, Place::kInside));
    if (words.empty()) return RowSet(size());
    OC_TRY_ASSIGN(const RowSet rows, rows_with(words));
    constexpr std::size_t kFew = 8;
    if (rows.count() * kFew > size()) return Column::find(piece, place);
    OC_TRY_ASSIGN(const TextColumn lines, pick(rows));
    RowSet found(size());
    std::size_t i = 0;
    rows.for_each([&](std::size_t row) {
      if (is_at(lines[i++], piece, place)) found.add(row);
    });
    return found;
  }

 private:
  // How many words each of some values has, and which.
  struct Loaded {
    std::vector<std::uint64_t> counts, which;
  };
  // Of these rows, of all when null.
  Result<Loaded> load(const RowSet* rows) {
    Loaded loaded;
    OC_TRY_ASSIGN(const auto counts, counts_.load(in()));
    RowSet wanted(rows != nullptr ? all_ : 0);
    std::uint64_t at = 0;
    for (std::size_t row = 0; row < counts.size(); at += counts[row++]) {
      if (counts[row] == 0 || counts[row] > all_ - at) return permanent("malformed column block: words of a value");
      if (rows != nullptr && !rows->contains(row)) continue;
      loaded.counts.push_back(counts[row]);
      for (std::uint64_t i = 0; rows != nullptr && i < counts[row]; ++i) wanted.add(at + i);
    }
    OC_TRY_ASSIGN(loaded.which, which_.load(in(), rows != nullptr ? &wanted : nullptr));
    if (std::ranges::any_of(loaded.which, [&](std::uint64_t word) { return word >= words_->size(); }))
      return permanent("malformed column block: a word that there is not");
    return loaded;
  }
  // Calls visit(i, its words) for the i-th value.
  template <typename Visit>
  static void for_each_value(const Loaded& loaded, Visit visit) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < loaded.counts.size(); at += loaded.counts[i++])
      visit(i, std::span(loaded.which).subspan(at, loaded.counts[i]));
  }
  Result<RowSet> rows_with(const RowSet& words) {
    OC_TRY_ASSIGN(const Loaded loaded, load(nullptr));
    RowSet rows(size());
    for_each_value(loaded, [&](std::size_t row, std::span<const std::uint64_t> which) {
      if (std::ranges::any_of(which, [&](std::uint64_t word) { return words.contains(word); })) rows.add(row);
    });
    return rows;
  }
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override {
    OC_TRY_ASSIGN(const Loaded loaded, load(&rows));
    OC_TRY_ASSIGN(const TextColumn* words, words_->text());
    for_each_value(loaded, [&](std::size_t i, std::span<const std::uint64_t> which) {
      sizes[i] += static_cast<std::uint32_t>(text_bytes(*words, which) - 1);
    });
    return {};
  }
  // With a space behind each.
  static std::uint64_t text_bytes(const TextColumn& words, std::span<const std::uint64_t> which) {
    return std::accumulate(which.begin(), which.end(), std::uint64_t{0},
                           [&](std::uint64_t sum, std::uint64_t word) { return sum + words[word].size() + 1; });
  }
  Result<TextColumn> make(const RowSet* rows) override {
    OC_TRY_ASSIGN(const Loaded loaded, load(rows));
    OC_TRY_ASSIGN(const TextColumn* words, words_->text());
    std::uint64_t bytes = 0;
    for_each_value(loaded, [&](std::size_t, auto which) { bytes += text_bytes(*words, which); });
    TextColumn text;
    OC_TRY(reserve(text, count(rows), bytes));
    for_each_value(loaded, [&](std::size_t, std::span<const std::uint64_t> which) {
      char* to = text.end();
      for (const std::uint64_t word : which) {
        to = copy_with_slack(to, (*words)[word]);
        *to++ = ' ';
      }
      text.close(to - 1);
    });
    return text;
  }

  ColumnPtr words_;
  std::size_t all_;
  Integers counts_, which_;
};

// The words by how often they come, and which each one is then.
struct Ranking {
  explicit Ranking(const Dictionary& dictionary) {
    std::vector<std::uint64_t> counts(dictionary.words().size());
    for (const std::uint64_t word : dictionary.which()) ++counts[word];
    std::vector<std::uint32_t> order(counts.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](std::uint32_t word) { return counts[word]; });
    std::vector<std::uint64_t> rank(counts.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = i;
      words.push_back(dictionary.words()[order[i]]);
    }
    for (const std::uint64_t word : dictionary.which()) which.push_back(rank[word]);
    const auto all = static_cast<double>(which.size());
    for (const std::uint64_t count : counts)
      bits += static_cast<double>(count) * std::log2(all / static_cast<double>(count));
  }
  std::vector<std::string_view> words;
  std::vector<std::uint64_t> which;
  double bits = 0;  // that it takes to say which, by how often they come
};

// Of what text compression leaves, about.
std::size_t compressed_bytes(std::span<const std::string_view> texts, std::size_t all_bytes, StretchWriter& out) {
  constexpr std::size_t kSample = 256 << 10;
  std::string sample;
  for (const std::string_view text : texts.subspan(texts.size() / 4)) {
    if (sample.size() >= kSample) break;
    sample += text;
  }
  const std::size_t bytes = std::max<std::size_t>(sample.size(), 1);
  return out.pack(std::move(sample), StretchWriter::kTextLevel).bytes.size() * all_bytes / bytes;
}

// How many words each has, all of them in the dictionary; null: too many different ones.
std::optional<std::vector<std::uint64_t>> split(std::span<const std::string_view> texts, Dictionary& dictionary) {
  std::vector<std::uint64_t> counts;
  counts.reserve(texts.size());
  for (const std::string_view text : texts) {
    std::uint64_t& count = counts.emplace_back();
    const auto add = [&](std::string_view word) {
      ++count;
      return dictionary.add(word);
    };
    if (!for_each_word(text, add)) return {};
  }
  if (dictionary.words().size() * kValuesPerWord > dictionary.which().size()) return {};
  return counts;
}

std::size_t total_bytes(std::span<const std::string_view> texts) {
  return std::accumulate(texts.begin(), texts.end(), std::size_t{0},
                         [](std::size_t sum, std::string_view text) { return sum + text.size(); });
}

}  // namespace

bool put_words(const Values& values, StretchWriter& out) {
  // So few have too few words, or too few of each, to gain by it.
  constexpr std::size_t kFewestBytes = 64 << 10, kFewestBytesPerValue = 24;
  const std::size_t bytes = total_bytes(values.texts);
  if (bytes < kFewestBytes || bytes < kFewestBytesPerValue * values.texts.size()) return false;
  Dictionary dictionary(kMaxWords);
  const auto counts = split(values.texts, dictionary);
  if (!counts) return false;
  const Ranking ranking(dictionary);
  constexpr std::size_t kWordsShrinkTo = 2;  // a half, and their sizes take a byte before
  const std::size_t of_words = (total_bytes(ranking.words) + ranking.words.size()) / kWordsShrinkTo;
  if (static_cast<std::size_t>(ranking.bits / 8) + of_words >= compressed_bytes(values.texts, bytes, out)) return false;
  out.put_number(static_cast<unsigned>(Kind::kWords));
  out.put_number(ranking.words.size());
  out.put_number(ranking.which.size());
  put_texts({ranking.words, {}}, out);
  put_integers(*counts, out);
  put_integers(ranking.which, out);
  return true;
}

ColumnPtr read_words(StretchReader& in, std::size_t size) {
  const std::uint64_t words = in.directory().varint(), all = in.directory().varint();
  // Words are not kept as words once more, and none is less than a space, or the end of a value.
  if (words > all || static_cast<Kind>(in.directory().varint()) != Kind::kText) return nullptr;
  if (!in.allow(all)) return nullptr;
  ColumnPtr different = read_texts(in, words);
  return std::make_unique<WordsColumn>(std::move(different), all, size, in);
}

}  // namespace oc::stores::columns
