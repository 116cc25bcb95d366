#include "cli/query_output.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"

namespace oc::cli {

namespace {

struct Line {
  Nanos time_ns = 0;
  std::string labels;
  std::string text;
};

Nanos to_nanos(const std::string& text) {
  Nanos value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string label_text(const Json& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels.items())
    text += fmt::format("{}{}=\"{}\"", text.size() > 1 ? ", " : "", name, value.get<std::string>());
  return text + "}";
}

std::string label_words(const Json& labels, bool all) {
  return all ? label_text(labels) : labels.value("service_name", std::string());
}

std::vector<Line> collect(const Json& result, bool all_labels) {
  std::vector<Line> lines;
  for (const auto& stream : result) {
    const auto labels = label_words(stream.value("stream", Json::object()), all_labels);
    for (const auto& value : stream.value("values", Json::array()))
      lines.push_back({to_nanos(value.at(0).get<std::string>()), labels, value.at(1).get<std::string>()});
  }
  return lines;
}

// A log line may hold escape sequences; on a terminal they must not act.
std::string defused(const std::string& text, const Terminal& terminal) {
  if (!terminal.is_terminal) return text;
  std::string out;
  for (const char byte : text) {
    if (byte == '\x1b')
      out += "␛";
    else if (static_cast<unsigned char>(byte) >= 0x20 || byte == '\t' || byte == '\n')
      out += byte;
    else
      out += '?';
  }
  return out;
}

std::string time_of_sample(const Json& point) {
  return to_rfc3339(static_cast<Nanos>(point.at(0).get<double>() * 1e9));
}

std::string samples_table(const Json& result, bool matrix, const Terminal& terminal) {
  Table table({"TIME", "VALUE", "LABELS"}, {"TIME", "VALUE"});
  for (const auto& series : result) {
    const auto labels = label_text(series.value("metric", Json::object()));
    const auto points = matrix ? series.value("values", Json::array()) : Json::array({series.at("value")});
    for (const auto& point : points) table.add({{time_of_sample(point)}, {point.at(1).get<std::string>()}, {labels}});
  }
  return table.render(terminal);
}

}  // namespace

std::string lines_of_streams(const Json& result, bool forward, bool all_labels, const Terminal& terminal) {
  auto lines = collect(result, all_labels);
  std::ranges::stable_sort(lines, [forward](const Line& a, const Line& b) {
    return forward ? a.time_ns < b.time_ns : a.time_ns > b.time_ns;
  });
  std::string out;
  for (const auto& line : lines)
    out += fmt::format("{} {}  {}\n", paint(to_rfc3339(line.time_ns), Tone::kFaint, terminal),
                       paint(line.labels, Tone::kGood, terminal), defused(line.text, terminal));
  return out;
}

std::string result_text(const Json& data, bool forward, bool all_labels, const Terminal& terminal) {
  const auto type = data.value("resultType", std::string());
  const auto& result = data.at("result");
  if (type == "streams") return lines_of_streams(result, forward, all_labels, terminal);
  if (type == "matrix" || type == "vector") return samples_table(result, type == "matrix", terminal);
  return result.is_array() && result.size() == 2 ? result[1].get<std::string>() + "\n" : result.dump() + "\n";
}

}  // namespace oc::cli
