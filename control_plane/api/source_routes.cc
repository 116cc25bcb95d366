#include <limits>

#include "control_plane/api/parameters.h"
#include "control_plane/api/routes.h"
#include "control_plane/api/source_lookup.h"
#include "control_plane/verification/delivery_chain.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kMaxPage = 1000;  // sources; a larger answer would take long to make and to read

Result<model::SourceType> source_type(const std::string& name) {
  for (const auto type : {model::SourceType::kDocker, model::SourceType::kKubernetes, model::SourceType::kFilesystem,
                          model::SourceType::kJournald, model::SourceType::kProbe})
    if (model::to_string(type) == name) return type;
  return permanent(fmt::format("type is \"{}\"", name), "give docker, k8s, filesystem, journald or probe");
}

Result<SourceFilter> source_filter(const http::Request& request) {
  SourceFilter filter;
  filter.text = request.parameter("q").value_or("");
  filter.agent_id = request.parameter("agent").value_or("");
  if (const auto type = request.parameter("type")) {
    OC_TRY_ASSIGN(filter.type, source_type(*type));
  }
  const auto status = request.parameter("status");
  if (!status) return filter;
  if (*status != "active" && *status != "inactive")
    return permanent(fmt::format("status is \"{}\"", *status), "give active or inactive");
  filter.status = *status == "active" ? model::SourceStatus::kActive : model::SourceStatus::kInactive;
  return filter;
}

Result<Json> page_json(const ApiContext& context, const SourceFilter& filter, std::int64_t after, std::size_t limit) {
  OC_TRY_ASSIGN(const SourcePage page, context.sources.list_sources(filter, after, limit));
  Json sources = Json::array();
  for (const auto& source : page.sources) sources.push_back(source_json(context, source));
  return Json{{"sources", std::move(sources)},
              {"next", page.next ? Json(std::to_string(*page.next)) : Json(nullptr)},
              {"total", page.total},
              {"total_is_exact", page.total_is_exact}};
}

http::Response list_sources(const ApiContext& context, const http::Request& request) {
  const auto filter = source_filter(request);
  if (!filter) return bad_request(filter.error());
  const auto limit = number_parameter<std::size_t>(request, "limit", kMaxPage, 1, kMaxPage);
  if (!limit) return bad_request(limit.error());
  const auto after = number_parameter<std::int64_t>(request, "after", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (!after) return bad_request(after.error());
  const auto page = page_json(context, *filter, *after, *limit);
  return page ? http::Response::json(*page) : failure(page.error());
}

Json chain_json(const std::vector<ChainStep>& chain) {
  Json list = Json::array();
  for (const auto& step : chain)
    list.push_back(
        Json{{"step", step.step}, {"ok", step.ok ? Json(*step.ok) : Json(nullptr)}, {"detail", step.detail}});
  return list;
}

std::vector<ChainStep> chain_of(const ApiContext& context, const model::RegisteredLogSource& registered) {
  auto facts = context.fleet.source(registered.source.source_id);
  if (!facts) facts = SourceFacts{registered.agent_id, registered.source, registered.config_version, {}, {}};
  const auto verification = context.board.source(registered.source.source_id);
  const bool partly = verification && (verification->state == ProofState::kMerged ||
                                       verification->state == ProofState::kTooOld);  // all that the store takes
  const bool proven = partly || (verification && is_delivered(verification->state));
  auto chain = delivery_chain(*facts, context.fleet.agent(registered.agent_id), context.board.store(), proven);
  if (proven) chain.back().detail = verification->reason;
  return chain;
}

http::Response explain(const ApiContext& context, const model::RegisteredLogSource& registered) {
  const auto chain = chain_of(context, registered);
  const auto verification = context.board.source(registered.source.source_id);
  const bool overdue = verification && verification->state == ProofState::kNotDelivered;
  const auto* broken = broken_link(chain, overdue);
  return http::Response::json(Json{{"source_id", registered.source.source_id},
                                   {"log_path", registered.source.log_path},
                                   {"chain", chain_json(chain)},
                                   {"broken", broken == nullptr ? Json(nullptr) : Json(broken->step)}});
}

template <typename Show>
http::Response with_source(const ApiContext& context, const http::Request& request, Show show) {
  auto found = find_source(context, request);
  return found ? show(*found) : std::move(found).error();
}

}  // namespace

void add_source_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/sources", [context](const http::Request& request) { return list_sources(context, request); });
  router.get("/api/v1/sources/{source_id}", [context](const http::Request& request) {
    return with_source(context, request,
                       [&](const auto& found) { return http::Response::json(source_json(context, found)); });
  });
  router.get("/api/v1/sources/{source_id}/explain", [context](const http::Request& request) {
    return with_source(context, request, [&](const auto& found) { return explain(context, found); });
  });
}

}  // namespace oc::control_plane
