// fmt.Sprintf: the directives of a format, and what it says of wrong ones.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "query/logql/templates/go_number.h"
#include "query/logql/templates/go_print.h"
#include "query/logql/templates/go_verb.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

constexpr int kMostWidth = 1'000'000;  // Go's own bound of width and precision

// Each is as wide as the verb says.
std::size_t leaf_count(const TemplateValue& value) {
  if (!value.is(TemplateValue::Type::kList)) return 1;
  std::size_t count = 0;
  for (const auto& element : value.as_list()) count += leaf_count(element);
  return count;
}

// Walks a format with its arguments.
class Printf {
 public:
  Printf(const TemplateMemory& memory, std::string_view format, std::span<const TemplateValue> values)
      : memory_(memory), rest_(format), values_(values) {}

  Result<std::string> run() {
    while (!rest_.empty()) {
      const auto percent = std::min(rest_.find('%'), rest_.size());
      out_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (!rest_.empty()) OC_TRY(directive());
      OC_TRY(memory_.check(out_.size()));
    }
    if (!reordered_ && next_ < values_.size()) append_extra();
    return std::move(out_);
  }

 private:
  Status directive() {
    rest_.remove_prefix(1);
    PrintVerb verb;
    after_index_ = bad_index_ = false;
    flags(verb);
    number_of_argument();
    if (take('*')) {
      star_width(verb);
    } else if (const auto width = number()) {
      verb.width = width;
      if (after_index_) bad_index_ = true;
    }
    if (take('.')) {
      if (after_index_) bad_index_ = true;
      number_of_argument();
      if (take('*')) {
        star_precision(verb);
      } else {
        verb.precision = number().value_or(0);
      }
    }
    if (!after_index_) number_of_argument();
    if (rest_.empty()) {
      out_ += "%!(NOVERB)";
      return {};
    }
    const auto size = first_rune(rest_).length;
    const auto letter = rest_.substr(0, size);
    rest_.remove_prefix(size);
    verb.letter = letter[0];
    const auto size_of_one = static_cast<std::size_t>(std::max(verb.width.value_or(0), verb.precision.value_or(0)));
    OC_TRY(memory_.check(size_of_one * (next_ < values_.size() ? leaf_count(values_[next_]) : 1)));
    if (letter == "%") {
      out_ += '%';
    } else if (bad_index_) {
      out_.append("%!").append(letter).append("(BADINDEX)");
    } else if (next_ >= values_.size()) {
      out_.append("%!").append(letter).append("(MISSING)");
    } else {
      out_ += verb_text(verb, values_[next_++]);
    }
    return {};
  }

  void flags(PrintVerb& verb) {
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_[0];
      if (c == '+')
        verb.plus = true;
      else if (c == '-')
        verb.minus = true, verb.zero = false;
      else if (c == '#')
        verb.sharp = true;
      else if (c == ' ')
        verb.blank = true;
      else if (c == '0')
        verb.zero = !verb.minus;
      else
        return;
    }
  }

  // "[2]": the argument that comes next.
  void number_of_argument() {
    if (!rest_.starts_with('[')) return;
    reordered_ = true;
    const auto close = rest_.find(']');
    if (close == std::string_view::npos) {
      rest_.remove_prefix(1);
      bad_index_ = true;
      return;
    }
    auto inside = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    const auto number = go_parse_int(inside, 10);
    after_index_ = true;
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > values_.size()) {
      bad_index_ = true;
    } else {
      next_ = static_cast<std::size_t>(*number) - 1;
    }
  }

  std::optional<int> star() {
    after_index_ = false;
    if (next_ >= values_.size()) return std::nullopt;
    const auto& value = values_[next_++];
    if (!value.is_integer() || std::abs(value.as_integer()) > kMostWidth) return std::nullopt;
    return static_cast<int>(value.as_integer());
  }

  void star_width(PrintVerb& verb) {
    verb.width = star();
    if (!verb.width) out_ += "%!(BADWIDTH)";
    if (verb.width.value_or(0) < 0) {
      verb.width = -*verb.width;
      verb.minus = true;
      verb.zero = false;
    }
  }

  void star_precision(PrintVerb& verb) {
    verb.precision = star();
    if (verb.precision.value_or(-1) >= 0) return;
    verb.precision.reset();
    out_ += "%!(BADPREC)";
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> number() {
    std::optional<int> value;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      value = std::min(value.value_or(0) * 10 + (rest_[0] - '0'), kMostWidth);
      rest_.remove_prefix(1);
    }
    return value;
  }

  void append_extra() {
    out_ += "%!(EXTRA ";
    for (auto i = next_; i < values_.size(); ++i) {
      if (i > next_) out_ += ", ";
      if (values_[i].is_nothing()) {
        out_ += "<nil>";
        continue;
      }
      out_.append(values_[i].inner_type_name()).append("=");
      append_value(out_, values_[i]);
    }
    out_ += ')';
  }

  const TemplateMemory& memory_;
  std::string_view rest_;
  std::span<const TemplateValue> values_;
  std::size_t next_ = 0;
  std::string out_;
  bool reordered_ = false, after_index_ = false, bad_index_ = false;
};

}  // namespace

Result<std::string> go_printf(const TemplateMemory& memory, std::string_view format,
                              std::span<const TemplateValue> values) {
  return Printf(memory, format, values).run();
}

}  // namespace oc::query
