#include "collector/receivers/otlp/cors.h"

#include <algorithm>

#include <fmt/format.h>
#include <strings.h>

namespace oc::collector {

namespace {

constexpr std::string_view kAlwaysAllowed[] = {"Origin", "Accept", "Content-Type", "X-Requested-With"};

bool same_name(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::strncasecmp(one.data(), other.data(), one.size()) == 0;
}

// One '*' at most, which stands for any text.
bool fits(std::string_view pattern, std::string_view origin) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return same_name(pattern, origin);
  const auto front = pattern.substr(0, star), back = pattern.substr(star + 1);
  return origin.size() >= front.size() + back.size() && origin.starts_with(front) && origin.ends_with(back);
}

bool is_allowed_origin(const CorsConfig& config, std::string_view origin) {
  return std::ranges::any_of(config.allowed_origins, [&](const auto& allowed) { return fits(allowed, origin); });
}

bool is_allowed_header(const CorsConfig& config, std::string_view name) {
  const auto is_name = [&](std::string_view allowed) { return allowed == "*" || same_name(allowed, name); };
  return std::ranges::any_of(kAlwaysAllowed, is_name) || std::ranges::any_of(config.allowed_headers, is_name);
}

bool are_allowed_headers(const CorsConfig& config, std::string_view list) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    auto name = list.substr(0, end);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty() && !is_allowed_header(config, name)) return false;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return true;
}

}  // namespace

bool is_preflight(const http::Request& request) {
  return request.method == "OPTIONS" && request.headers.get("Access-Control-Request-Method");
}

http::Response preflight_answer(const CorsConfig& config, const http::Request& request) {
  http::Response answer{.status = 204, .headers = {}, .body = {}};
  answer.headers.set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  const auto origin = request.headers.get("Origin").value_or("");
  const auto method = *request.headers.get("Access-Control-Request-Method");
  const auto headers = request.headers.get("Access-Control-Request-Headers").value_or("");
  const bool known_method = method == "GET" || method == "HEAD" || method == "POST";
  if (!is_allowed_origin(config, origin) || !known_method || !are_allowed_headers(config, headers)) return answer;
  answer.headers.set("Access-Control-Allow-Origin", std::string(origin));
  answer.headers.set("Access-Control-Allow-Methods", std::string(method));
  answer.headers.set("Access-Control-Allow-Credentials", "true");
  if (!headers.empty()) answer.headers.set("Access-Control-Allow-Headers", std::string(headers));
  if (config.max_age > 0) answer.headers.set("Access-Control-Max-Age", fmt::format("{}", config.max_age));
  return answer;
}

void allow_origin(const CorsConfig& config, const http::Request& request, http::Response& response) {
  const auto origin = request.headers.get("Origin");
  if (!origin || config.allowed_origins.empty()) return;
  response.headers.set("Vary", "Origin");
  if (!is_allowed_origin(config, *origin)) return;
  response.headers.set("Access-Control-Allow-Origin", std::string(*origin));
  response.headers.set("Access-Control-Allow-Credentials", "true");
  if (!config.exposed_headers.empty())
    response.headers.set("Access-Control-Expose-Headers", fmt::format("{}", fmt::join(config.exposed_headers, ", ")));
}

}  // namespace oc::collector
