#include "contracts/config/key_table.h"

#include <algorithm>
#include <array>

namespace oc::contracts {

namespace {

constexpr std::array<std::string_view, 3> kBackfills = {"recent", "all", "none"};  // in the order of enum Backfill
constexpr std::array<std::string_view, 2> kCollectorKinds = {"native", "official"};
constexpr std::array<std::string_view, 2> kAccess = {"private", "open"};

constexpr std::uint64_t kMinute = 60;
constexpr std::uint64_t kDay = 24 * 60 * kMinute;
constexpr std::uint64_t kTenYears = 3650 * kDay;
constexpr std::uint64_t kMiB = 1ull << 20;
constexpr std::uint64_t kPiB = 1ull << 50;

// Ranges keep out what cannot work, such as a store with less room than one of its parts, and slips of the unit.
constexpr std::array<Key, 34> kKeys = {{
    {.path = "discovery.filesystem.enabled",
     .form = Form::kBoolean,
     .description = "Look for log files below the roots.",
     .target = [](Config& c) -> Target { return &c.filesystem.enabled; }},
    {.path = "discovery.filesystem.roots",
     .form = Form::kPaths,
     .description = "Folders to look for log files in, with everything below them.",
     .target = [](Config& c) -> Target { return &c.filesystem.roots; }},
    {.path = "discovery.filesystem.include",
     .form = Form::kPatterns,
     .description = "Globs of the files to take, below the roots or absolute; ** crosses folders.",
     .target = [](Config& c) -> Target { return &c.filesystem.include; }},
    {.path = "discovery.filesystem.exclude",
     .form = Form::kPatterns,
     .description = "Globs of files to leave out; stronger than include.",
     .target = [](Config& c) -> Target { return &c.filesystem.exclude; }},
    {.path = "discovery.docker.enabled",
     .form = Form::kBoolean,
     .description = "Collect the logs of containers; without an engine nothing happens.",
     .target = [](Config& c) -> Target { return &c.docker.enabled; }},
    {.path = "discovery.docker.sockets",
     .form = Form::kPaths,
     .description = "The sockets of the engines, Docker's or Podman's.",
     .target = [](Config& c) -> Target { return &c.docker.sockets; }},
    {.path = "discovery.journald.enabled",
     .form = Form::kBoolean,
     .description = "Collect the systemd journal; without one nothing happens.",
     .target = [](Config& c) -> Target { return &c.journald.enabled; }},
    {.path = "discovery.journald.directory",
     .form = Form::kPath,
     .description = "A folder of journal files, in place of the machine's own journal.",
     .target = [](Config& c) -> Target { return &c.journald.directory; }},
    {.path = "discovery.processes.enabled",
     .form = Form::kBoolean,
     .description = "Look which log files processes write; those that are not collected are proposed.",
     .target = [](Config& c) -> Target { return &c.processes.enabled; }},
    {.path = "discovery.processes.allow",
     .form = Form::kPaths,
     .description = "Absolute globs: a log file that matches is collected when a process writes it, wherever it lies.",
     .target = [](Config& c) -> Target { return &c.processes.allow; }},
    {.path = "discovery.backfill",
     .form = Form::kChoice,
     .description = "What is read of files that are older than the first start: recent (as the limits say), all, none.",
     .target = [](Config& c) -> Target { return &c.backfill; },
     .choices = kBackfills},
    {.path = "agent.collector.kind",
     .form = Form::kChoice,
     .description = "The collector that the agent runs: native, or official (official-collector.md).",
     .target = [](Config& c) -> Target { return &c.collector_kind; },
     .choices = kCollectorKinds},
    {.path = "agent.collector.executable",
     .form = Form::kPath,
     .description = "The official collector's program: a name on PATH or a path. Empty: otelcol-contrib, else otelcol.",
     .target = [](Config& c) -> Target { return &c.collector_executable; }},
    {.path = "sinks.logs.url",
     .form = Form::kUrl,
     .description = "Base URL of the Loki that logs go to. Empty: the embedded store at listen.logs.",
     .target = [](Config& c) -> Target { return &c.logs_url; }},
    {.path = "alerts.webhook.url",
     .form = Form::kAddress,
     .description = "Alerts are posted here, as Alertmanager's webhook (version 4). Empty: nowhere.",
     .target = [](Config& c) -> Target { return &c.alerts.webhook_url; }},
    {.path = "alerts.slack.url",
     .form = Form::kAddress,
     .description = "A Slack incoming webhook for alerts; a secret, so better a reference. Empty: nowhere.",
     .target = [](Config& c) -> Target { return &c.alerts.slack_url; }},
    {.path = "alerts.pagerduty.url",
     .form = Form::kAddress,
     .description = "PagerDuty's Events API v2.",
     .target = [](Config& c) -> Target { return &c.alerts.pagerduty_url; }},
    {.path = "alerts.pagerduty.routing_key",
     .form = Form::kSecret,
     .description = "The integration key of a PagerDuty service; a secret, so better a reference. Empty: no PagerDuty.",
     .target = [](Config& c) -> Target { return &c.alerts.pagerduty_routing_key; }},
    {.path = "overlay",
     .form = Form::kPath,
     .description = "File of collector YAML that is merged last into every rendered config (policies.md).",
     .target = [](Config& c) -> Target { return &c.overlay; }},
    {.path = "listen.ui",
     .form = Form::kEndpoint,
     .description = "The control plane over HTTP: REST API, health, metrics.",
     .target = [](Config& c) -> Target { return &c.listen.ui; }},
    {.path = "listen.opamp",
     .form = Form::kEndpoint,
     .description = "OpAMP, for agents.",
     .target = [](Config& c) -> Target { return &c.listen.opamp; }},
    {.path = "listen.logs",
     .form = Form::kEndpoint,
     .description = "The embedded store's Loki API.",
     .target = [](Config& c) -> Target { return &c.listen.logs; }},
    {.path = "listen.collector_health",
     .form = Form::kEndpoint,
     .description = "The collector's health check; the next free port where this one is taken.",
     .target = [](Config& c) -> Target { return &c.listen.collector_health; }},
    {.path = "listen.collector_metrics",
     .form = Form::kEndpoint,
     .description = "The collector's own metrics; the next free port where this one is taken.",
     .target = [](Config& c) -> Target { return &c.listen.collector_metrics; }},
    {.path = "listen.access",
     .form = Form::kChoice,
     .description =
         "private: root, the own user, the group onecollector and holders of the token; open: every local user.",
     .target = [](Config& c) -> Target { return &c.listen.access; },
     .choices = kAccess},
    {.path = "limits.backfill_bytes_per_file",
     .form = Form::kSize,
     .description = "With backfill recent: at most this much of the end of each file.",
     .target = [](Config& c) -> Target { return &c.limits.backfill_bytes_per_file; },
     .most = kPiB},
    {.path = "limits.backfill_bytes_total",
     .form = Form::kSize,
     .description = "With backfill recent: at most this much of all files together.",
     .target = [](Config& c) -> Target { return &c.limits.backfill_bytes_total; },
     .most = kPiB},
    {.path = "limits.backfill_age",
     .form = Form::kDuration,
     .description = "With backfill recent: nothing older than this.",
     .target = [](Config& c) -> Target { return &c.limits.backfill_age; },
     .least = kMinute,
     .most = kTenYears},
    {.path = "limits.collector_memory_mib",
     .form = Form::kCount,
     .description = "MiB of memory from which on the collector refuses data until there is room again.",
     .target = [](Config& c) -> Target { return &c.limits.collector_memory_mib; },
     .least = 32,
     .most = kMiB},
    {.path = "registry.inactive_after",
     .form = Form::kDuration,
     .description = "Sources whose agent is away for this long become inactive, and active again when it is back.",
     .target = [](Config& c) -> Target { return &c.inactive_after; },
     .least = 5,
     .most = kTenYears},
    {.path = "registry.forget_after",
     .form = Form::kDuration,
     .description = "Sources that are inactive or deleted for this long are forgotten, with their histories.",
     .target = [](Config& c) -> Target { return &c.forget_after; },
     .least = kMinute,
     .most = kTenYears},
    {.path = "retention.time",
     .form = Form::kDuration,
     .description = "How long the embedded store keeps logs.",
     .target = [](Config& c) -> Target { return &c.retention_time; },
     .least = 60 * kMinute,
     .most = kTenYears},
    {.path = "retention.bytes",
     .form = Form::kSize,
     .description = "How much disk the embedded store's logs may take; the oldest go first.",
     .target = [](Config& c) -> Target { return &c.retention_bytes; },
     .least = 64 * kMiB,
     .most = kPiB},
    {.path = "retention.streams",
     .form = Form::kStreamPeriods,
     .description =
         "Streams that are kept for less time than retention.time; of several that fit, the shortest counts.",
     .target = [](Config& c) -> Target { return &c.retention_streams; },
     .least = 60 * kMinute,
     .most = kTenYears},
}};

}  // namespace

std::span<const Key> keys() { return kKeys; }

std::vector<std::string_view> names_below(std::string_view section) {
  std::vector<std::string_view> names;
  for (const auto& key : kKeys) {
    std::string_view rest = key.path;
    if (!section.empty()) {
      if (!rest.starts_with(section) || rest.size() == section.size() || rest[section.size()] != '.') continue;
      rest.remove_prefix(section.size() + 1);
    }
    const auto name = rest.substr(0, rest.find('.'));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

const Key* find_key(std::string_view path) {
  const auto found = std::ranges::find(kKeys, path, &Key::path);
  return found == kKeys.end() ? nullptr : &*found;
}

}  // namespace oc::contracts
