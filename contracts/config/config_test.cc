#include "contracts/config/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace oc::contracts {
namespace {

Result<Config> parse(std::string_view yaml, int port_offset = 0) {
  return parse_config(yaml, "onecollector.yaml", port_offset);
}
std::string refusal(std::string_view yaml) {
  const auto config = parse(yaml);
  return config ? "accepted" : config.error().text();
}

class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& content) : path_(testing::TempDir() + name) {
    std::ofstream(path_) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Config, EveryKeyIsOptional) {
  for (const std::string_view nothing : {"", "# only a comment\n", "limits:\n", "discovery: {filesystem: }\n"}) {
    const auto config = parse(nothing);
    ASSERT_TRUE(config.has_value()) << nothing << config.error().text();
    EXPECT_EQ(config->listen.logs, (Endpoint{"127.0.0.1", 3100}));
    EXPECT_EQ(config->filesystem.roots, std::vector<std::string>{"/var/log"});
    EXPECT_TRUE(config->embedded_backend());
    EXPECT_EQ(config->logs_base_url(), "http://127.0.0.1:3100");
  }
}

TEST(Config, EveryKeyTakesEffect) {
  const auto config = parse(R"(
discovery:
  filesystem: {enabled: false, roots: [/srv, /var/log/app], include: ["**/*.log"], exclude: ["*.tmp", "/srv/x/**"]}
  backfill: none
agent: {collector: {kind: official, executable: otelcol}}
overlay: /etc/onecollector/overlay.yaml
sinks: {logs: {url: "https://loki.example:3100/tenant/"}}
alerts:
  webhook: {url: "https://hooks.example/a/?token=x"}
  slack: {url: "https://hooks.slack.example/services/T/B/x"}
  pagerduty: {url: "http://127.0.0.1:1/enqueue", routing_key: R0}
listen:
  ui: 127.0.0.1:18080
  opamp: "[::1]:14320"
  logs: localhost:13100
  collector_health: 127.0.0.2:1
  collector_metrics: 127.0.0.1:18888
  access: open
limits: {backfill_bytes_per_file: 1MB, backfill_bytes_total: 2GiB, backfill_age: 90m, collector_memory_mib: 64}
retention: {time: 7d, bytes: 5GiB}
)");
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_FALSE(config->filesystem.enabled);
  EXPECT_EQ(config->filesystem.roots, (std::vector<std::string>{"/srv", "/var/log/app"}));
  EXPECT_EQ(config->filesystem.include, std::vector<std::string>{"**/*.log"});
  EXPECT_EQ(config->filesystem.exclude, (std::vector<std::string>{"*.tmp", "/srv/x/**"}));
  EXPECT_EQ(config->backfill, Backfill::kNone);
  EXPECT_EQ(config->collector_kind, "official");
  EXPECT_EQ(config->collector_executable, "otelcol");
  EXPECT_EQ(config->overlay, "/etc/onecollector/overlay.yaml");
  EXPECT_EQ(config->logs_base_url(), "https://loki.example:3100/tenant");
  EXPECT_FALSE(config->embedded_backend());
  EXPECT_EQ(config->alerts.webhook_url, "https://hooks.example/a/?token=x");
  EXPECT_EQ(config->alerts.slack_url, "https://hooks.slack.example/services/T/B/x");
  EXPECT_EQ(config->alerts.pagerduty_url, "http://127.0.0.1:1/enqueue");
  EXPECT_EQ(config->alerts.pagerduty_routing_key, "R0");
  EXPECT_EQ(config->listen.ui.port, 18080);
  EXPECT_EQ(config->listen.opamp, (Endpoint{"::1", 14320}));
  EXPECT_EQ(config->listen.logs, (Endpoint{"127.0.0.1", 13100}));
  EXPECT_EQ(config->listen.collector_health, (Endpoint{"127.0.0.2", 1}));
  EXPECT_EQ(config->listen.collector_metrics.port, 18888);
  EXPECT_EQ(config->listen.access, "open");
  EXPECT_EQ(config->limits.backfill_bytes_per_file, 1'000'000u);
  EXPECT_EQ(config->limits.backfill_bytes_total, 2ull << 30);
  EXPECT_EQ(config->limits.backfill_age, std::chrono::minutes(90));
  EXPECT_EQ(config->limits.collector_memory_mib, 64u);
  EXPECT_EQ(config->retention_time, std::chrono::hours(7 * 24));
  EXPECT_EQ(config->retention_bytes, 5ull << 30);
}

TEST(Config, ARelativeOverlayLiesBesideTheFileThatNamesIt) {
  const TemporaryFile file("with_overlay.yaml", "overlay: policies/overlay.yaml\n");
  const auto config = load_config(file.path(), 0);
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_EQ(config->overlay, testing::TempDir() + "policies/overlay.yaml");
}

