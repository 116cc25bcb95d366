#include "stores/http/loki_queries.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <unordered_set>

#include "query/logql/engine.h"
#include "query/logql/parser.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_parameters.h"

namespace oc::stores {

namespace {

QueryTiming timing_since(std::chrono::steady_clock::time_point began) {
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
}

// Loki's answer to a listing that ends before it begins says that it looks back no further than 0 s.
Status check_listing(const TimeBounds& bounds) {
  OC_TRY(query::check_length(bounds.start_ns, bounds.end_ns));
  if (bounds.end_ns >= bounds.start_ns) return {};
  return permanent("this data is no longer available, it is past now - max_query_lookback (0s)");
}

// The streams that the optional `query` parameter selects.
Result<std::vector<query::StreamPtr>> selected_streams(const query::LogReader& reader, const http::Request& request,
                                                       Nanos now_ns) {
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY(check_listing(bounds));
  std::vector<query::Matcher> matchers;
  if (const auto selector = request.parameter("query"); selector && !selector->empty()) {
    OC_TRY_ASSIGN(matchers, query::parse_matchers(*selector));
  }
  const auto days = whole_days(bounds);
  return reader.streams(matchers, days.start_ns, days.end_ns);
}

// In order, each once.
std::string as_list(std::vector<std::string_view> values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  return list_response(values);
}

}  // namespace

Result<std::string> answer_query(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  const auto began = std::chrono::steady_clock::now();
  query::InstantQuery query{.query = request.parameter("query").value_or(""), .interruption = interruption_of(request)};
  OC_TRY_ASSIGN(const auto instant, instant_parameters(request, now_ns));
  query.time_ns = instant.time_ns;
  OC_TRY_ASSIGN(const auto result, query::run_instant_query(reader, query));
  return instant_response(result, timing_since(began));
}

Result<query::RangeQuery> range_query(const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto range, range_parameters(request, now_ns));
  query::RangeQuery query{.query = request.parameter("query").value_or(""), .interruption = interruption_of(request)};
  query.start_ns = range.bounds.start_ns;
  query.end_ns = range.bounds.end_ns;
  query.limit = range.limit;
  query.direction = range.direction;
  query.step_ns = range.step_ns;
  query.interval_ns = range.interval_ns;
  return query;
}

Result<std::string> answer_query_range(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  const auto began = std::chrono::steady_clock::now();
  OC_TRY_ASSIGN(const auto query, range_query(request, now_ns));
  OC_TRY_ASSIGN(const auto result, query::run_range_query(reader, query));
  return range_response(result, encoding_flags(request), timing_since(began));
}

Result<std::string> answer_label_names(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto streams, selected_streams(reader, request, now_ns));
  std::unordered_set<std::string_view> names;
  for (const auto& stream : streams)
    for (const auto& [name, value] : stream->labels) names.insert(name);
  return as_list({names.begin(), names.end()});
}

Result<std::string> answer_label_values(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto streams, selected_streams(reader, request, now_ns));
  const auto& wanted = request.path_parameters.at("name");
  std::vector<std::string_view> values;
  for (const auto& stream : streams) {
    const auto found = std::ranges::find(stream->labels, wanted, &query::Label::first);
    if (found != stream->labels.end()) values.push_back(found->second);
  }
  return as_list(std::move(values));
}

namespace {

void leave_each_once(std::vector<query::StreamPtr>& streams) {
  const auto labels = [](const query::StreamPtr& stream) -> const auto& { return stream->labels; };
  std::ranges::sort(streams, {}, labels);
  const auto repeated = std::ranges::unique(streams, {}, labels);
  streams.erase(repeated.begin(), repeated.end());
}

// Those of each group; none: all streams. Groups come in order, each once.
Result<std::vector<std::vector<query::Matcher>>> series_groups(const http::Request& request) {
  std::set<std::string> selectors;
  for (const char* name : {"match", "match[]"})
    for (auto& selector : request.parameters(name)) selectors.insert(std::move(selector));
  const auto selects_all = [](std::string selector) {
    std::erase(selector, ' ');
    return selector == "{}";
  };
  if (selectors.size() == 1 && selects_all(*selectors.begin())) return {};
  for (const auto& selector : selectors) {
    OC_TRY_ASSIGN(const auto matchers, query::parse_matchers(selector, query::Selectivity::kAny));
    if (matchers.empty()) return permanent("0 matchers in group: " + selector);
  }
  std::vector<std::vector<query::Matcher>> groups;
  for (const auto& selector : selectors) {
    OC_TRY_ASSIGN(auto matchers, query::parse_matchers(selector));
    groups.push_back(std::move(matchers));
  }
  return groups;
}

}  // namespace

Result<std::string> answer_series(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY_ASSIGN(auto groups, series_groups(request));
  OC_TRY(check_listing(bounds));
  if (groups.empty()) groups.emplace_back();
  std::vector<query::StreamPtr> selected;
  for (const auto& matchers : groups) {
    OC_TRY_ASSIGN(const auto streams, reader.streams(matchers, bounds.start_ns, bounds.end_ns));
    selected.insert(selected.end(), streams.begin(), streams.end());
  }
  if (groups.size() > 1) leave_each_once(selected);
  return series_response(selected);
}

}  // namespace oc::stores
