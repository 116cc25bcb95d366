// `events`: the control plane's journal, as it is or as it grows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

struct EventsOptions {
  bool follow = false;
  std::optional<std::int64_t> after;  // without: the newest 100, or with `follow` what is to come
  std::vector<std::string> types;
};

// With `follow` runs until `signals` says stop; connects again when the control plane restarts.
int events_command(const ClientOptions& client, const EventsOptions& options, SignalWait& signals);

// "2026-11-23T02:11:09.150Z  log_source_registered  /var/log/syslog  change=new …"
std::string event_line(const Json& event, const Terminal& terminal);

}  // namespace oc::cli
