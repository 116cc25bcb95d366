#include "control_plane/config_builder/record_operators.h"

#include <string>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

// Below it the lines stay as they are: a wrong guess would glue strangers together.
constexpr double kSureConfidence = 0.8;
// Programs write a record's lines at once; whoever waits for the last one waits this long.
constexpr std::string_view kFlushPeriod = "500ms";
constexpr std::string_view kStream = "attributes[\"log.iostream\"]";

YamlTree an_operator(std::string_view type) {
  auto step = YamlTree::map();
  step.add("type", YamlTree::plain(type));
  return step;
}

YamlTree container(std::string_view format) {
  auto step = an_operator("container");
  if (!format.empty()) step.add("format", YamlTree::plain(format));
  step.add("add_metadata_from_filepath", YamlTree::plain("false"));
  return step;
}

YamlTree recombine(std::string_view id, bool by_stream) {
  auto step = an_operator("recombine");
  step.add("id", YamlTree::plain(id));
  step.add("combine_field", YamlTree::plain("body"));
  if (by_stream) step.add("source_identifier", YamlTree::text(kStream));
  step.add("force_flush_period", YamlTree::plain(kFlushPeriod));
  return step;
}

// Docker writes a line of more than 16 KiB in pieces; only the last has the line's end.
void add_docker(std::vector<YamlTree>& steps) {
  steps.push_back(container("docker"));
  auto pieces = recombine("pieces", true);
  pieces.add("combine_with", YamlTree::text(""));
  pieces.add("is_last_entry", YamlTree::text(R"(body endsWith "\n")"));
  steps.push_back(std::move(pieces));
  auto line = an_operator("add");
  line.add("id", YamlTree::plain("without_line_end"));
  line.add("field", YamlTree::plain("body"));
  line.add("value", YamlTree::text(R"(EXPR(trimSuffix(body, "\n")))"));
  steps.push_back(std::move(line));
}

// As a text of the expression language, in which backquotes need no escapes.
std::string quoted(const std::string& pattern) {
  if (pattern.find('`') == std::string::npos) return "`" + pattern + "`";
  std::string text = "\"";
  for (const char letter : pattern) {
    if (letter == '"' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + "\"";
}

YamlTree only_with(YamlTree step, std::string_view field) {
  step.add("if", YamlTree::text(fmt::format("body.{} != nil", field)));
  return step;
}

// As the OpenTelemetry data model maps syslog's, by the names of the official severity parser.
YamlTree severity_of_priority() {
  auto step = an_operator("severity_parser");
  step.add("parse_from", YamlTree::plain("body.PRIORITY"));
  step.add("preset", YamlTree::plain("none"));
  step.add("overwrite_text", YamlTree::plain("true"));
  auto& mapping = step.add("mapping", YamlTree::map(true));
  const char* levels[] = {"fatal", "error3", "error2", "error", "warn", "info2", "info", "debug"};
  for (int priority = 0; priority < 8; ++priority)
    mapping.add(levels[priority], YamlTree::text(std::to_string(priority)));
  return only_with(std::move(step), "PRIORITY");
}

YamlTree move_field(std::string_view field, std::string_view to) {
  auto step = an_operator("move");
  step.add("from", YamlTree::text(fmt::format("body.{}", field)));
  step.add("to", YamlTree::text(to));
  return only_with(std::move(step), field);
}

}  // namespace

std::vector<YamlTree> journal_operators() {
  return {severity_of_priority(),
          move_field("_PID", R"(attributes["process.pid"])"),
          move_field("_COMM", R"(attributes["process.executable.name"])"),
          move_field("SYSLOG_IDENTIFIER", R"(attributes["syslog.identifier"])"),
          move_field("_SYSTEMD_UNIT", R"(attributes["systemd.unit"])"),
          move_field("MESSAGE", "body")};
}

YamlTree message_without_line_end() {
  auto step = an_operator("add");
  step.add("field", YamlTree::plain("body.MESSAGE"));
  step.add("value", YamlTree::text(R"(EXPR(trimSuffix(body.MESSAGE, "\n")))"));
  return only_with(std::move(step), "MESSAGE");
}

YamlTree without_field(std::string_view field) {
  auto step = an_operator("filter");
  step.add("expr", YamlTree::text(fmt::format("body.{} != nil", field)));
  return step;
}

bool is_docker_local(const model::LogShape& shape) {
  return shape.shape == "docker-local" && shape.confidence >= kSureConfidence;
}

std::vector<YamlTree> record_operators(const model::LogShape& shape) {
  std::vector<YamlTree> steps;
  if (shape.confidence < kSureConfidence) return steps;
  const bool docker = shape.shape == "docker-json", cri = shape.shape == "cri", local = is_docker_local(shape);
  if (docker) add_docker(steps);
  if (cri) steps.push_back(container({}));
  if (local) steps.push_back(container("docker_local"));
  if (shape.multiline && !shape.record_start.empty()) {
    auto records = recombine("records", docker || cri || local);
    records.add("is_first_entry", YamlTree::text("body matches " + quoted(shape.record_start)));
    steps.push_back(std::move(records));
  }
  return steps;
}

}  // namespace oc::control_plane