TEST(Config, BackfillNamesMatchTheirMeaning) {
  EXPECT_EQ(parse("discovery: {backfill: recent}")->backfill, Backfill::kRecent);
  EXPECT_EQ(parse("discovery: {backfill: all}")->backfill, Backfill::kAll);
}

TEST(Config, UnknownKeysNameTheirPlaceAndTheNearestName) {
  EXPECT_EQ(refusal("sinsk:\n  logs: {}\n"), "onecollector.yaml:1:1: unknown key 'sinsk' (did you mean 'sinks'?)");
  EXPECT_EQ(refusal("discovery:\n  filesystem:\n    root: [/a]\n"),
            "onecollector.yaml:3:5: unknown key 'root' (did you mean 'roots'?)");
  EXPECT_EQ(refusal("retention:\n  colour: red\n"),
            "onecollector.yaml:2:3: unknown key 'colour' (known here: time, bytes, streams)");
  EXPECT_EQ(
      refusal("discovery: {podman: {enabled: true}}"),
      "onecollector.yaml:1:13: unknown key 'podman' (known here: filesystem, docker, journald, processes, backfill)");
  EXPECT_EQ(refusal("discovery.backfill: all"),
            "onecollector.yaml:1:1: unknown key 'discovery.backfill' (known here: discovery, "
            "agent, sinks, alerts, overlay, listen, limits, registry, retention)");
}

struct Wrong {
  std::string yaml;
  std::string message;
};

TEST(Config, WrongValuesNameTheirPlaceTheKeyAndWhatIsExpected) {
  const std::vector<Wrong> wrongs = {
      {"[1, 2]", "onecollector.yaml:1:1: expected a mapping of keys"},
      {"limits: 5", "onecollector.yaml:1:9: limits: expected a mapping of keys"},
      {"discovery: {filesystem: {enabled: 'yes'}}",
       "onecollector.yaml:1:35: discovery.filesystem.enabled: expected true or false"},
      {"discovery: {filesystem: {roots: /var/log}}",
       "onecollector.yaml:1:33: discovery.filesystem.roots: expected a list of absolute paths, e.g. [/var/log]"},
      {"discovery: {filesystem: {roots: [/a, b]}}",
       "onecollector.yaml:1:38: discovery.filesystem.roots: expected a list of absolute paths, e.g. [/var/log]"},
      {"discovery: {filesystem: {include: [[a]]}}",
       "onecollector.yaml:1:36: discovery.filesystem.include: expected a list of globs, e.g. [\"**/*.log\"]"},
      {"discovery: {backfill: some}", "onecollector.yaml:1:23: discovery.backfill: expected one of recent, all, none"},
      {"discovery: {backfill: }", "onecollector.yaml:1:23: discovery.backfill: expected one of recent, all, none"},
      {"agent: {collector: {kind: foreign}}",
       "onecollector.yaml:1:27: agent.collector.kind: expected one of native, official"},
      {"sinks: {logs: {url: 'ftp://h'}}",
       "onecollector.yaml:1:21: sinks.logs.url: expected http:// or https://, a host, and where needed a port and a "
       "path (no user, query or fragment)"},
      {"retention: {time: 30}",
       "onecollector.yaml:1:19: retention.time: expected a duration such as 90s, 15m, 24h or 14d, from 1h to 3650d"},
      {"retention: {time: 5m}",
       "onecollector.yaml:1:19: retention.time: expected a duration such as 90s, 15m, 24h or 14d, from 1h to 3650d"},
      {"retention: {bytes: 1MB}",
       "onecollector.yaml:1:20: retention.bytes: expected a size such as 64MB, 1GiB or plain bytes, from 64MiB to "
       "1024TiB"},
      {"limits: {collector_memory_mib: 16}",
       "onecollector.yaml:1:32: limits.collector_memory_mib: expected a whole number from 32 to 1048576"},
      {"listen: {ui: 8080}",
       "onecollector.yaml:1:14: listen.ui: expected ADDRESS:PORT, e.g. 127.0.0.1:3100 or [::1]:3100"},
      {"listen: {ui: '0.0.0.0:8080'}",
       "onecollector.yaml:1:14: listen.ui: 0.0.0.0:8080 can be reached from other machines, which needs TLS and a "
       "token: not supported yet "
       "(listen on 127.0.0.1 or [::1], and come from other machines through an SSH tunnel)"},
      {"listen: {ui: 127.0.0.1:3100}",
       "onecollector.yaml: listen.ui and listen.logs are both 127.0.0.1:3100 (give each a port of its own)"},
  };
  for (const auto& wrong : wrongs) EXPECT_EQ(refusal(wrong.yaml), wrong.message) << wrong.yaml;
}

