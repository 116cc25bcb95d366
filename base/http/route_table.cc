#include "base/http/route_table.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace oc::http {

namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

// Split first, decode later: %2F belongs to a segment, it does not end one.
std::vector<std::string> split(std::string_view path, bool decode) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    segments.push_back(decode ? percent_decode(segment, false) : std::string(segment));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](const std::string& expected, const std::string& actual) {
    return is_parameter(expected) ? !actual.empty() : expected == actual;
  });
}

bool takes_method(const Router::Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

RouteTable::RouteTable(const Router& router) {
  for (const auto& route : router.routes()) entries_.push_back({route, split(route.pattern, false)});
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return std::ranges::lexicographical_compare(a.segments, b.segments, [](const std::string& x, const std::string& y) {
      return !is_parameter(x) && is_parameter(y);
    });
  });
}

RouteMatch RouteTable::find(std::string_view method, std::string_view path) const {
  const auto segments = split(path, true);
  RouteMatch match;
  std::set<std::string> allowed;
  for (const auto& [route, pattern] : entries_) {
    if (!fits(pattern, segments)) continue;
    if (takes_method(route, method)) {
      match.route = &route;
      for (std::size_t i = 0; i < pattern.size(); ++i)
        if (is_parameter(pattern[i])) match.parameters[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
      return match;
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  match.allowed = fmt::format("{}", fmt::join(allowed, ", "));
  return match;
}

void Router::get(std::string pattern, Handler handler, Lane lane) {
  routes_.push_back({"GET", std::move(pattern), lane, false, std::move(handler), {}});
}
void Router::post(std::string pattern, Handler handler, Lane lane) {
  routes_.push_back({"POST", std::move(pattern), lane, false, std::move(handler), {}});
}
void Router::put(std::string pattern, Handler handler, Lane lane) {
  routes_.push_back({"PUT", std::move(pattern), lane, false, std::move(handler), {}});
}
void Router::patch(std::string pattern, Handler handler, Lane lane) {
  routes_.push_back({"PATCH", std::move(pattern), lane, false, std::move(handler), {}});
}
void Router::del(std::string pattern, Handler handler, Lane lane) {
  routes_.push_back({"DELETE", std::move(pattern), lane, false, std::move(handler), {}});
}
void Router::health(std::string pattern, Handler handler) {
  routes_.push_back({"GET", std::move(pattern), Lane::kAdmin, true, std::move(handler), {}});
}
void Router::websocket(std::string pattern, SessionFactory factory) {
  routes_.push_back({"GET", std::move(pattern), Lane::kWork, false, {}, std::move(factory)});
}

}  // namespace oc::http
