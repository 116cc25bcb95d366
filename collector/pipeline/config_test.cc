// What a config may say, and how mistakes are told.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/ids.h"
#include "collector/component_list.h"
#include "collector/pipeline/config_loader.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/graph.h"
#include "collector/pipeline/service_config.h"

namespace oc::collector {
namespace {

using namespace std::chrono_literals;

EnvironmentLookup environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

std::string expanded(const std::string& text, std::map<std::string, std::string> variables) {
  auto value = *parse_config_text("key: \"" + text + "\"", "f");
  if (auto done = expand_references(value, environment(std::move(variables))); !done)
    return "error: " + done.error().message;
  return value.find("key")->scalar;
}

TEST(ConfigReferences, TakeTheEnvironment) {
  EXPECT_EQ(expanded("a ${env:X} ${X} b", {{"X", "1"}}), "a 1 1 b");
  EXPECT_EQ(expanded("${env:X:-d}", {}), "d");
  EXPECT_EQ(expanded("${env:X:-d}", {{"X", ""}}), "") << "a default is for what is unset, not for what is empty";
  EXPECT_EQ(expanded("$${env:X} costs $$5", {{"X", "1"}}), "${env:X} costs $5");
  EXPECT_EQ(expanded("x${env:MISSING}y", {}), "xy");
  EXPECT_TRUE(expanded("${vault:x}", {}).starts_with("error: f:1:6: unknown reference scheme 'vault'"));
}

TEST(ConfigReferences, TakeAWholeValueAsYaml) {
  auto value = *parse_config_text("list: ${env:LIST}\nnumber: \"${env:N}\"", "f");
  ASSERT_TRUE(expand_references(value, environment({{"LIST", "[a, {b: c}]"}, {"N", "007"}})));
  EXPECT_EQ(value.find("list")->items.size(), 2u);
  EXPECT_EQ(value.find("number")->scalar, "007");
}

TEST(ConfigReferences, EndWhereAFileRefersToItself) {
  const auto file = std::filesystem::temp_directory_path() / ("config_test." + random_hex(8));
  ASSERT_TRUE(write_file_atomic(file, "${file:" + file.string() + "}"));
  auto value = *parse_config_text("key: ${file:" + file.string() + "}", "f");
  EXPECT_FALSE(expand_references(value, environment({})));
  std::filesystem::remove(file);
}

TEST(ConfigReferences, StandInsideOfOthersNames) {
  auto value = *parse_config_text("key: ${env:OUTER_${env:WHICH}}\ntext: <${env:NONE:-${env:WHICH}}>", "f");
  ASSERT_TRUE(expand_references(value, environment({{"WHICH", "ONE"}, {"OUTER_ONE", "inner"}})));
  EXPECT_EQ(value.find("key")->scalar, "inner");
  EXPECT_EQ(value.find("text")->scalar, "<ONE>");
}

TEST(ConfigReferences, NameVariablesThatMayBeOnes) {
  auto value = *parse_config_text("key: ${env:1BAD}", "f");
  const auto expanded = expand_references(value, environment({}));
  ASSERT_FALSE(expanded);
  EXPECT_THAT(expanded.error().message, ::testing::HasSubstr("f:1:6: the environment variable '1BAD'"));
}

TEST(ConfigSources, AreFilesVariablesAndTheConfigItself) {
  const auto loaded = load_config_files({"env:WHOLE", "yaml:a::b: 2", "yaml:a::c::d: [x]"},
                                        environment({{"WHOLE", "a: {b: 1, e: 5}"}}));
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_EQ(loaded->root.canonical(), parse_config_text("a: {b: 2, e: 5, c: {d: [x]}}", "f")->canonical());
  const auto unknown = load_config_files({"vault:secret"}, environment({}));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, ::testing::HasSubstr("unknown reference scheme 'vault'"));
}

TEST(ConfigValues, TakeOverWhatAMergeKeyNames) {
  const auto value = parse_config_text("one: &base {a: 1, b: 2}\ntwo: {<<: *base, b: 3}", "f");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("two")->canonical(), parse_config_text("{a: 1, b: 3}", "f")->canonical());
}

TEST(ConfigFiles, AreMergedMapsByKeyAndListsAsAWhole) {
  auto base = *parse_config_text("a: {x: 1, y: [1, 2]}\nb: 1", "one");
  merge_config(base, *parse_config_text("a: {y: [3], z: 4}\nb:\nc:", "two"));
  EXPECT_EQ(base.canonical(), parse_config_text("{a: {x: 1, y: [3], z: 4}, b: ~, c: ~}", "f")->canonical());
  EXPECT_TRUE(base.find("a")->find("y")->place.starts_with("two:1:"));
}

