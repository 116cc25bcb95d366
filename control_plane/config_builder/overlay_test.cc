// What an overlay may say of a rendered config, and how mistakes are told.
#include "control_plane/config_builder/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/config_builder/otel_config_builder.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OverlayTest : public testing::Test {
 protected:
  RenderedConfig render(const std::string& overlay) {
    std::vector<LabelledSource> labelled;
    for (const auto& source : sources_) labelled.push_back({&source, nullptr});
    model::Policy policy;
    policy.overlay_text = overlay;
    policy.overlay_name = "overlay.yaml";
    auto rendered = OtelConfigBuilder({}).build(settings_, labelled, policy, quarantine_);
    EXPECT_TRUE(rendered) << rendered.error().text();
    return rendered.value_or(RenderedConfig{});
  }
  YamlTree merged(const std::string& overlay) {
    const auto rendered = render(overlay);
    EXPECT_THAT(texts(rendered.problems), IsEmpty());
    return *parse_yaml_tree(rendered.yaml, "rendered");
  }
  std::vector<std::string> problems(const std::string& overlay) { return texts(render(overlay).problems); }
  static std::vector<std::string> texts(const std::vector<ConfigProblem>& problems) {
    std::vector<std::string> texts;
    for (const auto& problem : problems) texts.push_back(problem.text());
    return texts;
  }
  static std::string scalar(const YamlTree& tree, std::initializer_list<std::string_view> path) {
    const auto* found = tree.find(path);
    return found ? found->scalar : "missing";
  }

  CollectorSettings settings_{.storage_directory = "/data/storage", .host_name = "web-1"};
  std::vector<model::DiscoveredLogSource> sources_ = {test_source("a"), test_source("b", "shop")};
  Quarantine quarantine_;
};

TEST_F(OverlayTest, AnEmptyOneChangesNothing) {
  const auto plain = render("").yaml;
  for (const auto* nothing : {"# only a comment\n", "processors:\n", "{}", "~"})
    EXPECT_EQ(render(nothing).yaml, plain) << nothing;
}

TEST_F(OverlayTest, MapsAreMergedKeyByKeyAndListsReplaced) {
  const auto config = merged(R"(processors:
  memory_limiter: {limit_mib: 64}
  filter/drop: {logs: {log_record: ['body == "x"']}}
exporters:
  otlp_http/logs: {headers: {X-Scope-OrgID: "007"}}
service:
  pipelines:
    logs: {processors: [memory_limiter, filter/drop]}
)");
  EXPECT_EQ(scalar(config, {"processors", "memory_limiter", "limit_mib"}), "64");
  EXPECT_EQ(scalar(config, {"processors", "memory_limiter", "check_interval"}), "1s");
  EXPECT_EQ(scalar(config, {"exporters", "otlp_http/logs", "endpoint"}), "http://127.0.0.1:3100/otlp");
  EXPECT_TRUE(config.find({"exporters", "otlp_http/logs", "headers", "X-Scope-OrgID"})->quoted);
  EXPECT_EQ(config.find({"service", "pipelines", "logs", "processors"})->items.size(), 2u);
  EXPECT_EQ(config.find({"service", "pipelines", "logs", "receivers"})->items.size(), 2u);
}

TEST_F(OverlayTest, NullPutsAValueBackToItsDefaultAndRemovesNoComponent) {
  const auto config = merged("exporters: {otlp_http/logs: {compression: null}}\nreceivers:\n");
  EXPECT_EQ(config.find({"exporters", "otlp_http/logs", "compression"})->kind, YamlTree::Kind::kNull);
  EXPECT_EQ(scalar(config, {"exporters", "otlp_http/logs", "endpoint"}), "http://127.0.0.1:3100/otlp");
  EXPECT_EQ(config.find({"receivers"})->fields.size(), 2u);
}

