#include "control_plane/config_builder/otel_config_builder.h"

#include <gtest/gtest.h>

#include "base/yaml.h"
#include "control_plane/config_builder/change_reason.h"
#include "control_plane/config_builder/yaml_scalar.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

CollectorSettings settings() {
  CollectorSettings settings;
  settings.storage_directory = "/var/lib/onecollector/agent/collector/storage";
  settings.host_name = "web-1";
  return settings;
}

RenderedConfig build(const std::vector<model::DiscoveredLogSource>& sources, const CollectorSettings& with = settings(),
                     contracts::Config config = {}) {
  std::vector<LabelledSource> labelled;
  for (const auto& source : sources) labelled.push_back({&source, nullptr});
  auto rendered = OtelConfigBuilder(std::move(config)).build(with, labelled);
  EXPECT_TRUE(rendered) << rendered.error().text();
  return rendered.value_or(RenderedConfig{});
}

YAML::Node parsed(const RenderedConfig& rendered) { return *yaml::parse(rendered.yaml, "rendered.yaml"); }

TEST(OtelConfigBuilder, RendersTheAgreedShape) {
  auto shop = test_source("b2", "shop");
  shop.start_offset = 4096;
  EXPECT_EQ(build({shop, test_source("a1")}).yaml, R"(extensions:
  file_storage:
    directory: /var/lib/onecollector/agent/collector/storage
  health_check:
    endpoint: "127.0.0.1:13133"
receivers:
  file_log/a1:
    include: [/var/log/a1.log]
    start_at: beginning
    include_file_path: true
    include_file_record_offset: true
    storage: file_storage
    resource: {host.name: web-1, service.name: app, source_id: a1}
  file_log/b2:
    include: [/var/log/b2.log]
    start_at: beginning
    start_offset: 4096
    include_file_path: true
    include_file_record_offset: true
    storage: file_storage
    resource: {host.name: web-1, service.name: shop, source_id: b2}
processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 200
exporters:
  otlp_http/logs:
    endpoint: "http://127.0.0.1:3100/otlp"
    watermarks_endpoint: "http://127.0.0.1:3100"
    compression: none
    retry_on_failure: {enabled: true, max_elapsed_time: 0s}
service:
  extensions: [file_storage, health_check]
  telemetry:
    metrics:
      readers:
        - {pull: {exporter: {prometheus: {host: "127.0.0.1", port: 8888}}}}
  pipelines:
    logs:
      receivers:
        - file_log/a1
        - file_log/b2
      processors: [memory_limiter]
      exporters: [otlp_http/logs]
)");
}

std::string operators_of(const std::string& shape, const std::string& record_start, double confidence = 0.9) {
  auto source = test_source("a");
  source.shape.shape = shape;
  source.shape.record_start = record_start;
  source.shape.multiline = !record_start.empty();
  source.shape.confidence = confidence;
  const auto operators = parsed(build({source}))["receivers"]["file_log/a"]["operators"];
  std::string all;
  for (const auto& step : operators) {
    all += all.empty() ? "" : " > ";
    for (const char* key : {"type", "format", "is_last_entry", "is_first_entry", "source_identifier"})
      if (step[key]) all += (std::string(key) == "type" ? "" : " ") + step[key].as<std::string>();
  }
  return all;
}

model::DiscoveredLogSource journal_source() {
  auto source = test_source("j1", "nginx");
  source.source_type = model::SourceType::kJournald;
  source.log_path = "journald:nginx.service";
  source.metadata["journal.field"] = "_SYSTEMD_UNIT";
  source.metadata["journal.value"] = "nginx.service";
  source.start_offset = 17;
  return source;
}

