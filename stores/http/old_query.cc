#include "stores/http/old_query.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/logql/engine.h"
#include "query/logql/go_text.h"
#include "query/logql/parser.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_queries.h"

namespace oc::stores {

namespace {

// Digits of the second as far as there are any.
std::string exact_rfc3339(Nanos time_ns) {
  constexpr Nanos kNanosASecond = 1'000'000'000;
  const auto fraction = (time_ns % kNanosASecond + kNanosASecond) % kNanosASecond;
  auto text = to_rfc3339(time_ns);
  text.resize(text.find('.'));
  if (fraction != 0) {
    text += fmt::format(".{:09}", fraction);
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

std::string labels_text(const query::Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels)
    text += fmt::format("{}{}={}", text.size() > 1 ? ", " : "", name, query::go_quote(value));
  return text + "}";
}

void append_old_entry(std::string& out, const query::LogEntry& entry) {
  out += fmt::format(R"({{"ts":"{}","line":)", exact_rfc3339(entry.time_ns));
  append_json_string(out, entry.line);
  if (!entry.labels.parsed.empty()) {
    out += ",\"parsed\":";
    append_labels(out, entry.labels.parsed);
  }
  out += '}';
}

std::string old_response(const std::vector<query::LogEntry>& entries) {
  std::map<query::Labels, std::string> streams;
  for (const auto& entry : entries) {
    auto& out = streams[entry.labels.all()];
    if (!out.empty()) out += ',';
    append_old_entry(out, entry);
  }
  std::string out = "{\"streams\":[";
  for (const auto& [labels, values] : streams) {
    out += out.back() == '[' ? "{\"labels\":" : ",{\"labels\":";
    append_json_string(out, labels_text(labels));
    out += ",\"entries\":[" + values + "]}";
  }
  return out + R"(],"stats":{}})";
}

}  // namespace

Result<std::string> answer_old_query(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(auto query, range_query(request, now_ns));
  if (const auto regexp = request.parameter("regexp").value_or(""); !regexp.empty())
    query.query += " |~ " + query::go_quote(regexp);
  OC_TRY_ASSIGN(const auto expr, query::parse_query(query.query));
  if (!expr->is_log())
    return permanent("rpc error: code = Code(400) desc = legacy endpoints only support streams result type");
  OC_TRY_ASSIGN(const auto result, query::run_range_query(reader, query));
  return old_response(std::get<query::LogEntries>(result.data).entries);
}

}  // namespace oc::stores
