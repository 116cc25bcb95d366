#include "cli/sources.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/json_words.h"
#include "cli/proposed_logs.h"

namespace oc::cli {

namespace {

constexpr std::size_t kLinkIdDigits = 8;        // the API takes unique prefixes of ids
constexpr std::size_t kContainerIdDigits = 12;  // as the engine's own tables show it

Tone source_tone(const std::string& state) {
  if (state == "verified" || state == "counted" || state == "acknowledged") return Tone::kGood;
  if (state == "not_delivered" || state == "refused") return Tone::kBad;
  return Tone::kFaint;
}

std::string service_of(const Json& source) {
  const auto labels = source.find("labels");
  return labels == source.end() ? std::string() : text_at(*labels, "service.name");
}

std::string shape_of(const Json& discovered) {
  const auto shape = discovered.find("shape");
  if (shape == discovered.end() || text_at(*shape, "shape").empty()) return "–";
  return text_at(*shape, "shape");
}

std::string config_of(const Json& source) {
  const auto version = source.value("config_version", std::int64_t{0});
  return version == 0 ? "–" : fmt::format("v{}", version);
}

std::string first_run_words(const Json& discovered) {
  const auto metadata = discovered.find("metadata");
  const auto words = metadata == discovered.end() ? std::string() : text_at(*metadata, "first_run");
  return words.empty() ? words : "; " + words;
}

std::string step_mark(const Json& ok, const Terminal& terminal) {
  if (ok.is_null()) return paint("·", Tone::kFaint, terminal);
  return ok.get<bool>() ? paint("✓", Tone::kGood, terminal) : paint("✗", Tone::kBad, terminal);
}

void print_chain(const Json& answer, const Terminal& terminal) {
  fmt::print("{}\n", text_at(answer, "log_path"));
  for (const auto& link : answer.value("chain", Json::array()))
    fmt::print("  {} {:<11} {}\n", step_mark(link.value("ok", Json()), terminal), text_at(link, "step"),
               text_at(link, "detail"));
}

// The path of a container's log is long, and says nothing to people.
std::string place_of(const Json& discovered) {
  const auto metadata = discovered.value("metadata", Json::object());
  const auto id = text_at(metadata, "container.id"), name = text_at(metadata, "container.name");
  if (id.empty()) return text_at(discovered, "log_path");
  const auto file = text_at(metadata, "container.file");
  return fmt::format("container {} ({}){}", name.empty() ? "without a name" : name, id.substr(0, kContainerIdDigits),
                     file.empty() ? "" : " " + file);
}

}  // namespace

std::string delivery_words(const Json& verification) {
  const auto state = text_at(verification, "state");
  const auto reason = text_at(verification, "reason");
  if (state == "verified") {
    const auto latency = verification.value("latency_ms", Json());
    auto words = latency.is_number() ? fmt::format("verified in {:.0f} ms", latency.get<double>()) : "verified";
    return reason.empty() ? words : words + ": " + reason;
  }
  if (state == "not_delivered") return "not delivered: " + reason;
  if (state == "refused") return "refused: " + reason;
  return reason.empty() ? state : reason;
}

std::string sources_table(const Json& sources, const std::string& server_url, const Terminal& terminal) {
  Table table({"SOURCE", "SERVICE", "SHAPE", "CONFIG", "DELIVERY", "LINK"}, {"CONFIG", "LINK"});
  for (const auto& source : sources) {
    const auto& discovered = source.at("source");
    const auto verification = source.value("verification", Json::object());
    const auto link =
        fmt::format("{}/api/v1/sources/{}", server_url, text_at(discovered, "source_id").substr(0, kLinkIdDigits));
    table.add(
        {{place_of(discovered)},
         {service_of(source)},
         {shape_of(discovered)},
         {config_of(source)},
         {delivery_words(verification) + first_run_words(discovered), source_tone(text_at(verification, "state"))},
         {link, Tone::kFaint}});
  }
  return table.render(terminal);
}

Result<Json> all_sources(ApiClient& api, const SourcesOptions& options) {
  Json all = Json::array();
  std::string cursor;
  do {
    std::string path = "/api/v1/sources?limit=1000";
    if (options.status != "all") path += "&status=" + http::percent_encode(options.status);
    if (!options.search.empty()) path += "&q=" + http::percent_encode(options.search);
    if (!cursor.empty()) path += "&after=" + http::percent_encode(cursor);
    OC_TRY_ASSIGN(auto page, api.get(path));
    for (auto& source : page["sources"]) all.push_back(std::move(source));
    cursor = text_at(page, "next");
  } while (!cursor.empty());
  return all;
}

namespace {

void print_sources(ApiClient& api, const Json& sources, const std::string& server_url) {
  const auto terminal = Terminal::of_stdout();
  if (sources.empty())
    fmt::print("No sources. Log files below discovery.filesystem.roots appear here by themselves.\n");
  else
    fmt::print("{}", sources_table(sources, server_url, terminal));
  if (const auto agents = api.get("/api/v1/agents"))
    fmt::print("{}", proposed_logs_section(agents->value("agents", Json::array()), terminal));
}

}  // namespace

int sources_command(const ClientOptions& client, const SourcesOptions& options) {
  ApiClient api(client);
  const auto sources = all_sources(api, options);
  if (!sources) return fail(sources.error(), exit_code_of(sources.error()));
  if (client.output == Output::kTable)
    print_sources(api, *sources, client.server_url());
  else
    fmt::print("{}", machine_text(Json{{"sources", *sources}}, client.output));
  return kExitOk;
}

int explain_command(const ClientOptions& client, const std::string& source) {
  ApiClient api(client);
  const auto answer = api.get(fmt::format("/api/v1/sources/{}/explain", http::percent_encode(source)));
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output == Output::kTable)
    print_chain(*answer, Terminal::of_stdout());
  else
    fmt::print("{}", machine_text(*answer, client.output));
  return text_at(*answer, "broken").empty() ? kExitOk : kExitNegative;
}

}  // namespace oc::cli
