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

// Up to the next delimiter that is not in quotes; the quotes are left out. Empty: there is no more.
Result<std::string_view> KeyValueParser::take_pair(std::string_view& rest, Arena& arena) const {
  while (rest.starts_with(pair_delimiter_)) rest.remove_prefix(pair_delimiter_.size());
  std::size_t end = 0, quotes = 0;
  for (char quote = 0; end < rest.size(); ++end) {
    if (quote == 0 && rest.substr(end).starts_with(pair_delimiter_)) break;
    const bool opens = quote == 0 && is_quote(rest[end]), closes = quote != 0 && rest[end] == quote;
    if (opens) quote = rest[end];
    if (closes) quote = 0;
    quotes += opens || closes;
    if (end + 1 == rest.size() && quote != 0) return permanent("a quoted value does not end");
  }
  const auto pair = rest.substr(0, end);
  rest.remove_prefix(end);
  if (quotes == 0) return pair;
  char* text = arena.array<char>(pair.size() - quotes);
  std::size_t size = 0;
  char quote = 0;
  for (const char c : pair) {
    const bool opens = quote == 0 && is_quote(c), closes = quote != 0 && c == quote;
    if (opens || closes)
      quote = opens ? c : 0;
    else
      text[size++] = c;
  }
  return std::string_view(text, size);
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
