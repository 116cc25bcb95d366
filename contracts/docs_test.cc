// docs/ says what the code does: tables and examples of the contracts' pages are held against it.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "contracts/config/config.h"
#include "contracts/config/key_table.h"
#include "contracts/delivery/ranges.h"
#include "contracts/labels/labels.h"
#include "contracts/opamp/custom_messages.h"
#include "contracts/rest_api/openapi.h"

namespace oc::contracts {
namespace {

// This file lies in contracts/, whatever the working directory is.
const std::filesystem::path kRepository = std::filesystem::path(__FILE__).parent_path().parent_path();

std::string text_of(const std::string& file) {
  auto text = read_file(kRepository / file);
  EXPECT_TRUE(text.has_value()) << file;
  return text.value_or("");
}

// Text between the lines that begin and end a fenced block of `language`.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> found;
  const std::string fence = "```" + language + "\n";
  for (auto at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const auto end = page.find("```", at);
    found.push_back(page.substr(at, end - at));
    at = end + 3;
  }
  return found;
}

// Rows of two cells, each one word in backticks, below the table's head "| first | second |".
std::vector<std::pair<std::string, std::string>> pairs(const std::string& page, const std::string& head) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::istringstream lines(page.substr(std::min(page.find(head), page.size())));
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  static const std::regex row("\\| `([^`]+)` \\| `([^`]+)` \\|");
  std::smatch cells;
  while (std::getline(lines, line) && std::regex_match(line, cells, row)) rows.emplace_back(cells[1], cells[2]);
  return rows;
}

model::DiscoveredLogSource documented_source() {
  return {.source_id = "9f2c61d0",
          .log_path = "/var/log/nginx/access.log",
          .metadata = {{"device", "65024"}, {"inode", "131077"}, {"service_name", "access"}},
          .discovered_at_ns = 1'795'399'869'120'000'000,
          .shape = {.shape = "text",
                    .timestamp_layout = "%d/%b/%Y:%H:%M:%S %z",
                    .confidence = 0.98,
                    .reason = "98 of 100 lines hold a time in this layout"}};
}

Json default_of(std::string_view path) {
  Json node = config_schema();
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto dot = std::min(path.find('.', begin), path.size());
    node = Json(node.at("properties").at(std::string(path.substr(begin, dot - begin))));
    begin = dot + 1;
  }
  return node.at("default");
}

