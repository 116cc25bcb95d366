#include "collector/operators/uri_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "contracts/otlp/log_writer.h"

namespace oc::collector {

namespace {

std::unexpected<Error> invalid(std::string_view what) { return permanent(fmt::format("not a URI: {}", what)); }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }
int hex_digit(char c) {
  if (is_decimal_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// %41 and, in queries, +. nullopt: a % without its two digits.
std::optional<std::string_view> unescaped(std::string_view text, bool in_query, Arena& arena) {
  if (text.find('%') == text.npos && (!in_query || text.find('+') == text.npos)) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1, low = high < 0 ? -1 : hex_digit(text[i + 2]);
      if (low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += in_query && text[i] == '+' ? ' ' : text[i];
    }
  }
  return arena.copy(contracts::otlp::to_valid_utf8(out));
}

// What a path may hold as it is: RFC 3986's pchar, "/" and, as Go allows them, "[" and "]".
bool stays_in_path(char c) {
  return is_letter(c) || is_decimal_digit(c) ||
         std::string_view("-_.~$&+,/:;=@!'()*[]%").find(c) != std::string_view::npos;
}

std::string_view escaped_path(std::string_view path, Arena& arena) {
  if (std::ranges::all_of(path, stays_in_path)) return path;
  std::string out;
  for (const char c : path)
    if (stays_in_path(c) && c != '[' && c != ']')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return arena.copy(out);
}

// A pair that cannot be read is left out, or, where `strict`, an error.
Result<Value> query_fields(std::string_view query, bool strict, Arena& arena) {
  Value fields = Value::empty_map();
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto key = unescaped(pair.substr(0, equals), true, arena);
    const auto value = unescaped(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), true, arena);
    const bool readable = key && value && pair.find(';') == pair.npos;
    if (!readable && strict) return invalid("its query");
    if (!readable) continue;
    Value* values = fields.find(*key);
    if (!values) values = &fields.set(*key, Value::empty_list(), arena);
    values->push_back(Value::of(*value), arena);
  }
  return fields;
}

// Takes "scheme:" from the front. False: it begins with a colon.
bool take_scheme(std::string_view& rest, std::string& scheme) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_letter(c) || (i > 0 && (is_decimal_digit(c) || c == '+' || c == '-' || c == '.'))) continue;
    if (c != ':') return true;
    if (i == 0) return false;
    scheme = rest.substr(0, i);
    for (char& letter : scheme)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
    rest.remove_prefix(i + 1);
    return true;
  }
  return true;
}

struct Authority {
  std::string_view user, host, port;
};

// "user:password@host:port"; an IPv6 address is in brackets.
std::optional<Authority> authority_of(std::string_view text, Arena& arena) {
  Authority out;
  if (const auto at = text.rfind('@'); at != text.npos) {
    const auto info = text.substr(0, at);
    if (std::ranges::any_of(info, [](char c) { return c == '/' || c == '?' || c == '#' || c == ' ' || c == '['; }))
      return std::nullopt;
    const auto user = unescaped(info.substr(0, info.find(':')), false, arena);
    if (!user) return std::nullopt;
    out.user = *user;
    text.remove_prefix(at + 1);
  }
  auto port_at = text.rfind(':');
  out.host = text.substr(0, port_at);
  if (text.starts_with('[')) {
    const auto close = text.rfind(']');
    if (close == text.npos) return std::nullopt;
    out.host = text.substr(1, close - 1);
    port_at = close + 1 < text.size() ? close + 1 : text.npos;
    if (port_at != text.npos && text[port_at] != ':') return std::nullopt;
  }
  if (port_at != text.npos) out.port = text.substr(port_at + 1);
  const auto refused = [](char c) { return std::string_view(" #\\^`{|}%").find(c) != std::string_view::npos; };
  if (!std::ranges::all_of(out.port, is_decimal_digit) || std::ranges::any_of(out.host, refused)) return std::nullopt;
  return out;
}

void add(Value& fields, std::string_view name, std::string_view text, Arena& arena) {
  if (!text.empty()) fields.append(name, Value::of(text), arena);
}

}  // namespace

Result<Value> parse_uri(std::string_view text, Arena& arena) {
  Value fields = Value::empty_map(6, arena);
  if (text.starts_with('?')) {
    OC_TRY_ASSIGN(const Value query, query_fields(text.substr(1), true, arena));
    if (query.size > 0) fields.append("query", query, arena);
    return fields;
  }
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (text.empty() || std::ranges::any_of(text, control)) return invalid("it is empty or has control characters");
  std::string scheme;
  std::string_view rest = text;
  if (!take_scheme(rest, scheme)) return invalid("its scheme is missing");
  const auto mark = rest.find('?');
  const auto query = mark == rest.npos ? std::string_view() : rest.substr(mark + 1);
  rest = rest.substr(0, mark);
  Authority authority;
  if (!rest.starts_with('/')) {
    if (scheme.empty() && rest != "*") return invalid("it begins neither with a scheme nor with /");
    if (!scheme.empty()) rest = {};  // mailto:…: nothing of it is known
  } else if (!scheme.empty() && rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto found = authority_of(rest.substr(0, rest.find('/')), arena);
    if (!found) return invalid("its host or port");
    authority = *found;
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
  }
  if (!unescaped(rest, false, arena)) return invalid("its path has a % without two digits");
  add(fields, "scheme", arena.copy(scheme), arena);
  add(fields, "user", authority.user, arena);
  add(fields, "host", authority.host, arena);
  add(fields, "port", authority.port, arena);
  add(fields, "path", escaped_path(rest, arena), arena);
  OC_TRY_ASSIGN(const Value queried, query_fields(query, false, arena));
  if (queried.size > 0) fields.append("query", queried, arena);
  return fields;
}

std::shared_ptr<const Operator> UriParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<UriParser>();
  made->keys_ = ParserKeys::read(reader);
  return made;
}

Result<Fate> UriParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  OC_TRY_ASSIGN(const Value parsed, parse_uri(text, arena));
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
