#include "base/http/request_checks.h"

#include <fmt/format.h>

#include "base/http/content_coding.h"

namespace oc::http {

namespace {

Response unauthorized(const Error& error) {
  auto response = Response::error(401, error.message, error.next_step);
  // Lets a browser ask for user and password; the password is the token.
  response.headers.set("WWW-Authenticate", "Basic realm=\"onecollector\"");
  return response;
}

Response no_route(const Request& request, const std::string& allowed) {
  if (allowed.empty()) return Response::error(404, fmt::format("{} does not exist", request.path()));
  auto response = Response::error(405, fmt::format("{} does not take {}", request.path(), request.method),
                                  fmt::format("use {}", allowed));
  response.headers.set("Allow", allowed);
  return response;
}

}  // namespace

// Access first: who may not be here does not learn which paths exist.
std::optional<Response> refusal(const Request& request, const RouteMatch& match, const AccessPolicy& access) {
  const bool open_to_all = match.route != nullptr && match.route->open_to_all;
  if (!open_to_all)
    if (const auto allowed = access.allows(request); !allowed) return unauthorized(allowed.error());
  if (match.route == nullptr) return no_route(request, match.allowed);
  const auto codings = request.headers.get("Content-Encoding").value_or("");
  if (match.route->body_handler) return std::nullopt;
  if (is_known_coding_list(codings)) return std::nullopt;
  return Response::error(415, fmt::format("Content-Encoding \"{}\" is not known", codings),
                         "use gzip, deflate, zstd or none");
}

std::string origin_form(std::string_view target) {
  if (!target.starts_with("http://")) return std::string(target);
  const auto path = target.find_first_of("/?", 7);
  if (path == target.npos) return "/";
  return target[path] == '/' ? std::string(target.substr(path)) : "/" + std::string(target.substr(path));
}

}  // namespace oc::http
