#include <limits>

#include "control_plane/api/event_stream.h"
#include "control_plane/api/parameters.h"
#include "control_plane/api/routes.h"
#include "control_plane/event_bus/event_types.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kMaxPage = 1000;
constexpr auto kLastSeq = std::numeric_limits<std::int64_t>::max();

// What a reconnecting EventSource sends is newer than what its URL says.
Result<std::int64_t> start_of(const http::Request& request, std::int64_t fallback) {
  if (const auto last = request.headers.get("Last-Event-ID"); last && !last->empty())
    return whole_number<std::int64_t>("Last-Event-ID", *last, 0, kLastSeq);
  return number_parameter<std::int64_t>(request, "after", fallback, 0, kLastSeq);
}

Result<std::vector<std::string>> types_of(const http::Request& request) {
  std::vector<std::string> types;
  std::string_view rest;
  const auto text = request.parameter("types").value_or("");
  for (rest = text; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto type = rest.substr(0, end);
    if (std::ranges::find(event_types::kAll, type) == event_types::kAll.end())
      return permanent(fmt::format("types names \"{}\", which is no event type", type), "docs/events.md lists them");
    types.emplace_back(type);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return types;
}

http::Response page(EventBus& bus, std::int64_t after, std::size_t limit, const std::vector<std::string>& types) {
  const auto newest = bus.newest();
  const auto events = bus.read(after, limit, types);
  if (!events) return failure(events.error());
  Json list = Json::array();
  for (const auto& event : *events) list.push_back(to_json(event));
  const auto last = events->empty() ? after : events->back().seq;
  return http::Response::json(Json{{"events", std::move(list)},
                                   {"next", events->size() < limit ? std::max(last, newest) : last},
                                   {"newest", events->empty() ? newest : std::max(newest, last)}});
}

http::Response follow(EventFeed& feed, std::int64_t after, std::vector<std::string> types) {
  http::Response response;
  response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}};
  response.stream = std::make_shared<EventStream>(feed, after, std::move(types));
  return response;
}

http::Response events(const ApiContext& context, const http::Request& request) {
  auto& bus = context.events.bus();
  const auto mode = request.parameter("follow").value_or("false");
  if (mode != "true" && mode != "false")
    return bad_request({Error::Kind::kPermanent, fmt::format("follow is \"{}\"", mode), "give true or false"});
  const bool following = mode == "true";
  // A page begins with the oldest, a follower with what is to come.
  const auto after = start_of(request, following ? bus.newest() : 0);
  if (!after) return bad_request(after.error());
  auto types = types_of(request);
  if (!types) return bad_request(types.error());
  const auto limit = number_parameter<std::size_t>(request, "limit", kMaxPage, 1, kMaxPage);
  if (!limit) return bad_request(limit.error());
  return following ? follow(context.events, *after, std::move(*types)) : page(bus, *after, *limit, *types);
}

}  // namespace

void add_event_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/events", [context](const http::Request& request) { return events(context, request); });
}

}  // namespace oc::control_plane