TEST(ConfigurationPage, HasARowForEveryKey) {
  const auto page = text_of("docs/configuration.md");
  for (const auto& key : keys()) {
    const auto row = fmt::format("| `{}` | `{}` | {} |\n", key.path, default_of(key.path).dump(), key.description);
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(ConfigurationPage, ExamplesAreAccepted) {
  const auto examples = blocks(text_of("docs/configuration.md"), "yaml");
  EXPECT_EQ(examples.size(), 2u);
  for (const auto& example : examples) {
    const auto config = parse_config(example, "docs/configuration.md", 0);
    EXPECT_TRUE(config.has_value()) << config.error().text();
  }
}

TEST(ConfigurationPage, ErrorsAreWhatIsPrinted) {
  const auto page = text_of("docs/configuration.md");
  for (const std::string_view yaml : {"discovery:\n  filesystem:\n    root: [/srv]\n", "retention: {time: 30}"}) {
    const auto error = parse_config(yaml, "onecollector.yaml", 0).error().text();
    EXPECT_NE(page.find("\n" + error + "\n"), std::string::npos) << error;
  }
}

TEST(MetricsPage, HasARowForEveryName) {
  const auto header = text_of("contracts/metric_names/metric_names.h");
  const auto page = text_of("docs/metrics.md");
  static const std::regex name("\"((otelcol|onecollector)_[a-z_]+)\"");
  int names = 0;
  for (std::sregex_iterator match(header.begin(), header.end(), name), end; match != end; ++match, ++names) {
    EXPECT_NE(page.find("| `" + match->str(1) + "` |"), std::string::npos) << match->str(1);
  }
  EXPECT_GT(names, 10);
}

TEST(LabelsPage, ListsExactlyTheStreamLabels) {
  const auto rows = pairs(text_of("docs/labels.md"), "| resource attribute | label |");
  EXPECT_EQ(rows.size(), kStreamLabelAttributes.size());
  for (const auto& [attribute, label] : rows) {
    EXPECT_TRUE(is_stream_label_attribute(attribute)) << attribute;
    EXPECT_EQ(to_label_name(attribute), label);
  }
}

TEST(LabelsPage, ExamplesOfNamesAndStemsAreTrue) {
  const auto page = text_of("docs/labels.md");
  const auto names = pairs(page, "| attribute | label |");
  EXPECT_EQ(names.size(), 6u);
  for (const auto& [attribute, label] : names) EXPECT_EQ(to_label_name(attribute), label);
  const auto stems = pairs(page, "| file | stem |");
  EXPECT_EQ(stems.size(), 8u);
  for (const auto& [file, stem] : stems) EXPECT_EQ(file_stem(file), stem);
}

TEST(DeliveryPage, ShowsWhatIsSentAndAnswered) {
  const auto page = text_of("docs/delivery.md");
  const auto header =
      encode_delivery({{"9f2c61d0", "f7c1", {{0, 1042}, {2048, 4096}}}, {"41aa09e2", "03bd", {{88213, 90112}}}});
  EXPECT_NE(page.find(fmt::format("{}: {}\n", kDeliveryHeader, header)), std::string::npos) << header;
  const auto with_left_out = encode_delivery(
      {{"9f2c61d0", "f7c1", {{0, 1042}, {2048, 4096}}, {{1042, 2048}}}, {"41aa09e2", "03bd", {}, {{88213, 90112}}}});
  EXPECT_NE(page.find(fmt::format("{}: {}\n", kDeliveryHeader, with_left_out)), std::string::npos) << with_left_out;
  EXPECT_NE(page.find(decode_delivery("v1 a/b=0-1, c/d=9-3").error().message + "\n"), std::string::npos);
  EXPECT_NE(page.find(fmt::format("{} bytes", kMaxDeliveryHeaderBytes)), std::string::npos);
  Watermark mark{.source_id = "9f2c61d0", .file_id = "f7c1", .held = {}, .records = 17};
  mark.held.add({0, 1042});
  mark.held.add({2048, 4096});
  mark.left_out.add({1042, 2048});
  EXPECT_EQ(blocks(page, "json").at(0), to_json(std::vector{mark}).dump() + "\n");
}

TEST(OpampPage, ShowsWhatIsSent) {
  const auto page = text_of("docs/opamp.md");
  const std::vector sources = {documented_source()};
  const auto json = blocks(page, "json");
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0],
            to_json(SourcesSnapshot{.sequence = 1, .sources = sources, .set_hash = set_hash(sources)}).dump(2) + "\n");
  EXPECT_TRUE(from_json<SourcesLedger>(*parse_json(json[1])).has_value());
  EXPECT_NE(page.find(probe_line("0b2f6f3e-8a52-4f6e-9d3c-0123456789ab", 1'795'399'869'120'000'000)),
            std::string::npos);
}

TEST(OpampPage, ListsEveryCustomMessage) {
  const auto page = text_of("docs/opamp.md");
  for (const auto type : {SourcesSnapshot::kType, SourcesDelta::kType, SourcesHeartbeat::kType, SourcesLedger::kType,
                          SourcesAck::kType, SourcesResync::kType, ProbeWrite::kType, ProbeWritten::kType}) {
    EXPECT_NE(page.find(fmt::format("| `{}` |", type)), std::string::npos) << type;
  }
}

TEST(RestApiPage, HasARowForEveryOperation) {
  const auto page = text_of("docs/rest-api.md");
  for (const auto& [path, item] : openapi_document()["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      std::string verb = method;
      std::ranges::transform(verb, verb.begin(), [](unsigned char c) { return std::toupper(c); });
      const auto row = fmt::format("| `{} {}` | {} |", verb, path, operation["summary"].get<std::string>());
      EXPECT_NE(page.find(row), std::string::npos) << row;
    }
  }
}

TEST(RestApiPage, ShowsASourceAsItIsWritten) {
  const model::RegisteredLogSource source{.id = "5f0c3c0e-7d0e-4b57-9a55-4f4d3b6a1c22",
                                          .agent_id = "01935bc8-0000-7000-8000-0000000000ff",
                                          .source = documented_source(),
                                          .labels = {{"host.name", "web-1"}, {"service.name", "access"}},
                                          .registered_at_ns = 1'795'399'869'150'000'000,
                                          .last_seen_ns = 1'795'399'929'150'000'000,
                                          .config_version = 3};
  EXPECT_EQ(blocks(text_of("docs/rest-api.md"), "json").at(1), model::to_json(source).dump(2) + "\n");
}

}  // namespace
}  // namespace oc::contracts
