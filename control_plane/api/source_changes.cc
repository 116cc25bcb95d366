// Routes that change a source, and its history.
#include <array>

#include <pwd.h>

#include "control_plane/api/parameters.h"
#include "control_plane/api/routes.h"
#include "control_plane/api/source_lookup.h"

namespace oc::control_plane {

namespace {

// The kernel says whose connection it is; who came with the token has no name.
std::string author_of(const http::Request& request) {
  if (!request.peer.uid) return "token holder";
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> room;
  ::getpwuid_r(*request.peer.uid, &entry, room.data(), room.size(), &found);
  return found ? fmt::format("user {}", found->pw_name) : fmt::format("uid {}", *request.peer.uid);
}

Result<LabelChange> label_change_of(const http::Request& request) {
  constexpr const char* kForm = "send {\"labels\": {\"team\": \"payments\", \"old\": null}}; null removes a label";
  const auto body = parse_json(request.body);
  if (!body) return permanent("the body is no JSON: " + body.error().message, kForm);
  const auto labels = body->is_object() ? body->find("labels") : body->end();
  if (!body->is_object() || labels == body->end() || !labels->is_object() || body->size() != 1)
    return permanent("the body has no member \"labels\", or others besides", kForm);
  LabelChange change;
  for (const auto& [name, value] : labels->items()) {
    if (value.is_null())
      change.remove.push_back(name);
    else if (value.is_string())
      change.set.emplace(name, value.get<std::string>());
    else
      return permanent(fmt::format("labels.{} is no text", name), kForm);
  }
  return change;
}

http::Response refused(const Error& error) { return error.retryable() ? failure(error) : bad_request(error); }

http::Response update_labels(const ApiContext& context, const http::Request& request,
                             const model::RegisteredLogSource& source) {
  const auto change = label_change_of(request);
  if (!change) return bad_request(change.error());
  const auto updated = context.registry.update_source_labels(source.source.source_id, *change, author_of(request));
  if (updated && context.reconcile) context.reconcile(source.agent_id);
  return updated ? http::Response::json(source_json(context, *updated)) : refused(updated.error());
}

http::Response delete_source(const ApiContext& context, const http::Request& request,
                             const model::RegisteredLogSource& source) {
  const auto deleted = context.registry.delete_source(source.source.source_id, author_of(request));
  if (!deleted) return refused(deleted.error());
  if (context.reconcile) context.reconcile(source.agent_id);
  return http::Response::json(Json{{"source_id", source.source.source_id}, {"log_path", source.source.log_path}});
}

http::Response history_json(const ApiContext& context, const std::string& source_id) {
  const auto changes = context.sources.history(source_id, kKeptSourceChanges);
  if (!changes) return failure(changes.error());
  Json list = Json::array();
  for (const auto& change : *changes)
    list.push_back(Json{{"at", to_rfc3339(change.at_ns)},
                        {"change", change.change},
                        {"author", change.author},
                        {"detail", change.detail}});
  return http::Response::json(Json{{"source_id", source_id}, {"history", std::move(list)}});
}

// A deleted source is found by its whole id.
http::Response history(const ApiContext& context, const http::Request& request) {
  const auto found = find_source(context, request);
  if (found) return history_json(context, found->source.source_id);
  const auto& key = request.path_parameters.at("source_id");
  const auto changes = context.sources.history(key, 1);
  return changes && !changes->empty() ? history_json(context, key) : found.error();
}

}  // namespace

void add_source_change_routes(http::Router& router, const ApiContext& context) {
  router.patch("/api/v1/sources/{source_id}/labels", [context](const http::Request& request) {
    const auto found = find_source(context, request);
    return found ? update_labels(context, request, *found) : found.error();
  });
  router.del("/api/v1/sources/{source_id}", [context](const http::Request& request) {
    const auto found = find_source(context, request);
    return found ? delete_source(context, request, *found) : found.error();
  });
  router.get("/api/v1/sources/{source_id}/history",
             [context](const http::Request& request) { return history(context, request); });
}

}  // namespace oc::control_plane