TEST(Config, ThePortOffsetShiftsEveryPort) {
  const auto config = parse("listen: {ui: 127.0.0.1:9000}", 100);
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->listen.ui.port, 9100);
  EXPECT_EQ(config->listen.opamp.port, 4420);
  EXPECT_EQ(config->listen.logs.port, 3200);
  EXPECT_EQ(config->listen.collector_health.port, 13233);
  EXPECT_EQ(config->listen.collector_metrics.port, 8988);
  EXPECT_FALSE(parse("", 60'000).has_value());
  EXPECT_FALSE(parse("", -3'100).has_value());
}

TEST(Config, ACollectorsNameIsForPathAndItsPathFromTheFilesFolder) {
  const TemporaryFile named("with_name.yaml", "agent: {collector: {executable: otelcol}}\n");
  EXPECT_EQ(load_config(named.path(), 0)->collector_executable, "otelcol");
  const TemporaryFile beside("with_path.yaml", "agent: {collector: {executable: ./otelcol}}\n");
  EXPECT_EQ(load_config(beside.path(), 0)->collector_executable, testing::TempDir() + "./otelcol");
}

TEST(Config, ReferencesAreExpandedInEveryValue) {
  const TemporaryFile secret("/config_test_url", "http://loki:3100\n");
  ::setenv("OC_CONFIG_TEST_AGE", "2d", 1);
  ::setenv("OC_CONFIG_TEST_EMPTY", "", 1);
  ::unsetenv("OC_CONFIG_TEST_UNSET");
  const auto config = parse("sinks: {logs: {url: '${file:" + secret.path() +
                            "}'}}\n"
                            "limits: {backfill_age: '${env:OC_CONFIG_TEST_AGE}'}\n"
                            "retention: {time: '${env:OC_CONFIG_TEST_EMPTY:-3d}'}\n"
                            "discovery: {filesystem: {roots: ['/srv/${env:OC_CONFIG_TEST_UNSET:-x}/$${env:A}']}}\n");
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_EQ(config->logs_url, "http://loki:3100");
  EXPECT_EQ(config->limits.backfill_age, std::chrono::hours(48));
  EXPECT_EQ(config->retention_time, std::chrono::hours(72));
  EXPECT_EQ(config->filesystem.roots, std::vector<std::string>{"/srv/x/${env:A}"});
}

TEST(Config, ReferencesThatLeadNowhereAreErrors) {
  ::unsetenv("OC_CONFIG_TEST_UNSET");
  EXPECT_EQ(refusal("retention: {time: '${env:OC_CONFIG_TEST_UNSET}'}"),
            "onecollector.yaml:1:19: retention.time: the environment variable 'OC_CONFIG_TEST_UNSET' is not set "
            "(set it, or give a default: ${env:OC_CONFIG_TEST_UNSET:-default})");
  EXPECT_EQ(refusal("retention: {time: '${file:secret}'}"),
            "onecollector.yaml:1:19: retention.time: 'secret' is not an absolute path");
  EXPECT_EQ(refusal("retention: {time: '${file:/dev/zero}'}"),
            "onecollector.yaml:1:19: retention.time: /dev/zero is not a file that can be read");
  EXPECT_EQ(refusal("discovery: {filesystem: {roots: [\"/a\\0b\"]}}"),
            "onecollector.yaml:1:34: discovery.filesystem.roots: a value must not hold a NUL byte");
  EXPECT_NE(refusal("retention: {time: '${vault:x}'}"), "accepted");
  EXPECT_NE(refusal("retention: {time: '${env:X'}"), "accepted");
}

TEST(Config, AnErrorDoesNotRepeatWhatAReferenceStoodFor) {
  ::setenv("OC_CONFIG_TEST_SECRET", "s3cr3t", 1);
  for (const std::string_view key : {"retention: {time: ", "retention: {bytes: ", "sinks: {logs: {url: ",
                                     "listen: {access: ", "listen: {ui: ", "limits: {collector_memory_mib: "}) {
    const auto text =
        std::string(key) + "'${env:OC_CONFIG_TEST_SECRET}'" + std::string(std::ranges::count(key, '{'), '}');
    EXPECT_EQ(refusal(text).find("s3cr3t"), std::string::npos) << refusal(text);
    EXPECT_NE(refusal(text), "accepted");
  }
}

TEST(Config, AFileIsReadAndNamedInErrors) {
  const TemporaryFile file("/config_test.yaml", "listen:\n  prot: 1\n");
  EXPECT_EQ(load_config(file.path(), 0).error().message, file.path() + ":2:3: unknown key 'prot'");
  EXPECT_FALSE(load_config(file.path() + ".missing", 0).has_value());
  EXPECT_EQ(load_config("", 1)->listen.ui.port, 8081);
}

}  // namespace
}  // namespace oc::contracts
