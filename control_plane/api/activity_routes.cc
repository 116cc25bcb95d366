#include <semaphore>

#include "control_plane/api/parameters.h"
#include "control_plane/api/routes.h"

namespace oc::control_plane {

namespace {

// A direct call holds one of the server's work threads until it ends: one of them stays free for everything else.
constexpr std::ptrdiff_t kMaxDirectRuns = 3;

Json activity_json(const Activity& activity) {
  const auto limits = activity.limits();
  return {{"name", activity.name()},
          {"description", activity.description()},
          {"input_schema", activity.input_schema()},
          {"output_schema", activity.output_schema()},
          {"limits",
           {{"timeout_ms", limits.timeout.count()},
            {"attempts", limits.attempts},
            {"first_pause_ms", limits.first_pause.count()},
            {"longest_pause_ms", limits.longest_pause.count()}}}};
}

http::Response list_activities(const ApiContext& context) {
  Json list = Json::array();
  for (const auto* activity : context.activities.all()) list.push_back(activity_json(*activity));
  return http::Response::json({{"activities", std::move(list)}});
}

http::Response answer_of(const ActivityResult& result) {
  if (result.output)
    return http::Response::json(
        {{"output", *result.output}, {"attempts", result.attempts}, {"duration_ms", result.duration.count()}});
  const auto& error = result.output.error();
  if (result.timed_out) return http::Response::error(504, error.message, error.next_step);
  return error.retryable() ? failure(error) : bad_request(error);
}

http::Response run_activity(const ApiContext& context, const http::Request& request,
                            std::counting_semaphore<>& places) {
  const auto& name = request.path_parameters.at("name");
  auto* activity = context.activities.find(name);
  if (activity == nullptr) {
    const auto error = context.activities.unknown(name);
    return http::Response::error(404, error.message, error.next_step);
  }
  const auto input = request.body.empty() ? Result<Json>(Json::object()) : parse_json(request.body);
  if (!input) return bad_request(input.error());
  if (!places.try_acquire())
    return http::Response::error(503, fmt::format("{} activities are running for others", kMaxDirectRuns),
                                 "try again when one of them has ended");
  const auto result = context.runner.run(*activity, *input, request.cancelled);
  places.release();
  return answer_of(result);
}

}  // namespace

void add_activity_routes(http::Router& router, const ApiContext& context) {
  router.get(
      "/api/v1/activities", [context](const http::Request&) { return list_activities(context); }, http::Lane::kAdmin);
  const auto places = std::make_shared<std::counting_semaphore<>>(kMaxDirectRuns);
  router.post("/api/v1/activities/{name}/run",
              [context, places](const http::Request& request) { return run_activity(context, request, *places); });
}

}  // namespace oc::control_plane
