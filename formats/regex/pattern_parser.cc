#include "formats/regex/pattern_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace oc::formats {

namespace {

using Step = PatternStep;
using Kind = PatternStep::Kind;
using Bits = ByteSet::Bits;

constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kMostRepeats = 1'000;  // as RE2 and Go
constexpr std::size_t kMostSteps = 1'000;
constexpr std::size_t kMostDepth = 100;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

Bits ascii_where(bool (*wanted)(char)) {
  Bits bits;
  for (std::size_t byte = 0; byte < 0x80; ++byte) bits[byte] = wanted(static_cast<char>(byte));
  return bits;
}

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_decimal(c) || is_letter(c) || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

Bits of_both_cases(Bits set) {
  for (std::size_t letter = 'a'; letter <= 'z'; ++letter) {
    const std::size_t capital = letter - 'a' + 'A';
    set[letter] = set[capital] = set[letter] || set[capital];
  }
  return set;
}

// \d, \W …; of those in capitals everything beyond ASCII is a part.
std::optional<Bits> class_of(char letter) {
  Bits bits;
  switch (letter | 0x20) {
    case 'd':
      bits = ascii_where(is_decimal);
      break;
    case 'w':
      bits = ascii_where(is_word);
      break;
    case 's':
      bits = ascii_where(is_blank);
      break;
    default:
      return std::nullopt;
  }
  return letter >= 'a' ? bits : ~bits;
}

// \n, \. …
std::optional<char> escaped(char letter) {
  constexpr std::pair<char, char> kNamed[] = {{'t', '\t'}, {'n', '\n'}, {'r', '\r'},
                                              {'f', '\f'}, {'v', '\v'}, {'a', '\a'}};
  for (const auto& [name, byte] : kNamed)
    if (name == letter) return byte;
  if (!is_ascii(letter) || is_word(letter)) return std::nullopt;
  return letter;
}

struct Repeats {
  std::uint32_t least = 1, most = 1;
  bool greedy = true;
};

class Parser {
 public:
  explicit Parser(std::string_view pattern) : rest_(pattern) {}

  std::optional<PatternProgram> parse() {
    out_.only_ascii = skip_text("(?i)");
    out_.anchored = skip('^');
    const bool alone = alternatives();  // "^a|b" begins with ^ in one of them only
    if (failed_ || !rest_.empty() || (out_.anchored && !alone)) return std::nullopt;
    out_.steps.push_back({.kind = Kind::kMatch});
    return std::move(out_);
  }

