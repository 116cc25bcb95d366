#include "cli/events.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/event_follower.h"

namespace oc::cli {

namespace {

constexpr std::int64_t kShownByDefault = 100;

std::string type_parameter(const std::vector<std::string>& types) {
  std::string list;
  for (const auto& type : types) list += (list.empty() ? "&types=" : ",") + http::percent_encode(type);
  return list;
}

Result<std::int64_t> newest_event(ApiClient& api) {
  OC_TRY_ASSIGN(const auto page, api.get("/api/v1/events?limit=1"));
  return page.value("newest", std::int64_t{0});
}

Result<Json> events_after(ApiClient& api, std::int64_t after, const std::vector<std::string>& types) {
  Json all = Json::array();
  while (true) {
    OC_TRY_ASSIGN(auto page, api.get(fmt::format("/api/v1/events?after={}{}", after, type_parameter(types))));
    for (auto& event : page["events"]) all.push_back(std::move(event));
    const auto next = page.value("next", after);
    if (next <= after || next >= page.value("newest", next)) return all;
    after = next;
  }
}

Result<Json> listed_events(ApiClient& api, const EventsOptions& options) {
  if (options.after) return events_after(api, *options.after, options.types);
  OC_TRY_ASSIGN(const auto newest, newest_event(api));
  return events_after(api, std::max<std::int64_t>(0, newest - kShownByDefault), options.types);
}

std::string value_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string details_of(const Json& event) {
  std::string text;
  for (const auto& [name, value] : event.value("data", Json::object()).items())
    if (name != "source_id" && name != "log_path")
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value_text(value));
  return text;
}

// A path says more than the id that is the subject.
std::string subject_of(const Json& event) {
  const auto data = event.value("data", Json::object());
  return data.value("log_path", event.value("subject", std::string()));
}

void print_event(const Json& event, Output output, const Terminal& terminal) {
  if (output == Output::kTable)
    fmt::print("{}\n", event_line(event, terminal));
  else if (output == Output::kJson)
    fmt::print("{}\n", event.dump(-1, ' ', false, Json::error_handler_t::replace));
  else
    fmt::print("---\n{}", to_yaml(event));
  std::fflush(stdout);
}

int follow_events(const ClientOptions& client, const EventsOptions& options, SignalWait& signals) {
  const auto terminal = Terminal::of_stdout();
  EventFollower::Callbacks callbacks;
  callbacks.on_event = [&](const Json& event) { print_event(event, client.output, terminal); };
  callbacks.on_trouble = [](const std::string& what) { fmt::print(stderr, "note: {}\n", what); };
  callbacks.on_refused = [&signals](const Error&) { signals.request_stop(); };
  EventFollower follower(client, options.after, type_parameter(options.types), std::move(callbacks));
  while (signals.wait(std::chrono::hours(1)) != SignalWait::Event::kStop) continue;
  const auto refused = follower.stop();
  return refused ? fail(*refused, exit_code_of(*refused)) : kExitOk;
}

}  // namespace

std::string event_line(const Json& event, const Terminal& terminal) {
  return fmt::format("{}  {:<25}  {}  {}", paint(event.value("at", std::string()), Tone::kFaint, terminal),
                     event.value("type", std::string()), subject_of(event),
                     paint(details_of(event), Tone::kFaint, terminal));
}

int events_command(const ClientOptions& client, const EventsOptions& options, SignalWait& signals) {
  if (options.follow) return follow_events(client, options, signals);
  ApiClient api(client);
  const auto events = listed_events(api, options);
  if (!events) return fail(events.error(), exit_code_of(events.error()));
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(Json{{"events", *events}}, client.output));
    return kExitOk;
  }
  Table table({"SEQ", "TIME", "TYPE", "SUBJECT", "DETAILS"}, {"SEQ", "TIME", "TYPE"});
  for (const auto& event : *events)
    table.add({{std::to_string(event.value("seq", std::int64_t{0}))},
               {event.value("at", std::string())},
               {event.value("type", std::string())},
               {subject_of(event)},
               {details_of(event), Tone::kFaint}});
  fmt::print("{}", events->empty() ? "No events.\n" : table.render(Terminal::of_stdout()));
  return kExitOk;
}

}  // namespace oc::cli