TEST(OtelConfigBuilder, AJournalsSourceIsAMatchOfItsEntries) {
  const auto rendered = build({journal_source(), test_source("a1")});
  EXPECT_EQ(rendered.blocks.at("journald/j1"), "j1");
  const auto config = parsed(rendered);
  EXPECT_EQ(config["service"]["pipelines"]["logs"]["receivers"].size(), 2u);
  const auto receiver = config["receivers"]["journald/j1"];
  EXPECT_EQ(receiver["matches"][0]["_SYSTEMD_UNIT"].as<std::string>(), "nginx.service");
  EXPECT_EQ(receiver["start_offset"].as<int>(), 17);
  EXPECT_EQ(receiver["priority"].as<std::string>(), "debug");
  EXPECT_EQ(receiver["resource"]["service.name"].as<std::string>(), "nginx");
  EXPECT_EQ(receiver["operators"][0]["type"].as<std::string>(), "severity_parser");
  EXPECT_EQ(receiver["operators"][0]["mapping"]["error"].as<std::string>(), "3");
  EXPECT_EQ(receiver["operators"][5]["from"].as<std::string>(), "body.MESSAGE");
  EXPECT_EQ(receiver["without"][0].as<std::string>(), "CONTAINER_ID_FULL") << "those are of containers";
  EXPECT_FALSE(receiver["directory"]) << "the machine's own";
}

TEST(OtelConfigBuilder, AnOfficialCollectorWaitsForItsPipelineAndReadsEntriesInFull) {
  auto official = settings();
  official.kind = "official";
  official.version = "0.158.0";
  const auto receiver = parsed(build({journal_source()}, official))["receivers"]["journald/j1"];
  EXPECT_TRUE(receiver["all"].as<bool>());
  EXPECT_EQ(receiver["retry_on_failure"]["max_elapsed_time"].as<std::string>(), "0s");
  EXPECT_FALSE(receiver["start_offset"]);
  EXPECT_FALSE(receiver["without"]) << "a key of ours";
  EXPECT_EQ(receiver["operators"][0]["type"].as<std::string>(), "filter");
  EXPECT_EQ(receiver["operators"][0]["expr"].as<std::string>(), "body.CONTAINER_ID_FULL != nil");
}

TEST(OtelConfigBuilder, AContainersEntriesInTheJournalAreASourceUnderItsNames) {
  auto source = journal_source();
  source.metadata = {{"journal.field", "CONTAINER_ID_FULL"},
                     {"journal.value", "5f"},
                     {"service_name", "orders"},
                     {"container.id", "5f"},
                     {"container.name", "orders-1"}};
  for (const char* kind : {"native", "official"}) {
    auto target = settings();
    if (std::string(kind) == "official") {
      target.kind = kind;
      target.version = "0.158.0";
    }
    const auto receiver = parsed(build({source}, target))["receivers"]["journald/j1"];
    EXPECT_EQ(receiver["matches"][0]["CONTAINER_ID_FULL"].as<std::string>(), "5f");
    EXPECT_FALSE(receiver["without"]);
    EXPECT_EQ(receiver["operators"][0]["value"].as<std::string>(), R"(EXPR(trimSuffix(body.MESSAGE, "\n")))");
    EXPECT_EQ(receiver["operators"][1]["type"].as<std::string>(), "severity_parser");
    EXPECT_EQ(receiver["resource"]["service.name"].as<std::string>(), "orders");
    EXPECT_EQ(receiver["resource"]["container.name"].as<std::string>(), "orders-1");
    EXPECT_EQ(receiver["resource"]["container.id"].as<std::string>(), "5f");
  }
}

