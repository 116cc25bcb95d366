#include "stores/http/detected_labels.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "query/logql/engine.h"
#include "query/logql/go_text.h"
#include "query/logql/parser.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_parameters.h"

namespace oc::stores {

namespace {

// Worth showing whatever their values are.
constexpr std::array<std::string_view, 4> kAlwaysShown = {"cluster", "namespace", "instance", "pod"};

bool is_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return text.size() == kShape.size() && std::ranges::equal(text, kShape, [](char c, char shape) {
           return shape == '-' ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
         });
}

bool is_id(const std::string& value) { return query::go_parse_float(value).has_value() || is_uuid(value); }

// Loki's rule: nothing but ids tells nobody anything; 0 and 1 are yes and no.
bool tells_something(const std::set<std::string>& values) {
  const auto is_flag = [](const std::string& value) { return value == "0" || value == "1"; };
  if (values.size() <= 2 && std::ranges::all_of(values, is_flag)) return true;
  return !std::ranges::all_of(values, is_id);
}

}  // namespace

Result<std::string> answer_detected_labels(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY(end_behind_start(bounds));
  OC_TRY(query::check_length(bounds.start_ns, bounds.end_ns));
  std::vector<query::Matcher> matchers;
  if (const auto selector = request.parameter("query").value_or(""); !selector.empty()) {
    OC_TRY_ASSIGN(matchers, query::parse_matchers(selector));
  }
  const auto days = whole_days(bounds);
  OC_TRY_ASSIGN(const auto streams, reader.streams(matchers, days.start_ns, days.end_ns));
  std::map<std::string, std::set<std::string>> values;
  for (const auto& stream : streams) {
    for (const auto& [name, value] : stream->labels) values[name].insert(value);
  }
  std::string out;
  for (const auto& [name, found] : values) {
    if (std::ranges::find(kAlwaysShown, name) == kAlwaysShown.end() && !tells_something(found)) continue;
    out += out.empty() ? R"({"detectedLabels":[{"label":)" : R"(,{"label":)";
    append_json_string(out, name);
    out += fmt::format(R"(,"cardinality":{}}})", found.size());
  }
  return out.empty() ? "{}" : out + "]}";
}

}  // namespace oc::stores