TEST_F(OverlayTest, FileLogStarStandsForEveryRenderedReceiverAndItsOwnKeyIsStronger) {
  const auto config = merged(R"(receivers:
  file_log/b: {poll_interval: 1s}
  file_log/*: {poll_interval: 5s, resource: {team: shop}}
)");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/a", "poll_interval"}), "5s");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/b", "poll_interval"}), "1s");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/a", "resource", "team"}), "shop");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/a", "resource", "source_id"}), "a");
  EXPECT_EQ(config.find({"receivers", "file_log/*"}), nullptr);
}

TEST_F(OverlayTest, AStarStandsForTheReceiversOfItsTypeAlone) {
  sources_.push_back(test_source("j"));
  sources_.back().source_type = model::SourceType::kJournald;
  sources_.back().metadata["journal.field"] = "_SYSTEMD_UNIT";
  const auto config = merged("receivers: {file_log/*: {poll_interval: 5s}, journald/*: {priority: warning}}");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/a", "poll_interval"}), "5s");
  EXPECT_EQ(scalar(config, {"receivers", "journald/j", "priority"}), "warning");
  EXPECT_EQ(scalar(config, {"receivers", "journald/j", "poll_interval"}), "missing");
  EXPECT_EQ(scalar(config, {"receivers", "file_log/a", "priority"}), "missing");
}

TEST_F(OverlayTest, APatchOfASourceThatIsNotThereTodayWaits) {
  const auto rendered = render("receivers: {file_log/gone: {poll_interval: 1s}}");
  EXPECT_THAT(rendered.problems, IsEmpty());
  EXPECT_EQ(rendered.yaml, rendered.base_yaml);
  EXPECT_THAT(rendered.notes, ElementsAre(HasSubstr("file_log/gone")));
  quarantine_["b"] = "bad regex";
  EXPECT_THAT(render("receivers: {file_log/b: {poll_interval: 1s}}").notes, ElementsAre(HasSubstr("file_log/b")));
}

TEST_F(OverlayTest, OlderNamesMeanTheSameComponents) {
  const auto today = merged("receivers: {'filelog/*': {poll_interval: 1s}}\nexporters: {otlphttp/logs: {timeout: 5s}}");
  EXPECT_EQ(scalar(today, {"receivers", "file_log/a", "poll_interval"}), "1s");
  EXPECT_EQ(scalar(today, {"exporters", "otlp_http/logs", "timeout"}), "5s");
  settings_.kind = "official";
  settings_.version = "0.140.0";
  const auto old = merged("receivers: {'file_log/*': {poll_interval: 1s}}");
  EXPECT_EQ(scalar(old, {"receivers", "filelog/a", "poll_interval"}), "1s");
}

TEST_F(OverlayTest, WhatIsNoOverlayIsToldWithItsPlace) {
  EXPECT_THAT(problems("processors:\n  filter: [\n"), ElementsAre(HasSubstr("overlay.yaml:3:1: ")));
  EXPECT_THAT(problems("- a\n"), ElementsAre("overlay.yaml:1:1: a map of sections is expected (begin with "
                                             "'processors:' or 'receivers:')"));
  EXPECT_THAT(problems("processor:\n  filter: {}\n"),
              ElementsAre("overlay.yaml:1:1: unknown section 'processor' (did you mean 'processors'?)"));
  EXPECT_THAT(problems("service: []\nexporters: 5\n"), ElementsAre("overlay.yaml:1:10: 'service' must be a map",
                                                                   "overlay.yaml:2:12: 'exporters' must be a map"));
}

TEST_F(OverlayTest, SecretsAreReferences) {
  const auto literal = problems(R"(exporters:
  otlp_http/logs:
    headers:
      Authorization: Bearer abc
      X-Api-Key: "1234"
    endpoint: http://user:pass@loki:3100
    auth: {client_secret: "${env:SECRET:-hunter2}", token_file: /run/token, password: "$${env:NOT_ONE}"}
)");
  EXPECT_THAT(literal, ElementsAre(HasSubstr("overlay.yaml:4:22: 'Authorization' holds a secret"),
                                   HasSubstr("overlay.yaml:5:18: 'X-Api-Key' holds a secret"),
                                   HasSubstr("overlay.yaml:6:15: a URL holds a password"),
                                   HasSubstr("overlay.yaml:7:27: 'client_secret'"), HasSubstr("'password'")));
  for (const auto& text : literal) {
    EXPECT_THAT(text, testing::Not(HasSubstr("abc")));
    EXPECT_THAT(text, testing::Not(HasSubstr("hunter2")));
  }
  const auto referred = render(
      "exporters: {otlp_http/logs: {headers: {Authorization: 'Bearer ${env:TOKEN}', "
      "Api-Key: '${file:/run/key}'}}}");
  EXPECT_THAT(referred.problems, IsEmpty());
  EXPECT_THAT(referred.yaml, HasSubstr("Bearer ${env:TOKEN}"));
}

TEST_F(OverlayTest, WhatTheProductNeedsStays) {
  EXPECT_THAT(problems("service:\n  telemetry:\n    metrics: {readers: []}\n"),
              ElementsAre(HasSubstr("overlay.yaml:3:15: service::telemetry: the collector's own metrics")));
  EXPECT_THAT(problems("service: {telemetry: {metrics: {level: none}}}"), ElementsAre(HasSubstr("level")));
  EXPECT_THAT(problems("extensions:\n  health_check: {endpoint: '0.0.0.0:1'}\n"),
              ElementsAre(HasSubstr("overlay.yaml:2:3: extensions::health_check: ")));
  EXPECT_THAT(problems("extensions: {file_storage: {directory: /tmp}}"), ElementsAre(HasSubstr("file_storage")));
  EXPECT_THAT(problems("service:\n  extensions: [file_storage]\n"),
              ElementsAre(HasSubstr("overlay.yaml:2:3: service::extensions: 'health_check' must stay in the list")));
  EXPECT_THAT(problems("service: {pipelines: {logs: {processors: [batch, memory_limiter]}}}"),
              ElementsAre(HasSubstr("memory_limiter must be the first processor")));
  EXPECT_THAT(problems("service: {pipelines: {logs: {receivers: [file_log/a]}}}"),
              ElementsAre(HasSubstr("1 of 2 rendered receivers are in no pipeline")));
}

TEST_F(OverlayTest, ARenderedReceiverKeepsWhatItsSourceIsFoundBy) {
  EXPECT_THAT(problems("receivers:\n  file_log/*:\n    storage: other\n"),
              ElementsAre(HasSubstr("overlay.yaml:3:5: receivers::file_log/a: 'storage'")))
      << "once, not once a source";
  EXPECT_THAT(problems("receivers: {file_log/a: {include: [/etc/shadow]}}"), ElementsAre(HasSubstr("'include'")));
  EXPECT_THAT(problems("receivers: {file_log/a: {resource: {source_id: b}}}"), ElementsAre(HasSubstr("source_id")));
  EXPECT_THAT(problems("receivers: {file_log/a: {resource: {source_id: null}}}"), ElementsAre(HasSubstr("source_id")));
  EXPECT_FALSE(problems("receivers: {file_log/a: null}").empty());
}

TEST_F(OverlayTest, OnesOwnReceiverGoesIntoAPipelineOfItsOwn) {
  const auto config = merged(R"(receivers:
  file_log/mine: {include: [/srv/mine.log]}
service:
  pipelines:
    logs/mine: {receivers: [file_log/mine], processors: [memory_limiter], exporters: [otlp_http/logs]}
)");
  EXPECT_NE(config.find({"receivers", "file_log/mine", "include"}), nullptr);
  EXPECT_EQ(config.find({"service", "pipelines"})->fields.size(), 2u);
}

TEST_F(OverlayTest, EndpointsInUseAreNamed) {
  EXPECT_THAT(render("").endpoints, ElementsAre("http://127.0.0.1:3100/otlp"));
  EXPECT_THAT(render(R"(exporters:
  otlp_http/dead: {endpoint: "http://127.0.0.1:9"}
  otlp_http/unused: {endpoint: "http://127.0.0.1:8"}
service: {pipelines: {logs: {exporters: [otlp_http/dead]}}}
)")
                  .endpoints,
              ElementsAre("http://127.0.0.1:9"));
}

TEST_F(OverlayTest, PlacesOfTheMergedTextLeadBackToTheOverlay) {
  const auto rendered = render("receivers:\n  file_log/*:\n    colour: [red, blue]\nprocessors: {filter: {x: 1}}\n");
  const auto tree = *parse_yaml_tree(rendered.yaml, "rendered");
  for (const auto* receiver : {"file_log/a", "file_log/b"}) {
    const auto* colour = tree.find({"receivers", receiver})->field("colour");
    EXPECT_EQ(rendered.origin(colour->place), (YamlPlace{3, 5}));
    EXPECT_EQ(rendered.origin(colour->value.place), (YamlPlace{3, 13}));
    EXPECT_EQ(rendered.origin(colour->value.items[1].place), (YamlPlace{3, 19}));
  }
  EXPECT_EQ(rendered.origin(tree.find({"processors"})->field("filter")->place), (YamlPlace{4, 14}));
  EXPECT_FALSE(rendered.origin(tree.find({"processors"})->field("memory_limiter")->place));
}

TEST(YamlWriter, WhatIsWrittenIsReadAsTheSame) {
  for (const auto* text : {"a: [1, '1', \"x: y\", ~, {b: c, d: []}]\ne: {}\nf:\n  - g: 1\n    h: |\n      two\n      "
                           "lines\n  - - nested\n",
                           "a: '${env:X}'\nb: $$x\nc: -1.5e3\nd: '- e'\ne: 'yes'\nf: \"\\u0085\\u2028\\x07\"\n? g h\n: "
                           "{i: [j, {k: l}]}\n"}) {
    const auto tree = *parse_yaml_tree(text, "t");
    const auto again = parse_yaml_tree(write_yaml(tree).text, "t");
    ASSERT_TRUE(again) << again.error().text() << "\n" << write_yaml(tree).text;
    EXPECT_TRUE(same_content(tree, *again)) << write_yaml(tree).text;
    EXPECT_EQ(write_yaml(*again).text, write_yaml(tree).text);
  }
}

}  // namespace
}  // namespace oc::control_plane