TEST(OtelConfigBuilder, AShapeSaysHowLinesBecomeRecords) {
  EXPECT_EQ(operators_of("text", ""), "");
  EXPECT_EQ(operators_of("text", R"(^\d{4}$)"), R"(recombine body matches `^\d{4}$$`)") << "no reference to a variable";
  EXPECT_EQ(operators_of("text", "^`\\d\""), R"(recombine body matches "^`\\d\"")");
  EXPECT_EQ(operators_of("text", "^x", 0.5), "") << "a guess glues nothing together";
  EXPECT_EQ(operators_of("cri", "^x"), R"(container > recombine body matches `^x` attributes["log.iostream"])");
  EXPECT_EQ(operators_of("docker-json", ""),
            R"(container docker > recombine body endsWith "\n" attributes["log.iostream"] > add)");
  EXPECT_EQ(operators_of("docker-local", "^x"),
            R"(container docker_local > recombine body matches `^x` attributes["log.iostream"])");
}

TEST(OtelConfigBuilder, TheFramesOfDockersDriverLocalAreSaidToBeSome) {
  auto source = test_source("a");
  const auto framing = [&] { return parsed(build({source}))["receivers"].begin()->second["framing"]; };
  EXPECT_FALSE(framing().IsDefined());
  source.shape.shape = "docker-local";
  source.shape.confidence = 1;
  EXPECT_EQ(framing().as<std::string>(), "docker_local");
}

TEST(OtelConfigBuilder, TheSameSourcesInAnyOrderGiveTheSameHash) {
  const auto one = build({test_source("a"), test_source("b")});
  const auto other = build({test_source("b"), test_source("a")});
  EXPECT_EQ(one.hash, other.hash);
  EXPECT_EQ(one.yaml, other.yaml);
  EXPECT_NE(one.hash, build({test_source("a")}).hash);
}

TEST(OtelConfigBuilder, InactiveSourcesAreLeftOut) {
  auto gone = test_source("gone");
  gone.status = model::SourceStatus::kInactive;
  EXPECT_EQ(build({gone, test_source("a")}).yaml, build({test_source("a")}).yaml);
}

TEST(OtelConfigBuilder, WithoutSourcesItIsStillAConfig) {
  const auto config = parsed(build({}));
  EXPECT_TRUE(config["receivers"].IsMap());
  EXPECT_TRUE(config["service"]["pipelines"]["logs"]["receivers"].IsSequence());
}

TEST(OtelConfigBuilder, OddPathsAndLabelsComeBackAsTheyWere) {
  for (const std::string odd :
       {"true", "007",  "1e3", "a: b", "# x", "'",    "\"",  "- a", "{x}", "line\nbreak", "tab\t", "~",  "ü ☃", "",
        " a ",  "a\\b", "y",   "No",   "@x",  "0x1F", "a#b", "a,b", "%a",  "!tag",        "*a",    "&a", "|",   ">"}) {
    auto source = test_source("1234567890", odd.empty() ? "x" : odd);
    source.log_path = "/var/log/" + odd;
    const auto receiver = parsed(build({source}))["receivers"]["file_log/1234567890"];
    ASSERT_TRUE(receiver.IsMap()) << odd;
    EXPECT_EQ(receiver["include"][0].as<std::string>(), escape_glob(source.log_path));
    const auto service = receiver["resource"]["service.name"];
    EXPECT_EQ(service.as<std::string>(), odd.empty() ? "x" : odd);
    EXPECT_EQ(receiver["resource"]["source_id"].Tag(), "!") << "a number in quotes stays a string";
  }
}

TEST(OtelConfigBuilder, GlobCharactersOfAPathAreEscaped) {
  EXPECT_EQ(escape_glob("/l/[a]*{b}?\\.log"), "/l/\\[a\\]\\*\\{b\\}\\?\\\\.log");
}

TEST(OtelConfigBuilder, ADollarIsNotTakenForAReference) {
  auto source = test_source("a");
  source.log_path = "/var/log/${env:HOME}.log";
  EXPECT_EQ(parsed(build({source}))["receivers"]["file_log/a"]["include"][0].as<std::string>(),
            "/var/log/$$\\{env:HOME\\}.log");
}

TEST(OtelConfigBuilder, TheCollectorsOwnPortsAndLimitAreTheAgents) {
  auto with = settings();
  with.health_endpoint = "127.0.0.1:13134";
  with.metrics_endpoint = "127.0.0.1:8890";
  with.memory_limit_mib = 64;
  const auto config = parsed(build({}, with));
  EXPECT_EQ(config["extensions"]["health_check"]["endpoint"].as<std::string>(), "127.0.0.1:13134");
  EXPECT_EQ(config["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]["port"].as<int>(),
            8890);
  EXPECT_EQ(config["processors"]["memory_limiter"]["limit_mib"].as<int>(), 64);
}

TEST(OtelConfigBuilder, AnotherStoreIsNotAskedForWatermarks) {
  contracts::Config config;
  config.logs_url = "https://loki.example:443/";
  const auto exporter = parsed(build({}, settings(), config))["exporters"]["otlp_http/logs"];
  EXPECT_EQ(exporter["endpoint"].as<std::string>(), "https://loki.example:443/otlp");
  EXPECT_FALSE(exporter["watermarks_endpoint"]);
}

TEST(OtelConfigBuilder, WrongSettingsAreErrorsThatNameThem) {
  auto with = settings();
  with.health_endpoint = "nowhere";
  const auto endpoint = OtelConfigBuilder({}).build(with, {});
  ASSERT_FALSE(endpoint);
  EXPECT_NE(endpoint.error().message.find("health_endpoint"), std::string::npos);
  with = settings();
  with.kind = "fluentd";
  EXPECT_FALSE(OtelConfigBuilder({}).build(with, {}));
  with = settings();
  with.storage_directory.clear();
  EXPECT_FALSE(OtelConfigBuilder({}).build(with, {}));
}

TEST(OtelConfigBuilder, AnOlderOfficialCollectorGetsItsOwnNamesAndNoNativeKeys) {
  auto with = settings();
  with.kind = "official";
  with.version = "0.140.1";
  auto source = test_source("a");
  source.start_offset = 10;
  const auto config = parsed(build({source}, with));
  EXPECT_TRUE(config["receivers"]["filelog/a"].IsMap());
  EXPECT_FALSE(config["receivers"]["filelog/a"]["start_offset"]);
  EXPECT_TRUE(config["exporters"]["otlphttp/logs"].IsMap());
  EXPECT_FALSE(config["exporters"]["otlphttp/logs"]["watermarks_endpoint"]);
  with.version = "0.150.0";
  EXPECT_TRUE(parsed(build({source}, with))["receivers"]["file_log/a"].IsMap());
}

TEST(YamlScalar, WhatAnyReaderCouldMistakeIsQuoted) {
  for (const auto* text : {"", "1", "-", "true", "NO", "a b", "a:b", "a#", "'", "null", "~", ".5"})
    EXPECT_TRUE(needs_quotes(text)) << text;
  for (const auto* text : {"app", "/var/log/a-b_c.log", "file_log/a1", "nope"})
    EXPECT_FALSE(needs_quotes(text)) << text;
}

TEST(ChangeReason, SaysInWordsWhatChanged) {
  const auto at = [](const char* path, const char* service) { return RenderedSource{path, service, 0}; };
  const RenderedSources before{{"1", at("/a", "app")}, {"2", at("/b", "old")}};
  const RenderedSources after{{"1", at("/moved", "app")}, {"3", at("/c", "nginx")}, {"4", at("/d", "db")}};
  EXPECT_EQ(change_reason(difference(before, after), before, after),
            "2 sources added: db, nginx; 1 changed: app; 1 removed: old");
  EXPECT_EQ(change_reason(difference(before, before), before, before), "settings of the collector changed");
  RenderedSources many;
  for (int i = 0; i < 9; ++i) many[std::to_string(i)] = at("/x", std::to_string(i).c_str());
  EXPECT_EQ(change_reason(difference({}, many), {}, many), "9 sources added: 0, 1, 2, 3, 4, …");
}

}  // namespace
}  // namespace oc::control_plane
