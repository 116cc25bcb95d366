#include "collector/operators/key_value_parser.h"

#include <fmt/format.h>

namespace oc::collector {

namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::shared_ptr<const Operator> KeyValueParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<KeyValueParser>();
  made->keys_ = ParserKeys::read(reader);
  reader.text("delimiter", made->delimiter_);
  reader.text("pair_delimiter", made->pair_delimiter_);
  if (made->pair_delimiter_.empty()) made->pair_delimiter_ = " ";
  if (made->delimiter_.empty()) reader.fail("delimiter", "'delimiter' is empty");
  if (made->delimiter_ == made->pair_delimiter_)
    reader.fail("pair_delimiter", "'delimiter' and 'pair_delimiter' must differ");
  return made;
}

// Up to the next delimiter that is not in quotes; the quotes are left out. A quote behind a backslash is none; both
// stay. Empty: there is no more.
Result<std::string_view> KeyValueParser::take_pair(std::string_view& rest, Arena& arena) const {
  while (rest.starts_with(pair_delimiter_)) rest.remove_prefix(pair_delimiter_.size());
  if (const auto pair = take_plain(rest)) return *pair;
  char* text = arena.array<char>(rest.size());
  std::size_t size = 0, at = 0;
  char quote = '\0';
  bool escaped = false;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (quote == '\0' && rest.substr(at).starts_with(pair_delimiter_)) break;
    if (!escaped && (c == quote || (quote == '\0' && is_quote(c))))
      quote = c == quote ? '\0' : c;
    else
      text[size++] = c;
    escaped = !escaped && c == '\\';
  }
  rest.remove_prefix(at);
  if (quote != '\0') return permanent("a quoted value does not end");
  return std::string_view(text, size);
}

// Of a pair without quotes, which is taken where it stands.
std::optional<std::string_view> KeyValueParser::take_plain(std::string_view& rest) const {
  const auto pair = rest.substr(0, rest.find(pair_delimiter_));
  if (pair.find_first_of("\"'") != pair.npos) return std::nullopt;
  rest.remove_prefix(pair.size());
  return pair;
}

Result<Fate> KeyValueParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(auto rest, keys_.source(record));
  if (rest.empty()) return permanent("the text is empty");
  Value parsed = Value::empty_map();
  while (!rest.empty()) {
    OC_TRY_ASSIGN(const auto pair, take_pair(rest, arena));
    if (pair.empty()) continue;
    const auto at = pair.find(delimiter_);
    if (at == std::string_view::npos)
      return permanent(fmt::format("'{}' is no pair of a key and a value", pair.substr(0, 64)));
    parsed.set(trimmed(pair.substr(0, at)), Value::of(trimmed(pair.substr(at + delimiter_.size()))), arena);
  }
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
