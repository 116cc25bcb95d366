#include "cli/activities.h"

#include <algorithm>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/json_words.h"

namespace oc::cli {

namespace {

// An activity may be tried several times, each within its own limit.
constexpr std::chrono::minutes kRunPatience{15};

Result<std::string> input_text(const std::string& input) {
  if (!input.starts_with('@')) return input;
  if (input == "@-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  return read_file(input.substr(1));
}

Result<Json> input_json(const std::string& input) {
  OC_TRY_ASSIGN(const auto text, input_text(input));
  if (text.empty()) return Json::object();
  auto json = parse_json(text);
  if (!json) return in_context(std::move(json).error(), "--input");
  return json;
}

std::string type_words(const Json& schema) {
  const auto one_of = schema.find("oneOf");
  if (one_of != schema.end() && !one_of->empty()) return type_words(one_of->front()) + " or null";
  const auto type = text_at(schema, "type");
  if (type == "array") return "list of " + type_words(schema.value("items", Json::object()));
  return type.empty() ? "anything" : type;
}

bool is_required(const Json& schema, const std::string& name) {
  const auto required = schema.value("required", Json::array());
  return std::ranges::find(required, Json(name)) != required.end();
}

std::string default_words(const Json& schema, const std::string& name, const Json& member) {
  if (is_required(schema, name)) return "required";
  const auto fallback = member.find("default");
  return fallback == member.end() || fallback->is_null() ? "–" : one_line(*fallback);
}

std::string limits_words(const Json& limits) {
  return fmt::format("{} ms, {} attempt{}", limits.value("timeout_ms", 0), limits.value("attempts", 0),
                     limits.value("attempts", 0) == 1 ? "" : "s");
}

Result<Json> find_activity(ApiClient& api, const std::string& name) {
  OC_TRY_ASSIGN(const auto answer, api.get("/api/v1/activities"));
  for (const auto& activity : answer.value("activities", Json::array()))
    if (text_at(activity, "name") == name) return activity;
  return permanent(fmt::format("no activity is called \"{}\"", name), "'onecollector activities' lists them");
}

void print_activity(const Json& activity, const Terminal& terminal) {
  fmt::print("{}\n{}\nlimits: {}\n", text_at(activity, "name"), text_at(activity, "description"),
             limits_words(activity.value("limits", Json::object())));
  fmt::print("\n{}\n{}", "input", members_table(activity.value("input_schema", Json::object()), terminal));
  fmt::print("\n{}\n{}", "output", members_table(activity.value("output_schema", Json::object()), terminal));
}

}  // namespace

std::string activities_table(const Json& activities, const Terminal& terminal) {
  Table table({"ACTIVITY", "WHAT IT DOES", "LIMITS"}, {"ACTIVITY"});
  for (const auto& activity : activities)
    table.add({{text_at(activity, "name")},
               {text_at(activity, "description")},
               {limits_words(activity.value("limits", Json::object()))}});
  return table.render(terminal);
}

std::string members_table(const Json& schema, const Terminal& terminal) {
  Table table({"MEMBER", "TYPE", "DEFAULT", "MEANING"});
  const auto members = schema.value("properties", Json::object());
  if (members.empty()) return "nothing\n";
  for (const auto& [name, member] : members.items())
    table.add({{name}, {type_words(member)}, {default_words(schema, name, member)}, {text_at(member, "description")}});
  return table.render(terminal);
}

int activities_command(const ClientOptions& client) {
  ApiClient api(client);
  const auto answer = api.get("/api/v1/activities");
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output == Output::kTable)
    fmt::print("{}", activities_table(answer->value("activities", Json::array()), Terminal::of_stdout()));
  else
    fmt::print("{}", machine_text(*answer, client.output));
  return kExitOk;
}

int activity_show_command(const ClientOptions& client, const std::string& name) {
  ApiClient api(client);
  const auto activity = find_activity(api, name);
  if (!activity) return fail(activity.error(), exit_code_of(activity.error()));
  if (client.output == Output::kTable)
    print_activity(*activity, Terminal::of_stdout());
  else
    fmt::print("{}", machine_text(*activity, client.output));
  return kExitOk;
}

int activity_run_command(const ClientOptions& client, const std::string& name, const std::string& input) {
  const auto json = input_json(input);
  if (!json) return fail(json.error(), kExitUsage);
  ApiClient api(client, kRunPatience);
  const auto answer = api.post(fmt::format("/api/v1/activities/{}/run", http::percent_encode(name)), *json);
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output == Output::kTable)
    fmt::print("{}{} attempt{}, {} ms\n", to_yaml(answer->value("output", Json::object())),
               answer->value("attempts", 1), answer->value("attempts", 1) == 1 ? "" : "s",
               answer->value("duration_ms", 0));
  else
    fmt::print("{}", machine_text(*answer, client.output));
  return kExitOk;
}

}  // namespace oc::cli
