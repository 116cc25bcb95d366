#include "contracts/config/value.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "contracts/config/quantities.h"

namespace oc::contracts {

namespace {

// Whoever holds T in a Target gets it; the table pairs forms and targets, which a test checks.
template <typename T>
T& at(const Key& key, Config& config) {
  return *std::get<T*>(key.target(config));
}

bool in_range(const Key& key, std::uint64_t value) { return value >= key.least && value <= key.most; }

Status store_boolean(const Key& key, std::string_view text, Config& config) {
  if (text != "true" && text != "false") return refused(key);
  at<bool>(key, config) = text == "true";
  return {};
}

Status store_choice(const Key& key, std::string_view text, Config& config) {
  const auto choice = std::ranges::find(key.choices, text);
  if (choice == key.choices.end()) return refused(key);
  const Target target = key.target(config);
  if (auto* const* backfill = std::get_if<Backfill*>(&target)) {
    **backfill = static_cast<Backfill>(choice - key.choices.begin());
  } else {
    *std::get<std::string*>(target) = *choice;
  }
  return {};
}

// scheme://host[:port][/path] and nothing else.
bool is_base_url(std::string_view url) {
  const std::size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  if (scheme == 0) return false;
  const auto rest = url.substr(scheme);
  const bool printable = std::ranges::all_of(rest, [](char c) { return c > ' ' && c <= '~'; });
  return printable && !rest.empty() && rest[0] != '/' && rest[0] != ':' &&
         rest.find_first_of("?#@") == std::string_view::npos;
}

// As a URL above, but taken as it is: a webhook's address may hold a query and end with a slash.
Status store_address(const Key& key, std::string_view text, Config& config) {
  const auto query = std::min(text.find('?'), text.size());
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  if (!text.empty() && (!printable || !is_base_url(text.substr(0, query)))) return refused(key);
  at<std::string>(key, config) = text;
  return {};
}

Status store_secret(const Key& key, std::string_view text, Config& config) {
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) return refused(key);
  at<std::string>(key, config) = text;
  return {};
}

Status store_url(const Key& key, std::string_view text, Config& config) {
  if (!text.empty() && !is_base_url(text)) return refused(key);
  while (text.ends_with('/')) text.remove_suffix(1);
  at<std::string>(key, config) = text;
  return {};
}

Status store_element(const Key& key, std::string_view text, Config& config) {
  const bool path = key.form == Form::kPaths;
  if (text.empty() || (path && text[0] != '/')) return refused(key);
  at<std::vector<std::string>>(key, config).emplace_back(text);
  return {};
}

// The store reads the selector.
Status store_stream_period(const Key& key, std::string_view text, Config& config) {
  const auto space = std::min(text.find(' '), text.size());
  const auto period = parse_duration(text.substr(0, space));
  const auto selector = text.substr(std::min(text.find('{', space), text.size()));
  const bool between = text.substr(space, text.size() - space - selector.size()).find_first_not_of(' ') == text.npos;
  if (!period || !in_range(key, static_cast<std::uint64_t>(period->count())) || !between || !selector.ends_with('}'))
    return refused(key);
  at<std::vector<std::string>>(key, config).emplace_back(text);
  return {};
}

Status store_endpoint(const Key& key, std::string_view text, Config& config) {
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint) return refused(key);
  OC_TRY(require_loopback(*endpoint));
  at<Endpoint>(key, config) = *endpoint;
  return {};
}

Status store_duration(const Key& key, std::string_view text, Config& config) {
  const auto duration = parse_duration(text);
  if (!duration || !in_range(key, static_cast<std::uint64_t>(duration->count()))) return refused(key);
  at<std::chrono::seconds>(key, config) = *duration;
  return {};
}

Status store_size(const Key& key, std::string_view text, Config& config) {
  const auto size = parse_size(text);
  if (!size || !in_range(key, *size)) return refused(key);
  at<std::uint64_t>(key, config) = *size;
  return {};
}

Status store_count(const Key& key, std::string_view text, Config& config) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || !in_range(key, count)) return refused(key);
  at<std::uint64_t>(key, config) = count;
  return {};
}

}  // namespace

std::string expectation(const Key& key) {
  switch (key.form) {
    case Form::kBoolean:
      return "true or false";
    case Form::kChoice:
      return fmt::format("one of {}", fmt::join(key.choices, ", "));
    case Form::kUrl:
      return "http:// or https://, a host, and where needed a port and a path (no user, query or fragment)";
    case Form::kAddress:
      return "http:// or https://, a host, and where needed a port, a path and a query (no user or fragment)";
    case Form::kSecret:
      return "printable characters without spaces";
    case Form::kPath:
      return "a file, by an absolute path or one from this file's folder";
    case Form::kPaths:
      return "a list of absolute paths, e.g. [/var/log]";
    case Form::kPatterns:
      return "a list of globs, e.g. [\"**/*.log\"]";
    case Form::kStreamPeriods:
      return fmt::format("a list of a period from {} to {} and a selector each, e.g. ['24h {{env=\"dev\"}}']",
                         duration_text(std::chrono::seconds(key.least)), duration_text(std::chrono::seconds(key.most)));
    case Form::kEndpoint:
      return "ADDRESS:PORT, e.g. 127.0.0.1:3100 or [::1]:3100";
    case Form::kDuration:
      return fmt::format("a duration such as 90s, 15m, 24h or 14d, from {} to {}",
                         duration_text(std::chrono::seconds(key.least)), duration_text(std::chrono::seconds(key.most)));
    case Form::kSize:
      return fmt::format("a size such as 64MB, 1GiB or plain bytes, from {} to {}", size_text(key.least),
                         size_text(key.most));
    case Form::kCount:
      return fmt::format("a whole number from {} to {}", key.least, key.most);
  }
  return {};
}

std::unexpected<Error> refused(const Key& key) { return permanent("expected " + expectation(key)); }

Status store_value(const Key& key, std::string_view text, Config& config) {
  switch (key.form) {
    case Form::kBoolean:
      return store_boolean(key, text, config);
    case Form::kChoice:
      return store_choice(key, text, config);
    case Form::kUrl:
      return store_url(key, text, config);
    case Form::kAddress:
      return store_address(key, text, config);
    case Form::kSecret:
      return store_secret(key, text, config);
    case Form::kPath:
      at<std::string>(key, config) = text;
      return {};
    case Form::kPaths:
    case Form::kPatterns:
      return store_element(key, text, config);
    case Form::kStreamPeriods:
      return store_stream_period(key, text, config);
    case Form::kEndpoint:
      return store_endpoint(key, text, config);
    case Form::kDuration:
      return store_duration(key, text, config);
    case Form::kSize:
      return store_size(key, text, config);
    case Form::kCount:
      return store_count(key, text, config);
  }
  return {};
}

void clear_list(const Key& key, Config& config) { at<std::vector<std::string>>(key, config).clear(); }

}  // namespace oc::contracts