TEST(ConfigValues, AreReadAsTheOfficialCollectorReadsThem) {
  EXPECT_EQ(parse_duration("1h30m0.5s"), 90min + 500ms);
  EXPECT_EQ(parse_duration("200ms"), 200ms);
  EXPECT_EQ(parse_duration("0"), 0ns);
  for (const char* wrong : {"", "5 s", "s", "1x", "-1s", "1s2"})
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  EXPECT_EQ(parse_byte_size("1MiB"), 1u << 20);
  EXPECT_EQ(parse_byte_size("1kb"), 1000u);
  EXPECT_EQ(parse_byte_size("12"), 12u);
  for (const char* wrong : {"", "MiB", "1XB", "1ib", "-1"}) EXPECT_EQ(parse_byte_size(wrong), std::nullopt) << wrong;
}

const char* const kConfig = R"(extensions:
  file_storage: {directory: /tmp/nothing_is_made_here}
receivers:
  file_log/a: {include: [/var/log/a.log], storage: file_storage}
  file_log/b: {include: /var/log/b.log}
processors:
  memory_limiter: {check_interval: 1s, limit_mib: 200}
exporters:
  otlp_http: {endpoint: 'http://127.0.0.1:1/otlp'}
service:
  extensions: [file_storage]
  pipelines:
    logs: {receivers: [file_log/a, file_log/b], processors: [memory_limiter], exporters: [otlp_http]}
)";

// Validates the config with one text replaced; the error's message and next step, or "".
std::string validate(const std::string& from = {}, const std::string& to = {}) {
  std::string text = kConfig;
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  const auto components = component_list();
  LoadedConfig loaded;
  auto root = parse_config_text(text, "c.yaml");
  if (!root) return root.error().text();
  loaded.root = std::move(*root);
  const auto config = read_service_config(loaded, *components);
  if (!config) return config.error().text();
  MetricRegistry metrics;
  SharedServices shared;
  const auto checked = check_graph(*config, {metrics, system_clock(), shared});
  return checked ? "" : checked.error().text();
}

TEST(Validate, AcceptsAGoodConfigAndMakesNothing) {
  EXPECT_EQ(validate(), "");
  EXPECT_FALSE(std::filesystem::exists("/tmp/nothing_is_made_here"));
}

TEST(Validate, AcceptsOlderNamesWhereTheyAreUsedThroughout) {
  EXPECT_EQ(
      validate("otlp_http: {", "otlphttp: {"),
      "c.yaml:13:91: pipeline 'logs' uses the exporter 'otlp_http', which is not defined (did you mean 'otlphttp'?)");
  LoadedConfig loaded{
      .root = *parse_config_text("receivers: {filelog: {include: [/a]}}\n"
                                 "exporters: {otlphttp: {endpoint: 'http://h:1'}}\n"
                                 "service: {pipelines: {logs: {receivers: [filelog], exporters: [otlphttp]}}}",
                                 "old.yaml"),
      .hash = {}};
  const auto components = component_list();
  const auto config = read_service_config(loaded, *components);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->receivers.at({"filelog", ""}).factory->type, "file_log");
}

TEST(Validate, NamesThePlaceAndTheWayOut) {
  EXPECT_EQ(validate("include: /var/log/b.log", "includes: /var/log/b.log"),
            "c.yaml:5:16: file_log/b: unknown key 'includes' (did you mean 'include'?)");
  EXPECT_EQ(validate("storage: file_storage}\n  file", "storag: file_storage}\n  file"),
            "c.yaml:4:43: file_log/a: unknown key 'storag' (did you mean 'storage'?)");
  EXPECT_EQ(validate("storage: file_storage}\n  file", "output: x}\n  file"),
            "c.yaml:4:43: file_log/a: 'output' is not supported yet (remove the key, or run this config with the "
            "official collector)");
  EXPECT_EQ(
      validate("storage: file_storage}\n  file", "storage: file_store}\n  file"),
      "c.yaml:4:52: file_log/a uses the storage 'file_store', which is not in service.extensions (define it under "
      "'extensions:' and list it in service.extensions)");
  EXPECT_EQ(validate("limit_mib: 200", "limit_mib: many"),
            "c.yaml:7:51: memory_limiter: 'limit_mib' must be a whole number from 0 to 1073741824, not 'many'");
  EXPECT_EQ(validate("  memory_limiter: {", "  memory_limit: {"),
            "c.yaml:7:3: unknown type 'memory_limit' in processors (did you mean 'memory_limiter'?)");
  EXPECT_EQ(
      validate("exporters: [otlp_http]", "exporters: [otlp_htp]"),
      "c.yaml:13:91: pipeline 'logs' uses the exporter 'otlp_htp', which is not defined (did you mean 'otlp_http'?)");
  EXPECT_EQ(validate("    logs: {", "    traces: {"),
            "c.yaml:13:5: pipeline 'traces': traces are not supported yet (only logs pipelines are)");
  EXPECT_EQ(validate("http://127.0.0.1:1/otlp", "ftp://x").substr(0, 26), "c.yaml:9:25: otlp_http: 'e");
  EXPECT_EQ(validate("service:\n", "services:\n"),
            "c.yaml:10:1: config: unknown key 'services' (did you mean 'service'?)");
}

