#include "cli/source_changes.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/table.h"

namespace oc::cli {

namespace {

std::string path_of(const std::string& source, const char* rest = "") {
  return fmt::format("/api/v1/sources/{}{}", http::percent_encode(source), rest);
}

Result<Json> label_change(const LabelOptions& options) {
  Json labels = Json::object();
  for (const auto& pair : options.set) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return permanent(fmt::format("'{}' is no label", pair), "write key=value, or --remove key");
    labels[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  for (const auto& name : options.remove) labels[name] = nullptr;
  if (labels.empty()) return permanent("no label is named", "write key=value, or --remove key");
  return Json{{"labels", std::move(labels)}};
}

std::string labels_text(const Json& labels) {
  std::string text;
  for (const auto& [name, value] : labels.items())
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value.get<std::string>());
  return text;
}

// {"log_path": {"from": "/a", "to": "/b"}} → "log_path: /a → /b"; anything else as it is.
std::string detail_text(const Json& detail) {
  const auto words = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  std::string text;
  for (const auto& [name, value] : detail.items()) {
    const bool change = value.is_object() && value.contains("from") && value.contains("to");
    text += (text.empty() ? "" : ", ") + name + ": ";
    text += change ? fmt::format("{} → {}", words(value["from"]), words(value["to"])) : words(value);
  }
  return text;
}

}  // namespace

int label_command(const ClientOptions& client, const LabelOptions& options) {
  const auto change = label_change(options);
  if (!change) return fail(change.error(), kExitUsage);
  ApiClient api(client);
  const auto source = api.patch(path_of(options.source, "/labels"), *change);
  if (!source) return fail(source.error(), exit_code_of(source.error()));
  if (client.output != Output::kTable)
    fmt::print("{}", machine_text(*source, client.output));
  else
    fmt::print("{}\n  {}\n", source->at("source").value("log_path", std::string()), labels_text(source->at("labels")));
  return kExitOk;
}

int delete_source_command(const ClientOptions& client, const std::string& source) {
  ApiClient api(client);
  const auto deleted = api.del(path_of(source));
  if (!deleted) return fail(deleted.error(), exit_code_of(deleted.error()));
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(*deleted, client.output));
    return kExitOk;
  }
  fmt::print(
      "{} is forgotten. An agent that still finds it registers it anew; discovery.filesystem.exclude leaves it out.\n",
      deleted->value("log_path", source));
  return kExitOk;
}

int history_command(const ClientOptions& client, const std::string& source) {
  ApiClient api(client);
  const auto answer = api.get(path_of(source, "/history"));
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(*answer, client.output));
    return kExitOk;
  }
  Table table({"TIME", "CHANGE", "BY", "WHAT"}, {"TIME", "CHANGE"});
  for (const auto& change : answer->at("history"))
    table.add({{change.value("at", std::string())},
               {change.value("change", std::string())},
               {change.value("author", std::string())},
               {detail_text(change.value("detail", Json::object())), Tone::kFaint}});
  fmt::print("{}", table.render(Terminal::of_stdout()));
  return kExitOk;
}

}  // namespace oc::cli
