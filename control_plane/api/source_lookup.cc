#include "control_plane/api/source_lookup.h"

#include <fmt/format.h>

#include "control_plane/api/routes.h"

namespace oc::control_plane {

namespace {

Json verification_json(const ApiContext& context, const model::RegisteredLogSource& registered) {
  auto verification = context.board.source(registered.source.source_id);
  if (!verification) {
    verification.emplace();
    if (registered.source.status == model::SourceStatus::kInactive) {
      verification->state = ProofState::kIdle;
      verification->reason = "idle: the source is gone";
    } else {
      verification->reason = "waiting for its agent to connect";
    }
  }
  const auto& [state, reason, latency_ms, verified_at] = *verification;
  return Json{{"state", to_string(state)},
              {"reason", reason},
              {"latency_ms", latency_ms ? Json(*latency_ms) : Json(nullptr)},
              {"verified_at", verified_at ? Json(to_rfc3339(*verified_at)) : Json(nullptr)}};
}

std::unexpected<http::Response> not_found(const std::string& message, const std::string& next_step) {
  return std::unexpected(http::Response::error(404, message, next_step));
}

// A file may have been looked at and left out.
std::string next_step_for(const std::string& key) {
  if (!key.starts_with('/')) return "`onecollector sources` lists all; give an id, a path or a service name";
  return fmt::format(
      "`onecollector infer {}` says whether its content is a log, discovery.filesystem in onecollector.yaml which "
      "files "
      "are looked at; `onecollector sources` lists those that were found",
      key);
}

}  // namespace

Json source_json(const ApiContext& context, const model::RegisteredLogSource& registered) {
  auto json = to_json(registered);
  json["verification"] = verification_json(context, registered);
  return json;
}

// Active sources go before inactive ones: a path that was rotated names the file that is there now.
std::expected<model::RegisteredLogSource, http::Response> find_source(const ApiContext& context,
                                                                      const http::Request& request) {
  const auto key = request.path_parameters.at("source_id");
  auto found = context.sources.look_up(key, 2);
  if (!found) return std::unexpected(failure(found.error()));
  if (found->empty()) return not_found(fmt::format("no source is known as \"{}\"", key), next_step_for(key));
  const bool same_rank = found->size() > 1 && (*found)[0].source.status == (*found)[1].source.status;
  if (same_rank && (*found)[0].source.log_path != (*found)[1].source.log_path)
    return not_found(
        fmt::format("\"{}\" names more than one source", key),
        fmt::format("give a longer id: {} is {}, {} is {}", (*found)[0].source.source_id, (*found)[0].source.log_path,
                    (*found)[1].source.source_id, (*found)[1].source.log_path));
  return std::move(found->front());
}

}  // namespace oc::control_plane
