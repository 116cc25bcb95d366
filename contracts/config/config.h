// onecollector.yaml: every key is optional, an unknown key is an error with line and column. `schema` below is what
// `onecollector config schema` prints (JSON Schema 2020-12) and what loading checks against: one source for both.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string text() const;  // "127.0.0.1:3100", "[::1]:3100"
  // An IP address (or "localhost") and a port from 1 to 65535.
  static Result<Endpoint> parse(std::string_view text);
  bool operator==(const Endpoint&) const = default;
};

// Refuses an address that other machines can reach: that needs TLS and a token, which are not built.
Status require_loopback(const Endpoint& endpoint);

enum class Backfill { kRecent, kAll, kNone };  // recent: the last 24 h, at most 64 MB a file and 1 GB in all

struct FilesystemDiscovery {
  bool enabled = true;
  std::vector<std::string> roots = {"/var/log"};
  std::vector<std::string> include = {"**"};  // globs below the roots, or absolute ones; ** crosses folders
  std::vector<std::string> exclude;
};

struct DockerDiscovery {
  bool enabled = true;
  // Of Docker's Engine API, which Podman speaks as well; nothing happens while there is none.
  std::vector<std::string> sockets = {"/var/run/docker.sock", "/run/podman/podman.sock"};
};

struct JournaldDiscovery {
  bool enabled = true;    // without a journal nothing happens
  std::string directory;  // of journal files; empty: this machine's journal
};

struct ProcessDiscovery {
  bool enabled = true;
  std::vector<std::string> allow;  // absolute globs of files that are collected because a process writes them
};

struct Limits {
  std::uint64_t backfill_bytes_per_file = 64ull << 20;
  std::uint64_t backfill_bytes_total = 1ull << 30;
  std::chrono::seconds backfill_age{24 * 3600};
  std::uint64_t collector_memory_mib = 200;
};

struct Listen {
  Endpoint ui{"127.0.0.1", 8080};
  Endpoint opamp{"127.0.0.1", 4320};
  Endpoint logs{"127.0.0.1", 3100};
  Endpoint collector_health{"127.0.0.1", 13133};
  Endpoint collector_metrics{"127.0.0.1", 8888};
  std::string access = "private";  // or "open"
};

// Whom to tell; empty: nobody. The values may be secrets: they never go into messages.
struct Alerts {
  std::string webhook_url;
  std::string slack_url;
  std::string pagerduty_url = "https://events.pagerduty.com/v2/enqueue";
  std::string pagerduty_routing_key;
};

struct Config {
  FilesystemDiscovery filesystem;
  DockerDiscovery docker;
  JournaldDiscovery journald;
  ProcessDiscovery processes;
  Backfill backfill = Backfill::kRecent;
  std::string collector_kind = "native";  // or "official"
  std::string collector_executable;       // of the official one; a name without a slash is looked for on PATH
  std::string logs_url;                   // sinks.logs.url; empty: the embedded backend at listen.logs
  Alerts alerts;
  std::string overlay;  // a file of collector YAML, merged last into every rendered config; empty: none
  Listen listen;
  Limits limits;
  std::chrono::seconds retention_time{14 * 24 * 3600};
  std::uint64_t retention_bytes = 20ull << 30;
  std::vector<std::string> retention_streams;  // "24h {env=\"dev\"}": a period, and a selector of LogQL
  std::chrono::seconds inactive_after{600};    // without a sign of life of their agent, sources are inactive
  std::chrono::seconds forget_after{7 * 24 * 3600};

  // The store's base URL: logs_url, or "http://" + listen.logs.
  std::string logs_base_url() const;
  bool embedded_backend() const { return logs_url.empty(); }
};

// Missing file → an error; an empty path → the defaults. `port_offset` is added to every port of `listen`. Relative
// paths are taken from the file's folder.
Result<Config> load_config(const std::filesystem::path& file, int port_offset);
Result<Config> parse_config(std::string_view yaml, const std::string& file_for_messages, int port_offset);
Json config_schema();

}  // namespace oc::contracts