 private:
  bool skip_text(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char take() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  bool at(char c) const { return !rest_.empty() && rest_[0] == c; }
  Bits in_case(const Bits& set) const { return out_.only_ascii ? of_both_cases(set) : set; }
  std::uint32_t end() const { return static_cast<std::uint32_t>(out_.steps.size()); }

  void add(Step step) {
    failed_ |= out_.steps.size() >= kMostSteps;
    if (!failed_) out_.steps.push_back(std::move(step));
  }
  // In front of the steps from `where` on, which nothing before them leads into but at their first.
  void insert_split(std::uint32_t where, bool prefers_them) {
    for (auto step = out_.steps.begin() + where; step != out_.steps.end(); ++step)
      if (step->kind == Kind::kSplit || step->kind == Kind::kJump) ++step->first, ++step->second;
    out_.steps.insert(out_.steps.begin() + where, {.kind = Kind::kSplit});
    auto& split = out_.steps[where];
    split.first = prefers_them ? where + 1 : end();
    split.second = prefers_them ? end() : where + 1;
  }

  // Whether there is but one.
  bool alternatives() {
    std::vector<std::size_t> jumps;
    auto start = end();
    sequence();
    while (!failed_ && skip('|')) {
      insert_split(start, true);
      jumps.push_back(end());
      add({.kind = Kind::kJump});
      out_.steps[start].second = end();
      start = end();
      sequence();
    }
    for (const auto jump : jumps) out_.steps[jump].first = end();
    return jumps.empty();
  }

  void sequence() {
    bool text_open = false;  // the last step is a text that more can be added to
    while (!failed_ && !rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const char c = take();
      if (c == '(') {
        text_open = false;
        group();
      } else if (c == '$') {
        text_open = false;
        add({.kind = Kind::kEnd});
        failed_ |= is_quantifier();
      } else if (auto set = set_of(c)) {
        text_open = false;
        run(*set);
      } else {
        text_open = literal(c, text_open);
      }
    }
  }

  bool is_quantifier() const { return at('*') || at('+') || at('?') || at('{'); }

  // Of a class of characters; nullopt: `c` is, or begins, a single one.
  std::optional<Bits> set_of(char c) {
    if (c == '.') return ~Bits().set('\n');
    if (c == '[') return bracket();
    if (c != '\\' || rest_.empty()) return std::nullopt;
    auto set = class_of(rest_[0]);
    if (set) rest_.remove_prefix(1);
    return set;
  }

  // Whether more text can be added to it.
  bool literal(char c, bool text_open) {
    if (std::string_view("^*+?{").find(c) != std::string_view::npos) return failed_ = true;
    if (c == '\\') {
      const auto meant = rest_.empty() ? std::nullopt : escaped(take());
      if (!meant) return failed_ = true;
      c = *meant;
    }
    failed_ |= out_.only_ascii && !is_ascii(c);
    if (is_quantifier() || (out_.only_ascii && is_letter(c))) {
      failed_ |= !is_ascii(c);
      run(in_case(Bits().set(static_cast<unsigned char>(c))));
      return false;
    }
    if (!text_open) add({.kind = Kind::kText});
    if (!failed_) out_.steps.back().text += c;
    return true;
  }

  void run(const Bits& set) {
    const auto repeats = quantifier();
    const bool wide = set[0x80];  // characters of several bytes: not to be counted, nor cut
    if (!repeats || (wide && (repeats->most != kUnbounded || repeats->least > 1))) {
      failed_ = true;
      return;
    }
    out_.sets.emplace_back(set);
    add({.kind = Kind::kRun,
         .greedy = repeats->greedy,
         .set = static_cast<std::uint32_t>(out_.sets.size() - 1),
         .least = repeats->least,
         .most = repeats->most});
  }

  std::optional<Repeats> quantifier() {
    Repeats repeats;
    if (!is_quantifier()) return repeats;
    const char c = take();
    if (c == '*') repeats = {0, kUnbounded};
    if (c == '+') repeats = {1, kUnbounded};
    if (c == '?') repeats = {0, 1};
    if (c == '{' && !counted(repeats)) return std::nullopt;
    if (skip('?')) repeats.greedy = false;
    if (is_quantifier()) return std::nullopt;
    return repeats;
  }

  // "2}", "2,}", "2,5}"
  bool counted(Repeats& repeats) {
    if (!number(repeats.least)) return false;
    repeats.most = repeats.least;
    if (skip(',')) {
      repeats.most = kUnbounded;
      if (!at('}') && !number(repeats.most)) return false;
    }
    return skip('}') && repeats.least <= repeats.most;
  }
  bool number(std::uint32_t& out) {
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (error != std::errc() || out > kMostRepeats) return false;
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    return true;
  }

  // Behind "(".
  void group() {
    const auto start = end();
    std::optional<std::uint32_t> number;
    if (!skip('?')) {
      number = ++groups_;
    } else if (!skip(':')) {
      skip('P');
      const auto close = rest_.find('>');
      if (!skip('<') || close == std::string_view::npos) {
        failed_ = true;
        return;
      }
      rest_.remove_prefix(close);
      number = ++groups_;
    }
    failed_ |= ++depth_ > kMostDepth;
    if (number) add({.kind = Kind::kSave, .least = 2 * *number});
    if (!failed_) alternatives();
    if (number) add({.kind = Kind::kSave, .least = 2 * *number + 1});
    failed_ |= !skip(')');
    --depth_;
    if (failed_ || !is_quantifier()) return;
    const auto repeats = quantifier();
    failed_ = !repeats || repeats->least != 0 || repeats->most != 1;
    if (!failed_) insert_split(start, repeats->greedy);
  }

  // Behind "[".
  std::optional<Bits> bracket() {
    const bool negated = skip('^');
    Bits set;
    for (bool first = true; !rest_.empty(); first = false) {
      if (rest_[0] == ']' && !first) break;
      if (!bracket_item(set)) {
        failed_ = true;
        return set;
      }
    }
    failed_ |= !skip(']');
    set = in_case(set);
    return negated ? ~set : set;
  }

  bool bracket_item(Bits& set) {
    if (rest_[0] == '\\' && rest_.size() > 1) {
      if (const auto members = class_of(rest_[1])) {
        rest_.remove_prefix(2);
        set |= *members;
        return true;
      }
    }
    const auto from = bracket_char();
    if (!from) return false;
    auto to = from;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      rest_.remove_prefix(1);
      to = bracket_char();
    }
    if (!to || *to < *from) return false;
    for (int byte = *from; byte <= *to; ++byte) set.set(static_cast<std::size_t>(byte));
    return true;
  }

  // Only ASCII: other characters are several bytes. "[:" may begin the name of a class.
  std::optional<char> bracket_char() {
    if (rest_.empty()) return std::nullopt;
    const char c = take();
    if (c == '[' && at(':')) return std::nullopt;
    if (c != '\\') return is_ascii(c) ? std::optional(c) : std::nullopt;
    return rest_.empty() ? std::nullopt : escaped(take());
  }

  std::string_view rest_;
  PatternProgram out_;
  std::uint32_t groups_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<PatternProgram> parse_simple_pattern(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace oc::formats
