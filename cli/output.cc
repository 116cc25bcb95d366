#include "cli/output.h"

#include <cstdio>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "cli/table.h"

namespace oc::cli {

namespace {

void emit(YAML::Emitter& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      out << YAML::BeginMap;
      for (const auto& [key, child] : value.items()) {
        out << YAML::Key << key << YAML::Value;
        emit(out, child);
      }
      out << YAML::EndMap;
      return;
    case Json::value_t::array:
      out << YAML::BeginSeq;
      for (const auto& child : value) emit(out, child);
      out << YAML::EndSeq;
      return;
    case Json::value_t::string: {
      // Quoted, so that "007", "null" and "2026-11-23" come back as the strings they are.
      out << YAML::DoubleQuoted << value.get_ref<const std::string&>();
      return;
    }
    case Json::value_t::null:
      out << YAML::Null;
      return;
    default:
      out << value.dump();
  }
}

}  // namespace

Result<Output> parse_output(std::string_view text) {
  if (text == "table") return Output::kTable;
  if (text == "json") return Output::kJson;
  if (text == "yaml") return Output::kYaml;
  return permanent(fmt::format("unknown output '{}'", text), "use --output table, json or yaml");
}

std::string to_yaml(const Json& value) {
  YAML::Emitter out;
  out.SetNullFormat(YAML::LowerNull);
  emit(out, value);
  return std::string(out.c_str(), out.size()) + "\n";
}

std::string machine_text(const Json& value, Output output) {
  if (output == Output::kYaml) return to_yaml(value);
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int fail(const Error& error, int code) {
  const auto terminal = Terminal::of_stderr();
  fmt::print(stderr, "{} {}\n", paint("error:", Tone::kBad, terminal), error.message);
  if (!error.next_step.empty()) fmt::print(stderr, "next:  {}\n", error.next_step);
  return code;
}

}  // namespace oc::cli
