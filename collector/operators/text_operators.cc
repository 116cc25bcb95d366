#include "collector/operators/text_operators.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "collector/operators/parser_keys.h"
#include "collector/record/regex.h"
#include "contracts/otlp/log_writer.h"

namespace oc::collector {

namespace {

// ECMA-48, section 5.4: what moves, colours and deletes on a terminal.
constexpr std::string_view kAnsiSequences = R"(\x1B\[[\x30-\x3F]*[\x20-\x2F]*[\x40-\x7E])";
constexpr int kMostGroups = 100;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// A text at the field; a field that is not there is passed over.
struct TextOperator : Operator {
  std::optional<FieldPath> field;

  virtual Result<std::string> change(std::string_view text) const = 0;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const Value* value = field->get(record);
    if (!value) return Fate::kGoesOn;
    if (!value->is_string()) return permanent("the field is not a text");
    OC_TRY_ASSIGN(const auto changed, change(value->text()));
    field->set(record, Value::of(arena.copy(contracts::otlp::to_valid_utf8(changed))), arena);
    return Fate::kGoesOn;
  }
};

struct Unquote final : TextOperator {
  Result<std::string> change(std::string_view text) const override {
    auto inside = unquoted(text);
    if (!inside) return permanent("the text is not quoted");
    return *std::move(inside);
  }
};

// The digits of \x41, é, \101 …
bool append_number(std::string_view& rest, std::size_t digits, int base, bool as_byte, std::string& out) {
  std::uint32_t number = 0;
  if (rest.size() < digits) return false;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + digits, number, base);
  if (error != std::errc() || end != rest.data() + digits) return false;
  rest.remove_prefix(digits);
  if (as_byte) {
    if (number > 0xFF) return false;
    out += static_cast<char>(number);
    return true;
  }
  if (number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return false;
  append_utf8(out, number);
  return true;
}

// Behind a backslash.
bool append_escape(std::string_view& rest, char quote, std::string& out) {
  constexpr std::pair<char, char> kLetters[] = {{'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},
                                                {'r', '\r'}, {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}};
  if (rest.empty()) return false;
  const char letter = rest[0];
  if (letter >= '0' && letter <= '7') return append_number(rest, 3, 8, true, out);
  rest.remove_prefix(1);
  if (letter == 'x') return append_number(rest, 2, 16, true, out);
  if (letter == 'u') return append_number(rest, 4, 16, false, out);
  if (letter == 'U') return append_number(rest, 8, 16, false, out);
  for (const auto& [name, meant] : kLetters)
    if (name == letter) return out += meant, true;
  return letter == quote ? (out += letter, true) : false;
}

std::string between_back_quotes(std::string_view inside) {
  std::string out(inside);
  std::erase(out, '\r');
  return out;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// Go's regexp.ReplaceAllString: $1, ${name} and $$ in what is put in place.
struct RegexReplace final : TextOperator {
  std::shared_ptr<const re2::RE2> regex;
  std::string with;

  Result<std::string> change(std::string_view text) const override {
    std::string out;
    std::size_t last_end = 0;
    std::array<re2::StringPiece, kMostGroups> found;
    const int groups = regex->NumberOfCapturingGroups() + 1;
    for (std::size_t at = 0; at <= text.size();) {
      if (!regex->Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, found.data(), groups)) break;
      const auto begin = static_cast<std::size_t>(found[0].data() - text.data()), end = begin + found[0].size();
      out += text.substr(last_end, begin - last_end);
      if (end > last_end || begin == 0) append_replacement(found, out);
      last_end = end;
      at = end > at ? end : next_character(text, at);
    }
    return out += text.substr(last_end);
  }

  static std::size_t next_character(std::string_view text, std::size_t at) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
  }

  void append_replacement(const std::array<re2::StringPiece, kMostGroups>& found, std::string& out) const {
    std::string_view rest = with;
    while (!rest.empty()) {
      const auto dollar = std::min(rest.find('$'), rest.size());
      out += rest.substr(0, dollar);
      rest.remove_prefix(dollar);
      if (rest.starts_with("$$")) {
        out += '$';
        rest.remove_prefix(2);
      } else if (const auto name = take_name(rest); !name.empty()) {
        out += group(name, found);
      } else if (!rest.empty()) {
        out += '$';
        rest.remove_prefix(1);
      }
    }
  }

  // Of "$name" or "${name}"; else nothing is taken.
  static std::string_view take_name(std::string_view& rest) {
    const bool braces = rest.size() > 1 && rest[1] == '{';
    const std::size_t start = braces ? 2 : 1;
    std::size_t end = start;
    while (end < rest.size() && is_name(rest[end])) ++end;
    if (end <= start || (braces && (end == rest.size() || rest[end] != '}'))) return {};
    const auto name = rest.substr(start, end - start);
    rest.remove_prefix(braces ? end + 1 : end);
    return name;
  }

  // Unknown ones are empty.
  std::string_view group(std::string_view name, const std::array<re2::StringPiece, kMostGroups>& found) const {
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size()) {
      const auto named = regex->NamedCapturingGroups().find(std::string(name));
      number = named == regex->NamedCapturingGroups().end() ? -1 : named->second;
    }
    const bool known = number >= 0 && number <= regex->NumberOfCapturingGroups();
    return known ? view(found[static_cast<std::size_t>(number)]) : std::string_view();
  }
};

}  // namespace

std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back()) return std::nullopt;
  const char quote = text.front();
  std::string_view inside = text.substr(1, text.size() - 2);
  if (quote == '`') return inside.find('`') == inside.npos ? std::optional(between_back_quotes(inside)) : std::nullopt;
  if ((quote != '"' && quote != '\'') || inside.find('\n') != inside.npos) return std::nullopt;
  std::string out;
  while (!inside.empty()) {
    const char c = inside[0];
    inside.remove_prefix(1);
    if (c == quote) return std::nullopt;
    if (c != '\\') {
      out += c;
    } else if (!append_escape(inside, quote, out)) {
      return std::nullopt;
    }
  }
  if (quote == '\'' && characters(out) > 1) return std::nullopt;  // '' is the empty text to Go
  return out;
}

std::shared_ptr<const Operator> parse_unquote(ConfigReader& reader) {
  auto made = std::make_shared<Unquote>();
  made->field = read_required_field(reader, "field");
  return made;
}

std::shared_ptr<const Operator> parse_regex_replace(ConfigReader& reader) {
  auto made = std::make_shared<RegexReplace>();
  std::string pattern, name;
  made->field = read_required_field(reader, "field");
  reader.text("regex", pattern);
  reader.text("regex_name", name);
  reader.text("replace_with", made->with);
  if (pattern.empty() == name.empty()) reader.fail("regex", "either 'regex' or 'regex_name' must be given");
  if (!name.empty() && name != "ansi_control_sequences")
    reader.fail("regex_name", fmt::format("'regex_name' must be ansi_control_sequences, not '{}'", name));
  auto regex = compile_regex(name.empty() ? std::string_view(pattern) : kAnsiSequences);
  if (!regex)
    reader.fail("regex", regex.error().message);
  else if ((*regex)->NumberOfCapturingGroups() >= kMostGroups)
    reader.fail("regex", "'regex' has more than 99 groups");
  else
    made->regex = *std::move(regex);
  return made;
}

}  // namespace oc::collector
