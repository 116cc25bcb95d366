#include <limits>

#include "control_plane/api/parameters.h"
#include "control_plane/api/routes.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kMaxRunPage = 200;    // a run shows its input and outcome, which may be large
constexpr std::size_t kShownSteps = 1'000;  // likewise; the newest

Result<RunFilter> run_filter(const http::Request& request) {
  RunFilter filter;
  filter.workflow = request.parameter("workflow").value_or("");
  const auto state = request.parameter("state");
  if (!state) return filter;
  filter.state = parse_run_state(*state);
  if (!filter.state)
    return permanent(fmt::format("state is \"{}\"", *state), "give running, completed, failed or cancelled");
  return filter;
}

http::Response list_runs(const ApiContext& context, const http::Request& request) {
  const auto filter = run_filter(request);
  if (!filter) return bad_request(filter.error());
  const auto limit = number_parameter<std::size_t>(request, "limit", kMaxRunPage, 1, kMaxRunPage);
  if (!limit) return bad_request(limit.error());
  const auto after = number_parameter<std::int64_t>(request, "after", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (!after) return bad_request(after.error());
  const auto page = context.workflows.runs(*filter, *after, *limit);
  if (!page) return failure(page.error());
  Json runs = Json::array();
  for (const auto& run : page->runs) runs.push_back(to_json(run));
  return http::Response::json(
      {{"runs", std::move(runs)}, {"next", page->next ? Json(std::to_string(*page->next)) : Json(nullptr)}});
}

// A unique beginning of an id is enough.
std::expected<RunRecord, http::Response> find_run(const ApiContext& context, const http::Request& request) {
  const auto& key = request.path_parameters.at("run_id");
  auto found = context.workflows.look_up(key, 2);
  if (!found) return std::unexpected(failure(found.error()));
  if (found->size() == 1) return std::move(found->front());
  if (found->empty())
    return std::unexpected(http::Response::error(404, fmt::format("no workflow run has the id \"{}\"", key),
                                                 "`onecollector workflows` lists them"));
  return std::unexpected(
      http::Response::error(404, fmt::format("more than one workflow run has an id that begins with \"{}\"", key),
                            fmt::format("give more of it: {}, {}", (*found)[0].run_id, (*found)[1].run_id)));
}

http::Response show_run(const ApiContext& context, const RunRecord& run) {
  const auto steps = context.workflows.steps(run.run_id);
  if (!steps) return failure(steps.error());
  const std::size_t left_out = steps->size() > kShownSteps ? steps->size() - kShownSteps : 0;
  Json shown = Json::array();
  for (std::size_t i = left_out; i < steps->size(); ++i) shown.push_back(to_json((*steps)[i]));
  auto json = to_json(run);
  json["steps"] = std::move(shown);
  json["steps_left_out"] = left_out;
  return http::Response::json(json);
}

// A run that has ended takes neither signals nor a cancellation.
http::Response after_request(const RunRecord& run, const Status& status, Json answer) {
  if (status) return http::Response::json(answer);
  if (status.error().retryable()) return failure(status.error());
  return http::Response::error(run.state == RunState::kRunning ? 400 : 409, status.error().message,
                               status.error().next_step);
}

http::Response cancel_run(const ApiContext& context, const RunRecord& run) {
  return after_request(run, context.workflows.cancel(run.run_id), {{"run_id", run.run_id}, {"cancel_requested", true}});
}

http::Response signal_run(const ApiContext& context, const RunRecord& run, const http::Request& request) {
  const auto data = request.body.empty() ? Result<Json>(Json::object()) : parse_json(request.body);
  if (!data) return bad_request(data.error());
  const auto& name = request.path_parameters.at("name");
  return after_request(run, context.workflows.signal(run.run_id, name, *data),
                       {{"run_id", run.run_id}, {"signal", name}});
}

template <typename Handle>
http::Handler with_run(const ApiContext& context, Handle handle) {
  return [context, handle](const http::Request& request) {
    const auto run = find_run(context, request);
    return run ? handle(context, *run, request) : run.error();
  };
}

}  // namespace

void add_workflow_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/workflows", [context](const http::Request& request) { return list_runs(context, request); });
  router.get("/api/v1/workflows/{run_id}", with_run(context, [](const ApiContext& api, const RunRecord& run,
                                                                const auto&) { return show_run(api, run); }));
  router.post("/api/v1/workflows/{run_id}/cancel", with_run(context, [](const ApiContext& api, const RunRecord& run,
                                                                        const auto&) { return cancel_run(api, run); }));
  router.post("/api/v1/workflows/{run_id}/signals/{name}",
              with_run(context, [](const ApiContext& api, const RunRecord& run, const http::Request& request) {
                return signal_run(api, run, request);
              }));
}

}  // namespace oc::control_plane
