#include "stores/http/loki_json.h"

#include <map>

#include <fmt/format.h>

#include "formats/json_string.h"
#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

// Seconds, with milliseconds where there are any.
void append_seconds(std::string& out, Nanos time_ns) {
  const auto millis = time_ns / 1'000'000;
  if (millis % 1000 == 0) {
    fmt::format_to(std::back_inserter(out), "{}", millis / 1000);
  } else {
    fmt::format_to(std::back_inserter(out), "{:.3f}", static_cast<double>(millis) / 1000);
  }
}

void append_point(std::string& out, Nanos time_ns, double value) {
  out += '[';
  append_seconds(out, time_ns);
  out += ",\"";
  out += query::go_format_float(value);
  out += "\"]";
}

void append_categories(std::string& out, const query::CategorizedLabels& labels) {
  out += ",{";
  if (!labels.metadata.empty()) {
    out += "\"structuredMetadata\":";
    append_labels(out, labels.metadata);
  }
  if (!labels.parsed.empty()) {
    out += labels.metadata.empty() ? "\"parsed\":" : ",\"parsed\":";
    append_labels(out, labels.parsed);
  }
  out += '}';
}

void append_entry(std::string& out, const query::LogEntry& entry, bool categorized) {
  fmt::format_to(std::back_inserter(out), "[\"{}\",", entry.time_ns);
  append_json_string(out, entry.line);
  if (categorized) append_categories(out, entry.labels);
  out += ']';
}

void append_stats(std::string& out, const query::QueryStats& stats, double seconds, std::size_t returned) {
  const auto a_second = [&](std::uint64_t count) {
    return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(count) / seconds) : 0;
  };
  fmt::format_to(std::back_inserter(out),
                 "\"stats\":{{\"summary\":{{\"bytesProcessedPerSecond\":{},\"linesProcessedPerSecond\":{},"
                 "\"totalBytesProcessed\":{},\"totalLinesProcessed\":{},\"execTime\":{:.6f},\"queueTime\":0,"
                 "\"subqueries\":0,\"totalEntriesReturned\":{},\"splits\":0,\"shards\":0}}}}",
                 a_second(stats.bytes), a_second(stats.lines), stats.bytes, stats.lines, seconds, returned);
}

std::string begin_result(std::string_view type) {
  return fmt::format("{{\"status\":\"success\",\"data\":{{\"resultType\":\"{}\",", type);
}

void end_result(std::string& out, const query::QueryResult& result, const QueryTiming& timing, std::size_t returned) {
  out += ',';
  append_stats(out, result.stats, timing.seconds, returned);
  out += "}}";
}

template <typename Points>
void append_series(std::string& out, const query::Labels& labels, std::string_view points_name, Points append_points) {
  out += out.back() == '}' ? ",{\"metric\":" : "{\"metric\":";
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), ",\"{}\":", points_name);
  append_points();
  out += '}';
}

std::size_t append_matrix(std::string& out, const query::Samples& samples) {
  std::size_t points = 0;
  const auto series_points = [&](auto value_at) {
    out += '[';
    for (std::size_t i = 0; i < samples.steps.count; ++i) {
      const auto value = value_at(i);
      if (!value) continue;
      if (out.back() == ']') out += ',';
      append_point(out, samples.steps.at(i), *value);
      ++points;
    }
    out += ']';
  };
  if (const auto* scalar = std::get_if<double>(&samples.value)) {
    append_series(out, {}, "values", [&] { series_points([&](std::size_t) { return std::optional(*scalar); }); });
    return points;
  }
  for (const auto& series : std::get<query::SeriesSet>(samples.value)) {
    append_series(out, series.labels, "values", [&] {
      series_points(
          [&](std::size_t i) { return series.present[i] != 0 ? std::optional(series.values[i]) : std::nullopt; });
    });
  }
  return points;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  formats::append_escaped_json(text, out);
  out += '"';
}

void append_labels(std::string& out, const query::Labels& labels) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

void append_streams(std::string& out, std::span<const query::LogEntry> entries, bool categorized) {
  std::map<query::Labels, std::vector<const query::LogEntry*>> streams;
  for (const auto& entry : entries) {
    streams[categorized ? entry.labels.stream : entry.labels.all()].push_back(&entry);
  }
  out += '[';
  for (bool first_stream = true; const auto& [labels, values] : streams) {
    out += first_stream ? "{\"stream\":" : ",{\"stream\":";
    first_stream = false;
    append_labels(out, labels);
    out += ",\"values\":[";
    for (bool first = true; const auto* entry : values) {
      if (!first) out += ',';
      first = false;
      append_entry(out, *entry, categorized);
    }
    out += "]}";
  }
  out += ']';
}

std::string range_response(const query::QueryResult& result, const EncodingFlags& flags, const QueryTiming& timing) {
  if (const auto* logs = std::get_if<query::LogEntries>(&result.data)) {
    auto out = begin_result("streams");
    if (!flags.names.empty()) {
      append_encoding_flags(out, flags);
      out += ',';
    }
    out += "\"result\":";
    append_streams(out, logs->entries, flags.categorize_labels());
    end_result(out, result, timing, logs->entries.size());
    return out;
  }
  auto out = begin_result("matrix") + "\"result\":[";
  const auto points = append_matrix(out, std::get<query::Samples>(result.data));
  out += ']';
  end_result(out, result, timing, points);
  return out;
}

std::string instant_response(const query::QueryResult& result, const QueryTiming& timing) {
  const auto& samples = std::get<query::Samples>(result.data);
  const auto* series_set = std::get_if<query::SeriesSet>(&samples.value);
  if (series_set == nullptr) {
    auto out = begin_result("scalar") + "\"result\":";
    append_point(out, samples.steps.first_ns, std::get<double>(samples.value));
    end_result(out, result, timing, 1);
    return out;
  }
  auto out = begin_result("vector") + "\"result\":[";
  for (const auto& series : *series_set) {
    append_series(out, series.labels, "value", [&] { append_point(out, samples.steps.first_ns, series.values[0]); });
  }
  out += ']';
  end_result(out, result, timing, series_set->size());
  return out;
}

std::string list_response(std::span<const std::string_view> values) {
  if (values.empty()) return R"({"status":"success"})";  // Loki leaves the key out
  std::string out = R"({"status":"success","data":[)";
  for (const auto& value : values) {
    append_json_string(out, value);
    out += ',';
  }
  out.back() = ']';
  return out + '}';
}

std::string series_response(std::span<const query::StreamPtr> streams) {
  std::string out = R"({"status":"success","data":[)";
  for (const auto& stream : streams) {
    if (out.back() == '}') out += ',';
    append_labels(out, stream->labels);
  }
  return out + "]}";
}

}  // namespace oc::stores
