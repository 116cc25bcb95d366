#include "stores/http/volume.h"

#include <algorithm>
#include <limits>
#include <map>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "query/logql/engine.h"
#include "query/logql/parser.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_parameters.h"
#include "stores/http/stream_sizes.h"

namespace oc::stores {

namespace {

constexpr std::size_t kDefaultVolumes = 100;  // of one time, the largest first
constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kVolumeUnit = 1'000'000'000;

struct VolumeQuery {
  std::vector<query::Matcher> matchers;
  std::set<std::string, std::less<>> targets;  // labels to aggregate by; empty: those that the matchers name
  bool by_label = false;                       // aggregateBy=labels
  std::size_t limit = kDefaultVolumes;
  std::vector<TimeSpan> spans;
};

// The value of each span, by label set.
using Volumes = std::map<query::Labels, std::vector<std::uint64_t>>;

// "a," has an empty name, which no stream has.
std::set<std::string, std::less<>> comma_separated(std::string_view text) {
  std::set<std::string, std::less<>> names;
  for (const auto name : std::views::split(text, ',')) names.emplace(name.begin(), name.end());
  return names;
}

Result<std::vector<query::Matcher>> volume_matchers(const http::Request& request) {
  const auto selector = request.parameter("query").value_or("");
  if (selector == "{}") return std::vector<query::Matcher>{};
  return query::parse_matchers(selector);
}

Result<std::size_t> volume_limit(const http::Request& request) {
  OC_TRY_ASSIGN(const auto limit, integer_parameter(request, "limit", 0));
  if (limit < 0) return permanent("limit must be a positive value");
  return limit == 0 ? kDefaultVolumes : static_cast<std::size_t>(limit);
}

Result<bool> aggregates_by_label(const http::Request& request) {
  const auto by = request.parameter("aggregateBy").value_or("");
  if (!by.empty() && by != "labels" && by != "series") return permanent("invalid aggregation option");
  return by == "labels";
}

Status read_selection(const http::Request& request, VolumeQuery& query) {
  OC_TRY_ASSIGN(query.matchers, volume_matchers(request));
  query.targets = comma_separated(request.parameter("targetLabels").value_or(""));
  // Streams without a label that is asked for do not count.
  for (const auto& target : query.targets) {
    if (std::ranges::find(query.matchers, target, &query::Matcher::name) == query.matchers.end())
      query.matchers.push_back({target, query::Matcher::Type::kRegex, ".+"});
  }
  return {};
}

// Loki's index knows of an end the millisecond that holds it, and then whole units of both.
Status check_index_length(const TimeBounds& bounds, Nanos unit_ns) {
  using Limits = std::numeric_limits<Nanos>;
  const auto whole_units = [&](Nanos time_ns) {
    const auto time = std::clamp(time_ns, Limits::min() + unit_ns, Limits::max() - unit_ns);
    return time - (time % unit_ns + unit_ns) % unit_ns;
  };
  const auto last_ns = std::min(bounds.end_ns, Limits::max() - kMilli) + kMilli - 1;
  return query::check_length(whole_units(bounds.start_ns), whole_units(last_ns));
}

// Multiples of the step; Loki ends each a millisecond before the next begins.
std::vector<TimeSpan> steps_between(const TimeBounds& bounds, Nanos step_ns) {
  std::vector<TimeSpan> spans;
  for (auto begin = bounds.start_ns; begin < bounds.end_ns;) {
    const auto into_step = begin % step_ns + (begin < 0 && begin % step_ns != 0 ? step_ns : 0);
    const auto left = static_cast<std::uint64_t>(step_ns - into_step);
    const bool is_last = static_cast<std::uint64_t>(bounds.end_ns) - static_cast<std::uint64_t>(begin) <= left;
    const auto end = is_last ? bounds.end_ns : begin + static_cast<Nanos>(left);
    spans.push_back({begin, end});
    begin = end;
  }
  return spans;
}

query::Labels aggregated_labels(const VolumeQuery& query, const query::Labels& labels) {
  const auto is_wanted = [&](std::string_view name) {
    if (!query.targets.empty()) return query.targets.contains(name);
    return query.matchers.empty() ||
           std::ranges::find(query.matchers, name, &query::Matcher::name) != query.matchers.end();
  };
  query::Labels kept;
  std::ranges::copy_if(labels, std::back_inserter(kept), [&](const auto& label) { return is_wanted(label.first); });
  return kept;
}

// What a stream counts for: what it has of the labels asked for, or each of these names.
std::vector<query::Labels> keys_of(const VolumeQuery& query, const query::Labels& labels) {
  if (!query.by_label) return {aggregated_labels(query, labels)};
  std::vector<query::Labels> keys;
  for (const auto& [name, value] : labels) {
    if (query.targets.empty() || query.targets.contains(name)) keys.push_back({{name, ""}});
  }
  return keys;
}

// Of each span only the largest stay, of equal ones the first.
void keep_largest(Volumes& volumes, std::size_t limit, std::size_t spans) {
  using Candidate = std::pair<std::size_t, std::uint64_t*>;  // by its place
  const auto is_before = [](const Candidate& a, const Candidate& b) {
    return *a.second != *b.second ? *a.second > *b.second : a.first < b.first;
  };
  for (std::size_t i = 0; i < spans; ++i) {
    std::vector<Candidate> column;
    for (auto& [labels, sums] : volumes)
      if (sums[i] > 0) column.emplace_back(column.size(), &sums[i]);
    if (column.size() <= limit) continue;
    std::ranges::nth_element(column, column.begin() + static_cast<std::ptrdiff_t>(limit), is_before);
    for (std::size_t rest = limit; rest < column.size(); ++rest) *column[rest].second = 0;
  }
}

std::string point(Nanos time_ns, std::uint64_t value) {
  const auto millis = time_ns / kMilli;
  const auto time =
      millis % 1000 == 0 ? fmt::format("{}", millis / 1000) : fmt::format("{}.{:03}", millis / 1000, millis % 1000);
  return fmt::format("[{},\"{}\"]", time, value);
}

std::string volume_response(const VolumeQuery& query, const Volumes& volumes) {
  std::vector<Nanos> times;
  for (const auto& span : query.spans) times.push_back(span.end_ns - (&span == &query.spans.back() ? 0 : kMilli));
  struct Volume {
    const query::Labels& labels;
    std::uint64_t first = 0;
    std::vector<std::string> points;
  };
  std::vector<Volume> series;
  bool is_matrix = false;
  for (const auto& [labels, sums] : volumes) {
    std::vector<std::string> points;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (sums[i] > 0) points.push_back(point(times[i], sums[i]));
    }
    is_matrix = is_matrix || points.size() > 1;
    if (!points.empty()) series.push_back({labels, sums[0], std::move(points)});
  }
  std::vector<const Volume*> largest_first;
  for (const Volume& one : series) largest_first.push_back(&one);
  std::ranges::stable_sort(largest_first, std::ranges::greater{}, &Volume::first);

