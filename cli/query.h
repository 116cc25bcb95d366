// `query` and `tail`: LogQL against the log store, which answers Loki's API whether it is the embedded one or a Loki.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/process.h"
#include "cli/api_client.h"

namespace oc::cli {

struct QueryOptions {
  std::string logql;
  std::string store;  // base URL; empty: asked of the control plane
  std::string since = "1h";
  std::string from, to;  // RFC 3339 or Unix nanoseconds; `from` replaces `since`
  std::uint64_t limit = 100;
  bool forward = false;
  std::string step;
  bool labels = false;  // print all labels of a line, not only its service
};

int query_command(const ClientOptions& client, const QueryOptions& options);

struct TailOptions {
  std::string logql;
  std::string store;
  std::uint64_t lines = 10;  // existing ones, printed first
  bool labels = false;
};
// Until interrupted; connects again by itself when the store goes away.
int tail_command(const ClientOptions& client, const TailOptions& options, SignalWait& signals);

}  // namespace oc::cli
