#include "stores/http/query_string_check.h"

#include <algorithm>
#include <cctype>
#include <ranges>

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

Status check_escapes(std::string_view encoded) {
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  for (auto at = encoded.find('%'); at != encoded.npos; at = encoded.find('%', at + 1)) {
    const auto escape = encoded.substr(at, 3);
    if (escape.size() == 3 && std::ranges::all_of(escape.substr(1), is_hex)) continue;
    return permanent(fmt::format("invalid URL escape {}", query::go_quote(escape)));
  }
  return {};
}

// An escape does not reach over the ends of a name and a value.
Status check_pairs(std::string_view encoded) {
  for (const auto piece : std::views::split(encoded, '&')) {
    const std::string_view pair(piece);
    const auto equals = std::min(pair.find('='), pair.size());
    OC_TRY(check_escapes(pair.substr(0, equals)));
    OC_TRY(check_escapes(pair.substr(equals)));
  }
  return {};
}

}  // namespace

Status check_query_string(const http::Request& request) {
  const auto parts = request.encoded_parameters();
  for (const auto encoded : parts) {
    if (encoded.contains(';')) return permanent("invalid semicolon separator in query");
  }
  for (const auto encoded : parts) OC_TRY(check_pairs(encoded));
  return {};
}

}  // namespace oc::stores