  auto out =
      fmt::format(R"({{"status":"success","data":{{"resultType":"{}","result":[)", is_matrix ? "matrix" : "vector");
  for (const Volume* one : largest_first) {
    if (out.back() == '}') out += ',';
    out += "{\"metric\":";
    append_labels(out, one->labels);
    out += is_matrix ? fmt::format(",\"values\":[{}]}}", fmt::join(one->points, ","))
                     : fmt::format(",\"value\":{}}}", one->points[0]);
  }
  return out + R"(],"stats":{}}})";
}

Result<std::string> answer_query(const query::LogReader& reader, const http::Request& request, VolumeQuery query) {
  const auto keys = [&](const query::Labels& labels) { return keys_of(query, labels); };
  OC_TRY_ASSIGN(const auto sizes, measure_streams(reader, query.matchers, query.spans, keys, interruption_of(request)));
  Volumes volumes;
  for (const auto& [labels, of_spans] : sizes) {
    auto& sums = volumes[labels];
    for (const auto& size : of_spans) sums.push_back(size.bytes);
  }
  if (volumes.size() > query.limit) keep_largest(volumes, query.limit, query.spans.size());
  return volume_response(query, volumes);
}

}  // namespace

Result<std::string> answer_index_stats(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto range, range_parameters(request, now_ns));
  const auto& bounds = range.bounds;
  OC_TRY(check_index_length(bounds, kMilli));
  OC_TRY_ASSIGN(auto matchers, query::parse_matchers(request.parameter("query").value_or("")));
  const TimeSpan whole{bounds.start_ns, bounds.end_ns};
  std::size_t streams = 0;  // that hold something: each is asked for its key once
  const auto all_together = [&](const query::Labels&) {
    ++streams;
    return std::vector<query::Labels>(1);
  };
  OC_TRY_ASSIGN(const auto sizes,
                measure_streams(reader, std::move(matchers), {&whole, 1}, all_together, interruption_of(request)));
  const StreamSize sum = sizes.empty() ? StreamSize() : sizes.begin()->second[0];
  // A store without Loki's chunks has one a stream.
  return fmt::format(R"({{"streams":{0},"chunks":{0},"bytes":{1},"entries":{2}}})", streams, sum.bytes, sum.entries);
}

Result<std::string> answer_volume(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  VolumeQuery query;
  OC_TRY_ASSIGN(query.limit, volume_limit(request));
  OC_TRY(instant_parameters(request, now_ns, query.limit));
  OC_TRY_ASSIGN(query.by_label, aggregates_by_label(request));
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY(end_behind_start(bounds));
  OC_TRY(check_index_length(bounds, kVolumeUnit));
  OC_TRY(read_selection(request, query));
  query.spans = {{bounds.start_ns, bounds.end_ns}};
  return answer_query(reader, request, std::move(query));
}

Result<std::string> answer_volume_range(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  VolumeQuery query;
  OC_TRY_ASSIGN(query.limit, volume_limit(request));
  OC_TRY_ASSIGN(const auto range, range_parameters(request, now_ns, query.limit));
  OC_TRY_ASSIGN(query.by_label, aggregates_by_label(request));
  OC_TRY(read_selection(request, query));
  query.spans = steps_between(range.bounds, range.step_ns);
  return answer_query(reader, request, std::move(query));
}

}  // namespace oc::stores