// All problems of a config, one a line.
std::string all_problems(const std::string& yaml) {
  const auto components = component_list();
  const LoadedConfig loaded{.root = *parse_config_text(yaml, "c.yaml"), .hash = {}};
  std::string text;
  for (const auto& problem : check_service_config(loaded, *components)) text += problem.text() + "\n";
  return text;
}

TEST(Validate, TellsEveryMistakeWithItsComponent) {
  EXPECT_EQ(all_problems(R"(receivers:
  file_log/a: {include: [/a], includes: [/b]}
  file_log/b: {include: [/b], storage: nowhere}
  file_log/c: {start_at: middle, include: [/c]}
processors:
  memory_limiter: {check_interval: 1s, limit_mib: many}
  memory_limit: {}
exporters:
  otlp_http: {endpoint: 'http://127.0.0.1:1'}
service:
  pipelines:
    logs: {receivers: [file_log/a, file_log/b, file_log/c], processors: [memory_limiter], exporters: [otlp_http]}
    logs/b: {receivers: [file_log/x], exporters: [otlp_http]}
)"),
            "c.yaml:2:31: receivers::file_log/a: unknown key 'includes' (did you mean 'include'?)\n"
            "c.yaml:4:26: receivers::file_log/c: 'start_at' must be beginning or end, not 'middle'\n"
            "c.yaml:6:51: processors::memory_limiter: 'limit_mib' must be a whole number from 0 to 1073741824, not "
            "'many'\n"
            "c.yaml:7:3: processors::memory_limit: unknown type 'memory_limit' in processors (did you mean "
            "'memory_limiter'?)\n"
            "c.yaml:13:26: service::pipelines::logs/b: pipeline 'logs/b' uses the receiver 'file_log/x', which is not "
            "defined (did you mean 'file_log/a'?)\n"
            "c.yaml:3:40: receivers::file_log/b: file_log/b uses the storage 'nowhere', which is not in "
            "service.extensions (define it under 'extensions:' and list it in service.extensions)\n");
}

TEST(Validate, ReadsThePlaceOfAnErrorWhateverTheFileIsCalled) {
  const auto problem = problem_of("receivers::file_log/a", {{}, "/etc/a: b:1/c.yaml:4:43: file_log/a: no", "next"});
  EXPECT_EQ(problem.file, "/etc/a: b:1/c.yaml");
  EXPECT_EQ(problem.line, 4);
  EXPECT_EQ(problem.column, 43);
  EXPECT_EQ(problem.message, "no");
  EXPECT_EQ(problem_of("", {{}, "no place", ""}).message, "no place");
}

TEST(Validate, RefusesTwoReceiversWithOneSourceId) {
  EXPECT_EQ(validate("include: /var/log/b.log", "include: /var/log/b.log, resource: {source_id: file_log.a}"),
            "c.yaml:5:15: file_log/a and file_log/b carry the same source_id 'file_log.a' (give each receiver its own "
            "resource.source_id)");
}

TEST(ComponentLists, RefuseANameTwice) {
  FactoryList<ReceiverFactory> list;
  ASSERT_TRUE(list.add({.type = "one", .aliases = {"uno"}, .parse = {}, .make = {}}));
  EXPECT_FALSE(list.add({.type = "uno", .aliases = {}, .parse = {}, .make = {}}));
  EXPECT_FALSE(list.add({.type = "two", .aliases = {"one"}, .parse = {}, .make = {}}));
}

}  // namespace
}  // namespace oc::collector
