#include "agent/discovery/docker/container.h"

#include <functional>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_client.h"
#include "contracts/labels/labels.h"

namespace oc::agent {

namespace {

constexpr std::string_view kServiceVariable = "OTEL_SERVICE_NAME=";

std::string service_variable(const Json& inspect) {
  const auto config = inspect.find("Config");
  if (config == inspect.end() || !config->is_object()) return {};
  const auto variables = config->find("Env");
  if (variables == config->end() || !variables->is_array()) return {};
  for (const auto& variable : *variables)
    if (variable.is_string() && variable.get_ref<const std::string&>().starts_with(kServiceVariable))
      return variable.get<std::string>().substr(kServiceVariable.size());
  return {};
}

// Why its lines cannot be read; empty: they can.
std::string refusal(const std::string& driver) {
  if (driver == "json-file" || driver == "k8s-file" || driver == "local" || driver == "journald") return {};
  if (driver == "none") return "its log driver is none: nothing is kept";
  return fmt::format("its log driver {} sends its log elsewhere", driver);
}

void put(std::map<std::string, std::string>& metadata, const char* key, std::string value) {
  if (!value.empty()) metadata[key] = std::move(value);
}

// What both accounts of a container have.
struct Account {
  std::string id, name, image, service_variable;
  std::function<std::string(const char* key)> label;
};

Result<Container> container_from(Account account, std::string left_out) {
  if (account.id.empty()) return permanent("a container without an id");
  if (account.name.starts_with('/')) account.name.erase(0, 1);
  Container container{.id = account.id, .left_out = std::move(left_out)};
  if (account.label("onecollector.enabled") == "false")
    container.left_out = "its label says onecollector.enabled=false";
  put(container.metadata, "service_name",
      contracts::service_name({.onecollector_label = account.label("onecollector.service"),
                               .otel_service_name = account.service_variable,
                               .compose_service = account.label("com.docker.compose.service"),
                               .container_name = account.name,
                               .systemd_unit = {},
                               .file_stem = account.id.substr(0, 12)}));
  put(container.metadata, "container.id", account.id);
  put(container.metadata, "container.name", account.name);
  put(container.metadata, "container.image.name", account.image);
  put(container.metadata, "compose_project", account.label("com.docker.compose.project"));
  if (const auto shape = account.label(kShapeLabel.data()); shape == "lines" || shape.starts_with('^'))
    put(container.metadata, kShapeLabel.data(), shape);
  else if (!shape.empty())
    container.remark = fmt::format("its label {}={} is not understood: say lines, or an expression that begins with ^",
                                   kShapeLabel, shape);
  return container;
}

void take_logs_inside(Container& container, const Json& inspect) {
  auto found = logs_inside(inspect);
  container.logs_inside = std::move(found.logs);
  if (found.remark.empty()) return;
  container.remark += container.remark.empty() ? found.remark : "; " + found.remark;
}

}  // namespace

// "stopped" is Podman's.
bool has_ended(std::string_view state) { return state == "exited" || state == "dead" || state == "stopped"; }

Result<Container> container_from_inspect(const Json& inspect) {
  const Account account{.id = text_at(inspect, {"Id"}),
                        .name = text_at(inspect, {"Name"}),
                        .image = text_at(inspect, {"Config", "Image"}),
                        .service_variable = service_variable(inspect),
                        .label = [&](const char* key) { return text_at(inspect, {"Config", "Labels", key}); }};
  const auto driver = text_at(inspect, {"HostConfig", "LogConfig", "Type"});
  OC_TRY_ASSIGN(auto container, container_from(account, refusal(driver)));
  container.is_local = driver == "local";
  container.in_journal = driver == "journald";
  if (text_at(inspect, {"Config", "Labels", "onecollector.enabled"}) != "false") take_logs_inside(container, inspect);
  container.ended = has_ended(text_at(inspect, {"State", "Status"}));
  container.log_path = text_at(inspect, {"LogPath"});
  if (container.log_path.empty()) container.log_path = text_at(inspect, {"HostConfig", "LogConfig", "Path"});  // Podman
  return container;
}

Result<Container> container_from_event(const Json& event) {
  const auto attribute = [&](const char* key) { return text_at(event, {"Actor", "Attributes", key}); };
  return container_from({.id = text_at(event, {"Actor", "ID"}),
                         .name = attribute("name"),
                         .image = attribute("image"),
                         .service_variable = {},
                         .label = attribute},
                        {});
}

}  // namespace oc::agent
